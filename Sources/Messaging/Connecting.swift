import Glibc

/// Making connections, without waiting for them.
public enum Connecting {
    /// A connection that may come about; letting go of it changes nothing.
    public final class Attempt {
        private let loop: EventLoop
        private let target: Address
        private var descriptor: Int32 = -1
        private var alarm: EventLoop.Alarm?
        private var done: ((Result<ByteStream, MessagingFailure>) -> Void)?

        fileprivate init(
            to target: Address,
            on loop: EventLoop,
            _ done: @escaping (Result<ByteStream, MessagingFailure>) -> Void
        ) {
            self.target = target
            self.loop = loop
            self.done = done
        }

        /// Gives up: the callback does not come any more, if it has not come yet.
        public func cancel() {
            done = nil
            release()
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }

        fileprivate func begin(from own: Address?, within limit: Duration) {
            do throws(MessagingFailure) {
                try connect(from: own)
                try loop.watch(descriptor, for: .writing) { _ in self.look() }
                alarm = loop.after(limit) { [target] in
                    self.end(.failure(.timedOut(connectingTo: target, limit: limit)))
                }
            } catch {
                // Whoever calls has not got what we return yet: the answer comes from the loop.
                alarm = loop.at(EventLoop.now) { self.end(.failure(error)) }
            }
        }

        private func connect(from own: Address?) throws(MessagingFailure) {
            descriptor = try Sockets.open(for: target, SOCK_STREAM)
            if let own { try Sockets.bind(descriptor, to: own) }
            let status = Sockets.withSystemForm(of: target) { Glibc.connect(descriptor, $0, $1) }
            // Interrupted, it goes on all the same.
            guard status != 0, errno != EINPROGRESS, errno != EINTR else { return }
            throw .notConnected(to: target, code: errno)
        }

        private func look() {
            var code: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
            guard code == 0 else { return end(.failure(.notConnected(to: target, code: code))) }
            // Where nobody listens and the system happens to choose that very port for us, TCP
            // connects a socket to itself.
            if let own = try? Sockets.address(of: descriptor), own == Sockets.peer(of: descriptor) {
                return end(.failure(.connectionRefused(by: target)))
            }
            release()
            let connected = descriptor
            descriptor = -1
            do throws(MessagingFailure) {
                end(.success(try ByteStream(connected, on: loop)))
            } catch {
                end(.failure(error))
            }
        }

        private func end(_ result: Result<ByteStream, MessagingFailure>) {
            let done = done
            cancel()
            done?(result)
        }

        private func release() {
            if descriptor >= 0 { loop.unwatch(descriptor) }
            if let alarm { loop.cancel(alarm) }
            alarm = nil
        }
    }

    /// Begins to connect.
    ///
    /// - Parameters:
    ///   - target: Where somebody should listen.
    ///   - own: Our end, or nil to let the system choose.
    ///   - loop: Where this is waited for.
    ///   - limit: How long this may take.
    ///   - done: Gets the stream or the reason, once, and never from inside this call.
    /// - Returns: Something to give up with.
    @discardableResult public static func connect(
        to target: Address,
        from own: Address? = nil,
        on loop: EventLoop,
        within limit: Duration,
        _ done: @escaping (Result<ByteStream, MessagingFailure>) -> Void
    ) -> Attempt {
        let attempt = Attempt(to: target, on: loop, done)
        attempt.begin(from: own, within: limit)
        return attempt
    }
}
