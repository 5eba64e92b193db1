import CLinux
import Glibc

/// A listening socket that turns who comes into streams.
public final class StreamListener {
    /// Bounds on accepting.
    public enum Limit {
        /// Connections accepted before others have their turn.
        public static let acceptsPerTurnMax = 64
        /// How long nobody is accepted after the system had no room for one.
        public static let pauseMilliseconds = 50
    }

    /// Somebody could not be accepted, for want of descriptors as a rule.
    ///
    /// It is tried again after `Limit.pauseMilliseconds`; who waits meanwhile is not lost.
    public var onFailure: ((MessagingFailure) -> Void)?

    private let descriptor: Int32
    private let loop: EventLoop
    private let onAccept: (ByteStream) -> Void
    private var pause: EventLoop.Alarm?
    private var isClosed = false

    /// Takes over a listening descriptor, which is closed if this throws.
    ///
    /// - Parameters:
    ///   - descriptor: What `Sockets.listen` has made.
    ///   - loop: Where connections are waited for.
    ///   - onAccept: Gets each connection; one that it does not keep is closed.
    /// - Throws: `MessagingFailure` if the loop cannot watch it.
    public init(
        _ descriptor: Int32,
        on loop: EventLoop,
        onAccept: @escaping (ByteStream) -> Void
    ) throws(MessagingFailure) {
        (self.descriptor, self.loop, self.onAccept) = (descriptor, loop, onAccept)
        do throws(MessagingFailure) {
            try loop.watch(descriptor, for: .reading) { [unowned self] _ in self.accept() }
        } catch {
            isClosed = true
            Glibc.close(descriptor)
            throw error
        }
    }

    deinit { close() }

    /// Listens no more; who has not been accepted is refused.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        loop.unwatch(descriptor)
        if let pause { loop.cancel(pause) }
        Glibc.close(descriptor)
    }

    private func accept() {
        for _ in 0..<Limit.acceptsPerTurnMax where !isClosed {
            let accepted = linux_accept4(descriptor, Sockets.openFlags)
            guard accepted < 0 else {
                welcome(accepted)
                continue
            }
            switch errno {
            case EAGAIN, EWOULDBLOCK: return
            // It has left while it waited, or the network failed it: that is the peer's affair.
            case EINTR, ECONNABORTED, EPROTO, ENETDOWN, EHOSTDOWN, EHOSTUNREACH, ENETUNREACH,
                ENOPROTOOPT, ENONET, EOPNOTSUPP:
                continue
            default: return rest(.refusal(of: "accept"))
            }
        }
    }

    private func welcome(_ accepted: Int32) {
        do throws(MessagingFailure) {
            onAccept(try ByteStream(accepted, on: loop))
        } catch {
            onFailure?(error)
        }
    }

    /// The one who waits keeps us ready: asking again and again would be a spin.
    private func rest(_ failure: MessagingFailure) {
        loop.change(descriptor, to: [])
        pause = loop.after(.milliseconds(Limit.pauseMilliseconds)) { [unowned self] in
            pause = nil
            loop.change(descriptor, to: .reading)
        }
        onFailure?(failure)
    }
}
