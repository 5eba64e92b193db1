import Messaging
import Nodes
import Text

/// A mapper's stream to one reducer.
///
/// Nobody tells a life of the reducer from another. While it has not been reached yet, what is for it waits. When
/// the stream breaks, the reducer is dead and a recovery will follow; what is said until then is of a time that
/// is over, and is dropped. With the recovery a new stream begins.
final class ClassicOutgoing {
    private enum State {
        case unused
        case connecting
        case connected(ByteStream)
        case broken
    }

    /// How long to wait before another attempt to connect.
    static let retryAfter = Duration.milliseconds(10)
    /// How long an attempt may take.
    static let connectMax = Duration.seconds(5)

    private let source: String
    private let reducer: Address
    private let loop: EventLoop
    private let onBroken: () -> Void
    private let codec = ClassicCodec()
    private var state = State.unused
    /// What waits for a stream.
    private var waiting: [UInt8] = []
    private var recoveryMax: Int

    /// - Parameters:
    ///   - source: The mapper's name.
    ///   - reducer: Where the reducer listens.
    ///   - recovery: The last recovery that is known; what is sent is of that.
    ///   - loop: Where things are waited for.
    ///   - onBroken: The reducer is gone.
    init(
        from source: String,
        to reducer: Address,
        recovery: Int,
        on loop: EventLoop,
        onBroken: @escaping () -> Void
    ) {
        (self.source, self.reducer, self.loop, self.onBroken) = (source, reducer, loop, onBroken)
        recoveryMax = recovery
    }

    /// Whether nothing more should be written for now.
    var isFull: Bool {
        switch state {
        case .unused, .connecting: waiting.count > ByteStream.Limit.highWaterBytes
        case .connected(let stream): stream.unsentByteCount > ByteStream.Limit.highWaterBytes
        case .broken: false
        }
    }

    /// Sends counts, a message for each word.
    func send(_ counts: PackedCounts, recovery: Int) {
        append { bytes throws(WireFailure) in
            var failure: WireFailure?
            counts.forEach { word, count in
                let key = String(decoding: word, as: UTF8.self)
                let body = ClassicMessage.Body.wordCount(
                    key: key,
                    value: Int(count),
                    lastRecovery: recovery
                )
                do throws(WireFailure) {
                    try codec.append(ClassicMessage(source: source, body), to: &bytes)
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
        }
    }

    /// Sends a marker.
    func send(_ body: ClassicMessage.Body) {
        append { bytes throws(WireFailure) in
            try codec.append(ClassicMessage(source: source, body), to: &bytes)
        }
    }

    /// Begins anew if the stream has broken: a recovery is there, and with it the next life of the reducer.
    func renew(for recovery: Int) {
        // Said once more it is nothing new: what waits for a stream is of now, and not to be dropped.
        guard recovery > recoveryMax else { return }
        recoveryMax = recovery
        switch state {
        case .unused, .connected: return
        case .connecting: waiting = []
        case .broken: state = .unused
        }
    }

    private func append(_ body: (inout [UInt8]) throws(WireFailure) -> Void) {
        do throws(WireFailure) {
            switch state {
            case .unused:
                try body(&waiting)
                connect()
            case .connecting: try body(&waiting)
            case .connected(let stream):
                try stream.withBuffer { bytes throws(WireFailure) in try body(&bytes) }
                stream.flush()
            case .broken: break
            }
        } catch {
            // Words were looked at when they were counted.
            preconditionFailure("what was checked does not fit into a message: \(error)")
        }
    }

    private func connect() {
        state = .connecting
        Connecting.connect(to: reducer, on: loop, within: Self.connectMax) {
            [unowned self] result in
            switch result {
            case .success(let stream): connected(stream)
            // It has not begun to listen.
            case .failure: loop.after(Self.retryAfter) { [unowned self] in connect() }
            }
        }
    }

    private func connected(_ stream: ByteStream) {
        state = .connected(stream)
        // Reducers say nothing here; only their end is of interest.
        stream.onBytes = { $0.count }
        stream.onEnd = { [unowned self] _ in
            state = .broken
            onBroken()
        }
        let bytes = waiting
        waiting = []
        stream.withBuffer { $0 += bytes }
        stream.flush()
    }
}
