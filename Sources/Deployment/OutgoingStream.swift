import Messaging

/// Our stream to one life of another node: bytes wait here until the other side has let us in.
///
/// A connection that ends before that has lost nothing: it is tried again, until that life is over. So
/// strangers who crowd the other side's door can keep us waiting, but cannot make a stream lose anything.
final class OutgoingStream {
    /// Bounds on waiting.
    enum Limit {
        /// How long it may take to connect, and to end.
        static let connectSecondsMax = 60
        /// Room that is kept for the next turn.
        static let keptBytesMax = 1 << 20
        /// How long nothing is tried after a connection that came to nothing.
        static let retryMilliseconds = 20
    }

    private let address: Address
    private let source: Address?
    private let loop: EventLoop
    private let frames: FrameCodec
    private let hello: [UInt8]
    /// Whether an answer lets us in.
    private let isWelcome: (FrameHeader) -> Bool

    private var stream: ByteStream?
    private var connecting: Connecting.Attempt?
    private var retry: EventLoop.Alarm?
    private var isLetIn = false
    /// What waits until we are let in, and until the turn of the loop ends: what the kernel has room for
    /// goes whenever it has, and must not go before the records of the same turn.
    private var waiting: [UInt8] = []
    private(set) var isDirty = false
    /// Whether it broke: what is sent from now on is lost, as all was that had not been taken.
    private(set) var isBroken = false
    /// Whether there is a connection, and the kernel has taken everything: it arrives without us.
    var isTaken: Bool {
        isLetIn && waiting.isEmpty && stream.map { $0.unsentByteCount == 0 } ?? false
    }

    init(
        to address: Address,
        from source: Address?,
        on loop: EventLoop,
        frames: FrameCodec,
        hello: [UInt8],
        isWelcome: @escaping (FrameHeader) -> Bool
    ) {
        self.address = address
        self.source = source
        self.loop = loop
        self.frames = frames
        self.hello = hello
        self.isWelcome = isWelcome
        connect()
    }

    deinit {
        if let retry { loop.cancel(retry) }
    }

    private func connect() {
        connecting = Connecting.connect(
            to: address,
            from: source,
            on: loop,
            within: .seconds(Limit.connectSecondsMax)
        ) { [weak self] result in self?.connected(result) }
    }

    private func connected(_ result: Result<ByteStream, MessagingFailure>) {
        connecting = nil
        guard case .success(let stream) = result else { return connectLater() }
        self.stream = stream
        stream.onBytes = { [weak self] bytes in self?.take(bytes) ?? bytes.count }
        stream.onEnd = { [weak self] _ in self?.ended() }
        stream.withBuffer { $0.append(contentsOf: hello) }
        stream.flush()
    }

    /// The other side lets us in, and says nothing more.
    private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard !isLetIn else { return bytes.count }
        do {
            guard let frame = try frames.decodeInPlace(bytes) else { return 0 }
            guard frame.header.kind == .welcome, isWelcome(frame.header) else {
                ended()
                return bytes.count
            }
        } catch {
            ended()
            return bytes.count
        }
        isLetIn = true
        isDirty = true
        return bytes.count
    }

    private func ended() {
        guard !isLetIn else { return breakOff() }
        stream?.close()
        stream = nil
        connectLater()
    }

    private func connectLater() {
        guard !isBroken else { return }
        retry = loop.after(.milliseconds(Limit.retryMilliseconds)) { [weak self] in
            self?.retry = nil
            self?.connect()
        }
    }

    /// What waits in this process.
    var unsentByteCount: Int { waiting.count + (isLetIn ? stream?.unsentByteCount ?? 0 : 0) }

    /// Of these, what the other side could take if it wanted to; a node that is stopped lets nobody in.
    var takeableByteCount: Int { !isLetIn && stream != nil ? 0 : unsentByteCount }

    func append<E: Error>(_ body: (inout [UInt8]) throws(E) -> Void) throws(E) {
        guard !isBroken else { return }
        isDirty = true
        let count = waiting.count
        do { try body(&waiting) } catch {
            waiting.removeLast(waiting.count - count)
            throw error
        }
    }

    func flush() {
        isDirty = false
        guard isLetIn, let stream else { return }
        stream.withBuffer { $0.append(contentsOf: waiting) }
        waiting.removeAll(keepingCapacity: waiting.capacity <= Limit.keptBytesMax)
        stream.flush()
    }

    /// Ends it at once.
    func breakOff() {
        isBroken = true
        isDirty = false
        waiting = []
        if let retry { loop.cancel(retry) }
        retry = nil
        connecting?.cancel()
        connecting = nil
        stream?.close()
        stream = nil
    }
}
