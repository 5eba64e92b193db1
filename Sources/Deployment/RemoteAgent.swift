import Messaging

/// The agent on another machine that starts the processes of one node there.
final class RemoteAgent {
    let stream: ByteStream
    private let codec = ControlCodec()
    /// How the process of the present life has ended, once that was told.
    var ending: ProcessHandle.Ending?
    /// Whether the control channel of the present life has ended.
    var hasControlEnded = false

    init(_ stream: ByteStream) {
        self.stream = stream
    }

    func tell(_ order: AgentOrder) {
        // An order is a few words: it can be written.
        try? stream.withBuffer { try codec.append(order, to: &$0) }
        stream.flush()
    }
}
