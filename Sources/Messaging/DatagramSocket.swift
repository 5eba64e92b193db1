import Glibc

/// A bound UDP socket: packets out and in, each of which may be lost.
public final class DatagramSocket {
    /// Bounds on what waits, and on what is done in one turn.
    public enum Limit {
        /// Datagrams that wait to be sent; what comes on top is dropped.
        public static let queuedDatagramsMax = 4_096
        /// Bytes of datagrams that wait to be sent; what comes on top is dropped.
        public static let queuedBytesMax = 16 << 20
        /// Datagrams taken before others have their turn.
        public static let datagramsPerTurnMax = 256
    }

    /// The largest payload that fits into one datagram of IPv4.
    public static let payloadBytesMax = 65_507

    /// Gets each datagram with its sender; the bytes are good until it returns.
    public var onDatagram: ((UnsafeRawBufferPointer, Address) -> Void)?

    /// Datagrams that never left: no room in the queue, larger than `payloadBytesMax`, or refused by
    /// the system, as one to an unreachable network.
    public private(set) var droppedCount = 0

    private struct Queued {
        let offset: Int
        let count: Int
        let receiver: Address
    }

    private let descriptor: Int32
    private let loop: EventLoop
    private var isClosed = false
    private var queue: [Queued] = []
    /// The payloads of `queue`, one after the other.
    private var payloads: [UInt8] = []
    /// How many of `queue` were sent.
    private var sent = 0
    /// Whether the kernel has refused more, and the loop will say when it has room.
    private var waitsForRoom = false
    private lazy var outbox = DatagramBatch.outbox()

    /// Takes over a bound UDP descriptor, which is closed if this throws.
    ///
    /// - Throws: `MessagingFailure` if the loop cannot watch it.
    public init(_ descriptor: Int32, on loop: EventLoop) throws(MessagingFailure) {
        (self.descriptor, self.loop) = (descriptor, loop)
        do throws(MessagingFailure) {
            try loop.watch(descriptor, for: .reading) { [unowned self] ready in self.serve(ready) }
        } catch {
            isClosed = true
            Glibc.close(descriptor)
            throw error
        }
    }

    deinit { close() }

    /// Closes at once: what waits to be sent is lost, and nothing is called back afterwards.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        loop.unwatch(descriptor)
        Glibc.close(descriptor)
        // What the handler holds may call us once more when it is let go of.
        let handler = onDatagram
        onDatagram = nil
        forgetQueue()
        withExtendedLifetime(handler) {}
    }

    private func serve(_ ready: EventLoop.Interest) {
        if ready.contains(.writing) {
            waitForRoom(false)
            flush()
        }
        if ready.contains(.reading), !isClosed { receive() }
    }

    private func receive() {
        let inbox = loop.datagramInbox
        var left = Limit.datagramsPerTurnMax
        while left > 0 {
            let count = inbox.receive(from: descriptor)
            // Nothing there; or a peer's machine says that nobody listens (ECONNREFUSED and its
            // like), which is news of a datagram that was lost, as datagrams may be.
            guard count > 0 else { return }
            for index in 0..<count {
                if let (payload, sender) = inbox.received(index) { onDatagram?(payload, sender) }
                if isClosed { return }
            }
            left -= count
            if count < inbox.capacity { return }
        }
    }

    // MARK: Sending

    /// Datagrams that wait in this process.
    public var queuedCount: Int { queue.count - sent }

    /// Puts a datagram into the queue that `flush` sends.
    ///
    /// - Returns: Whether it is in the queue; if not, it was dropped and counted.
    @discardableResult public func send(_ bytes: UnsafeRawBufferPointer, to receiver: Address)
        -> Bool
    {
        guard !isClosed else { return false }
        guard bytes.count <= DatagramSocket.payloadBytesMax, queue.count < Limit.queuedDatagramsMax,
            payloads.count + bytes.count <= Limit.queuedBytesMax
        else {
            droppedCount += 1
            return false
        }
        queue.append(Queued(offset: payloads.count, count: bytes.count, receiver: receiver))
        payloads.append(contentsOf: bytes)
        return true
    }

    /// Hands what waits to the kernel, many in one system call; what it does not take goes when it can.
    public func flush() {
        guard !waitsForRoom, !isClosed else { return }
        while queuedCount > 0 {
            let count = sendBatch()
            if count > 0 {
                sent += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN, EWOULDBLOCK: return waitForRoom(true)
            // It was about an earlier datagram, and is gone now that it was told.
            case ECONNREFUSED: continue
            // Not this one, then. As far as its receiver knows, it was lost on the way.
            default:
                sent += 1
                droppedCount += 1
            }
        }
        forgetQueue()
    }

    private func sendBatch() -> Int {
        let count = min(outbox.capacity, queuedCount)
        return payloads.withUnsafeBytes { bytes in
            for index in 0..<count {
                let next = queue[sent + index]
                let payload = bytes[next.offset..<next.offset + next.count]
                outbox.set(index, UnsafeRawBufferPointer(rebasing: payload), to: next.receiver)
            }
            return outbox.send(count, on: descriptor)
        }
    }

    /// Waits until the loop says that the kernel has room again, or ends that.
    func waitForRoom(_ waits: Bool) {
        waitsForRoom = waits
        if waits { forgetSent() }
        loop.change(descriptor, to: waits ? [.reading, .writing] : .reading)
    }

    private func forgetSent() {
        guard sent > 0, sent < queue.count else { return }
        let gone = queue[sent].offset
        payloads.removeSubrange(0..<gone)
        queue = queue[sent...].map {
            Queued(offset: $0.offset - gone, count: $0.count, receiver: $0.receiver)
        }
        sent = 0
    }

    private func forgetQueue() {
        queue.removeAll(keepingCapacity: true)
        payloads.removeAll(keepingCapacity: payloads.capacity <= 1 << 20)
        sent = 0
    }
}
