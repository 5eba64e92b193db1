import Nodes

extension Semantics {
    /// The messages in flight in a state, streams in order.
    func envelopes(in record: StateRecord) -> [Envelope<Words>] {
        var list = record.datagrams(nodeCount: nodeCount).map(envelope)
        let streams = record.streams(nodeCount: nodeCount)
        var at = 0
        while at < streams.count {
            let count = Int(streams[at + 1])
            list += streams[(at + 2)..<(at + 2 + count)].map(envelope)
            at += 2 + count
        }
        return list
    }

    /// What a message says, and who says it to whom.
    func envelope(_ call: UInt32) -> Envelope<Words> {
        guard case .receive(let envelope) = meanings[Int(call)] else {
            preconditionFailure("call \(call) is no message")
        }
        return envelope
    }
}
