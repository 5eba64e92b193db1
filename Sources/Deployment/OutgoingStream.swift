import Messaging

/// Our stream to one life of another node: bytes wait here until there is a connection.
final class OutgoingStream {
    /// How long it may take to connect.
    private static let connectSecondsMax = 60

    private var stream: ByteStream?
    private var connecting: Connecting.Attempt?
    /// What waits for the connection.
    private var early: [UInt8] = []
    private(set) var isDirty = false
    /// Whether it broke: what is sent from now on is lost, as all was that had not been taken.
    private(set) var isBroken = false
    /// Whether there is a connection, and the kernel has taken everything: it arrives without us.
    var isTaken: Bool { stream.map { $0.unsentByteCount == 0 } ?? false }

    init(to address: Address, from source: Address?, on loop: EventLoop, hello: [UInt8]) {
        early = hello
        connecting = Connecting.connect(
            to: address,
            from: source,
            on: loop,
            within: .seconds(Self.connectSecondsMax)
        ) { [weak self] result in self?.connected(result) }
    }

    private func connected(_ result: Result<ByteStream, MessagingFailure>) {
        connecting = nil
        switch result {
        case .success(let stream):
            self.stream = stream
            // The other side says nothing here: the end is all that can come.
            stream.onBytes = { $0.count }
            stream.onEnd = { [weak self] _ in self?.breakOff() }
            stream.withBuffer { $0.append(contentsOf: early) }
            early = []
            stream.flush()
        case .failure:
            breakOff()
        }
    }

    var unsentByteCount: Int { stream?.unsentByteCount ?? early.count }

    func append<E: Error>(_ body: (inout [UInt8]) throws(E) -> Void) throws(E) {
        guard !isBroken else { return }
        isDirty = true
        if let stream { try stream.withBuffer(body) } else { try body(&early) }
    }

    func flush() {
        isDirty = false
        stream?.flush()
    }

    /// Ends it at once.
    func breakOff() {
        isBroken = true
        isDirty = false
        early = []
        connecting?.cancel()
        connecting = nil
        stream?.close()
        stream = nil
    }
}
