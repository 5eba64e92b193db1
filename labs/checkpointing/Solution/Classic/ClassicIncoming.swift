import Messaging
import Nodes
import Text

/// A reducer's streams from the mappers.
///
/// A stream is that of the mapper whose name its first message bears. Counts of words that come together are
/// handed on together, before any marker that follows them.
final class ClassicIncoming {
    /// Bounds on who may connect.
    enum Limit {
        /// Streams at once: of each mapper's lives there may be several for a while.
        static let streamsMax = 64
    }

    /// Gets what a mapper has said.
    var onMessage: ((Pipeline.Message, NodeID) -> Void)?
    /// A mapper, or a stranger, has sent what is no message; the stream is closed after this.
    var onBreach: ((NodeID?, WireFailure) -> Void)?

    /// One stream.
    private final class Channel {
        let stream: ByteStream
        var mapper: NodeID?
        var counts = WordCounts()
        var recovery = 0

        init(_ stream: ByteStream) { self.stream = stream }
    }

    private let plan: ClassicPlan
    private let codec = ClassicCodec()
    private var listener: StreamListener?
    private var channels: [ObjectIdentifier: Channel] = [:]
    private var paused: Set<NodeID> = []

    /// Begins to listen.
    ///
    /// - Throws: `MessagingFailure`, `.portInUse` as a rule.
    init(_ plan: ClassicPlan, me: NodeID, on loop: EventLoop) throws(MessagingFailure) {
        self.plan = plan
        let descriptor = try Sockets.listen(at: plan.address(of: me))
        listener = try StreamListener(descriptor, on: loop) { [unowned self] in welcome($0) }
    }

    /// Holds back what a mapper says.
    func pause(_ mapper: NodeID) { paused.insert(mapper) }

    /// Takes it again.
    func resume(_ mapper: NodeID) {
        paused.remove(mapper)
        for channel in channels.values where channel.mapper == mapper {
            channel.stream.resumeReading()
        }
    }

    private func welcome(_ stream: ByteStream) {
        guard channels.count < Limit.streamsMax else { return }
        let channel = Channel(stream)
        let name = ObjectIdentifier(channel)
        channels[name] = channel
        stream.onBytes = { [unowned self, unowned channel] bytes in take(bytes, from: channel) }
        // A mapper that is gone has said all, or is about to be replaced.
        stream.onEnd = { [unowned self] _ in channels[name] = nil }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, from channel: Channel) -> Int {
        var taken = 0
        do throws(WireFailure) {
            while taken < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[taken...])
                guard let (message, byteCount) = try codec.decode(rest) else { break }
                let mapper = try sender(of: message, on: channel)
                guard !paused.contains(mapper) else {
                    channel.stream.pauseReading()
                    break
                }
                taken += byteCount
                try take(message.body, of: mapper, from: channel)
            }
            handOn(channel)
        } catch {
            handOn(channel)
            onBreach?(channel.mapper, error)
            channels[ObjectIdentifier(channel)] = nil
            channel.stream.close()
        }
        return taken
    }

    /// Who speaks on a stream; it stays the same.
    private func sender(
        of message: ClassicMessage,
        on channel: Channel
    ) throws(WireFailure) -> NodeID {
        guard let sender = plan.id(named: message.source), plan.isMapper(sender),
            channel.mapper == nil || channel.mapper == sender
        else { throw .wrongValue(.source) }
        channel.mapper = sender
        return sender
    }

    private func take(
        _ body: ClassicMessage.Body,
        of mapper: NodeID,
        from channel: Channel
    ) throws(WireFailure) {
        if case .wordCount(let key, let value, let recovery) = body {
            guard (1...ClassicTranslation.countMax).contains(value) else {
                throw .wrongValue(.value)
            }
            if recovery != channel.recovery { handOn(channel) }
            channel.recovery = recovery
            channel.counts.add(Array(key.utf8), count: UInt64(value))
            return
        }
        handOn(channel)
        guard let message = ClassicTranslation.message(body, recovery: 0) else { return }
        onMessage?(message, mapper)
    }

    private func handOn(_ channel: Channel) {
        guard let mapper = channel.mapper, !channel.counts.isEmpty else { return }
        let counts = channel.counts.packed(isSorted: false)
        channel.counts = WordCounts()
        onMessage?(.counts(counts, recovery: channel.recovery), mapper)
    }
}
