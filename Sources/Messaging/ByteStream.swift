import Glibc

/// A connected stream socket, TCP or `AF_UNIX`, as bytes in and bytes out.
///
/// Nothing here calls back from inside a call: handlers run within a turn of the loop. They may do
/// anything to this stream and to others, such as close them. The loop does not keep a stream: one
/// that nobody holds is closed, unless it is finishing.
public final class ByteStream {
    /// Bounds on what waits, in either direction, and on what is done in one turn.
    public enum Limit {
        /// More than this that waits to be sent is a reason to stop writing.
        public static let highWaterBytes = 1 << 20
        /// Less than this that waits to be sent is a reason to go on.
        public static let lowWaterBytes = 256 << 10
        /// What a peer can make us hold without sending anything that can be taken.
        public static let heldBytesMax = 32 << 20
        /// What is read from one stream, or written to it, before the others have their turn.
        public static let turnBytesMax = 1 << 20
        /// More room than this is given back when nothing is held.
        static let keptBytesMax = 4 << 20
    }

    /// Gets all bytes that wait; returns how many of them, from the front, it has taken.
    ///
    /// The rest comes again, together with what follows. The bytes are good until it returns. While
    /// there is neither this nor `onEnd`, nothing is read.
    public var onBytes: ((UnsafeRawBufferPointer) -> Int)? {
        didSet {
            if onBytes != nil, heldByteCount > 0 { attendSoon() }
            updateInterest()
        }
    }

    /// Runs once: the other side has ended (nil), or the connection broke and is closed.
    ///
    /// After nil, writing goes on until `finish` or `close`; if it breaks then, the stream is closed in
    /// silence. What had arrived was given to `onBytes`
    /// before, unless reading is paused; then both come after it is resumed. What `onBytes` has not
    /// taken by then (`heldByteCount`) is an unfinished message.
    public var onEnd: ((MessagingFailure?) -> Void)? { didSet { updateInterest() } }

    /// What waits to be sent has fallen below `Limit.lowWaterBytes`, after having been above
    /// `Limit.highWaterBytes`.
    public var onDrained: (() -> Void)?

    /// What `onBytes` may leave lying, before the stream fails with `tooMuchHeld`.
    public var heldBytesMax = Limit.heldBytesMax

    /// The other side; nil for `AF_UNIX`, or if it had left before we looked.
    public let peer: Address?

    /// Whether `close` was called, by the owner or because the connection broke.
    public private(set) var isClosed = false
    /// Whether `pauseReading` holds.
    public private(set) var isPaused = false

    private let descriptor: Int32
    private let loop: EventLoop
    /// What the loop watches for us.
    private var interest: EventLoop.Interest = []

    private var held: ReceiveBuffer?
    /// Whether the other side has ended.
    private var sawEnd = false

    private var outgoing = SendBuffer()
    /// Whether the kernel has refused more, and the loop will say when it has room.
    private var waitsForRoom = false
    /// Whether more has waited than `highWaterBytes`, and nobody was told that it is gone.
    private var wasHigh = false
    /// Why nothing can be sent any more, to be reported when all that came was read.
    private var sendFailure: MessagingFailure?

    private var attention: EventLoop.Alarm?
    private var finishing: Finishing?

    private struct Finishing {
        let done: () -> Void
        let limit: EventLoop.Alarm
        /// Whether all was sent, and our side ended.
        var hasEnded = false
    }

    /// Takes over a connected descriptor, which is closed if this throws.
    ///
    /// - Throws: `MessagingFailure` if the loop cannot watch it.
    public init(_ descriptor: Int32, on loop: EventLoop) throws(MessagingFailure) {
        self.descriptor = descriptor
        self.loop = loop
        peer = Sockets.peer(of: descriptor)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        // What is flushed goes out at once: whoever wants larger packets flushes less often.
        // AF_UNIX refuses, and has no such delay.
        Sockets.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        do throws(MessagingFailure) {
            try loop.watch(descriptor, for: []) { [unowned self] ready in self.serve(ready) }
        } catch {
            isClosed = true
            Glibc.close(descriptor)
            throw error
        }
    }

    deinit { close() }

    private func serve(_ ready: EventLoop.Interest) {
        if ready.contains(.writing) {
            waitsForRoom = false
            send()
        }
        if ready.contains(.reading) { read() }
    }

    private func updateInterest() {
        guard !isClosed else { return }
        var wanted: EventLoop.Interest = []
        if wantsToRead { wanted.insert(.reading) }
        if waitsForRoom { wanted.insert(.writing) }
        guard wanted != interest else { return }
        interest = wanted
        loop.change(descriptor, to: wanted)
    }

    // MARK: Reading

    /// Bytes that have come and that `onBytes` has not taken.
    public var heldByteCount: Int { held?.count ?? 0 }

    /// Stops reading: what comes stays in the kernel, and when that is full, with the sender.
    public func pauseReading() {
        guard !isPaused else { return }
        isPaused = true
        updateInterest()
    }

    /// Reads on.
    ///
    /// What `onBytes` has not taken comes again, soon, and not from inside this call.
    public func resumeReading() {
        guard isPaused else { return }
        isPaused = false
        if heldByteCount > 0 || sendFailure != nil { attendSoon() }
        updateInterest()
    }

    private var wantsToRead: Bool {
        !isClosed && !isPaused && !sawEnd && (onBytes != nil || onEnd != nil || finishing != nil)
    }

    private func read() {
        // What was held comes before what follows it: the end, for one, after which nothing comes.
        if attention != nil, !isPaused { deliverHeld() }
        var left = Limit.turnBytesMax
        while left > 0, wantsToRead {
            // Behind what is held there is one copy less to make.
            let holder = heldByteCount > 0 ? held : nil
            let room = holder?.room(for: EventLoop.Limit.readBytesMax) ?? loop.readBuffer
            let asked = min(room.count, left)
            let count = recv(descriptor, room.baseAddress, asked, 0)
            if count < 0 {
                if errno == EINTR { continue }
                return readFailed(errno)
            }
            if count == 0 { return readEnd() }
            left -= count
            if let holder {
                holder.filled(count)
                deliverHeld()
            } else {
                deliver(UnsafeRawBufferPointer(rebasing: room[..<count]))
            }
            // Less than there was room for is all there was; the loop says when there is more.
            // If we go on in order to find the end, only the kernel's word will do.
            if count < asked, sendFailure == nil { return }
        }
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer) {
        let taken = offer(bytes)
        guard !isClosed, taken < bytes.count else { return }
        let holder = held ?? ReceiveBuffer(capacity: EventLoop.Limit.readBytesMax * 2)
        holder.append(UnsafeRawBufferPointer(rebasing: bytes[taken...]))
        held = holder
        checkHeld()
    }

    private func deliverHeld() {
        guard let holder = held, holder.count > 0 else { return }
        let taken = offer(holder.bytes)
        guard !isClosed else { return }
        holder.take(taken)
        if holder.count == 0, holder.capacity > Limit.keptBytesMax { held = nil }
        checkHeld()
    }

    private func offer(_ bytes: UnsafeRawBufferPointer) -> Int {
        // While finishing without a taker, what comes is read only to find the end.
        guard let onBytes else { return finishing == nil ? 0 : bytes.count }
        let taken = onBytes(bytes)
        precondition(0...bytes.count ~= taken, "\(taken) of \(bytes.count) bytes were taken")
        return taken
    }

    private func checkHeld() {
        // While it is paused nothing is read, so nothing grows.
        guard !isPaused, heldByteCount > heldBytesMax else { return }
        fail(.tooMuchHeld(from: peer, bytes: heldByteCount))
    }

    private func readEnd() {
        if let sendFailure { return fail(sendFailure) }
        sawEnd = true
        updateInterest()
        let report = onEnd
        onEnd = nil
        report?(nil)
        if finishing?.hasEnded == true { completeFinish() }
    }

    private func readFailed(_ code: Int32) {
        if code == EAGAIN || code == EWOULDBLOCK {
            if let sendFailure { fail(sendFailure) }
            return
        }
        fail(sendFailure ?? .connectionLost(peer, reason: MessagingFailure.reason(code)))
    }

    private func fail(_ failure: MessagingFailure) {
        let report = sawEnd ? nil : onEnd
        let done = finishing?.done
        close()
        report?(failure)
        done?()
    }

    // MARK: Writing

    /// Bytes that wait in this process to be handed to the kernel.
    ///
    /// Nothing bounds them but who writes: see `Limit.highWaterBytes` and `onDrained`.
    public var unsentByteCount: Int { outgoing.count }

    /// Lets `body` append bytes, which `flush` will send.
    ///
    /// If it throws, what it appended is taken back. It must not take anything away, nor touch this stream. On a closed stream what is appended is
    /// dropped.
    public func withBuffer<E: Error>(_ body: (inout [UInt8]) throws(E) -> Void) throws(E) {
        try outgoing.append(body)
        if isClosed || sendFailure != nil {
            outgoing.removeAll()
        } else if outgoing.count > Limit.highWaterBytes {
            wasHigh = true
        }
    }

    /// Hands what waits to the kernel, in one system call; what it does not take goes when it can.
    public func flush() {
        // If it has refused already, asking again is a waste.
        guard !waitsForRoom, outgoing.count > 0, !isClosed else { return }
        send()
    }

    private func send() {
        var left = Limit.turnBytesMax
        while outgoing.count > 0, left > 0 {
            let count = outgoing.withFront(upTo: left) {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN || errno == EWOULDBLOCK { break }
                return sendFailed(errno)
            }
            outgoing.drop(count)
            left -= count
        }
        waitsForRoom = outgoing.count > 0
        if !waitsForRoom { endOurSideIfAsked() }
        if wasHigh, outgoing.count < Limit.lowWaterBytes { attendSoon() }
        updateInterest()
    }

    private func sendFailed(_ code: Int32) {
        sendFailure = .connectionLost(peer, reason: MessagingFailure.reason(code))
        outgoing.removeAll()
        waitsForRoom = false
        wasHigh = false
        // What had come before it broke is still to be read, and reported first.
        attendSoon()
        updateInterest()
    }

    // MARK: What is done soon, from the loop

    private func attendSoon() {
        guard attention == nil, !isClosed else { return }
        attention = loop.at(EventLoop.now) { [unowned self] in self.attend() }
    }

    private func attend() {
        attention = nil
        if wasHigh, outgoing.count < Limit.lowWaterBytes {
            wasHigh = false
            onDrained?()
        }
        if !isClosed, !isPaused { deliverHeld() }
        if let sendFailure, !isClosed {
            if sawEnd { fail(sendFailure) } else { read() }
        }
        if let finishing, finishing.hasEnded, sawEnd, !isClosed { completeFinish() }
    }

    // MARK: The end

    /// Sends what waits, ends our side, and waits until the other side has ended too; then closes.
    ///
    /// Reading goes on, also if it was paused: closing with unread bytes would make the kernel reset
    /// the connection, and the other side lose what is under way to it. What comes goes to `onBytes`,
    /// or nowhere if there is none.
    ///
    /// - Parameters:
    ///   - limit: After this it closes anyway; what was not sent is lost.
    ///   - done: Runs once the stream is closed, but for a `close` by the owner.
    public func finish(within limit: Duration, _ done: @escaping () -> Void) {
        guard !isClosed else {
            loop.at(EventLoop.now, done)
            return
        }
        if let finishing { loop.cancel(finishing.limit) }
        let hasEnded = finishing?.hasEnded ?? false
        // This also keeps the stream until then.
        let alarm = loop.after(limit) { self.completeFinish() }
        finishing = Finishing(done: done, limit: alarm, hasEnded: hasEnded)
        isPaused = false
        flush()
        if !isClosed, outgoing.count == 0 { endOurSideIfAsked() }
        attendSoon()
        updateInterest()
    }

    private func endOurSideIfAsked() {
        guard finishing?.hasEnded == false else { return }
        finishing?.hasEnded = true
        shutdown(descriptor, Int32(SHUT_WR))
        if sawEnd { attendSoon() }
    }

    private func completeFinish() {
        let done = finishing?.done
        close()
        done?()
    }

    /// Where our end is; nil for a socket without an address, or once it is closed.
    public var local: Address? { isClosed ? nil : try? Sockets.address(of: descriptor) }

    /// Gives the connection away: from now on the descriptor is the caller's, to be closed or handed on.
    ///
    /// What has come and was not taken is lost, so this is for a connection on which the other side has not
    /// spoken.
    ///
    /// - Throws: `MessagingFailure` if it is closed, or holds what the kernel does not take.
    public func release() throws(MessagingFailure) -> Int32 {
        flush()
        guard !isClosed, outgoing.count == 0 else {
            throw .connectionLost(peer, reason: "nothing more can be sent over it")
        }
        let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { throw .refusal(of: "giving a connection away") }
        close()
        return own
    }

    /// Closes at once: what was not sent is lost, and nothing is called back afterwards.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        loop.unwatch(descriptor)
        if let attention { loop.cancel(attention) }
        // Let go of at the end, when we are done: what handlers hold may call us once more, and the
        // limit's alarm may be the last to hold us.
        let handlers = (onBytes, onEnd, onDrained, finishing)
        (attention, finishing) = (nil, nil)
        (onBytes, onEnd, onDrained) = (nil, nil, nil)
        Glibc.close(descriptor)
        outgoing = SendBuffer()
        held = nil
        if let finishing = handlers.3 { loop.cancel(finishing.limit) }
        withExtendedLifetime(handlers) {}
    }
}
