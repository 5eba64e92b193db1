public import Causality

/// Turns what happens in a world into events of the log, with vector clocks.
public struct EventRecorder: Sendable {
    /// Shows values under the nodes' names.
    public let summary: Summary
    private let names: [String]
    private var clocks: [VectorClock]

    /// A recorder for a system whose nodes have these names.
    public init(names: [String]) {
        self.names = names
        summary = Summary(names: names)
        clocks = Array(repeating: VectorClock(), count: names.count)
    }

    /// The clock of a node, as its messages carry it.
    public func clock(of node: NodeID) -> VectorClock { clocks[node.index] }

    /// An event of a node; its clock counts it.
    ///
    /// - Parameters:
    ///   - kind: What happened.
    ///   - node: Where.
    ///   - incarnation: In which life of the node.
    ///   - time: When, in nanoseconds since the run began.
    ///   - message: Which message was sent or received.
    ///   - peer: The other side.
    ///   - link: Over what.
    ///   - text: A few words.
    ///   - effects: Of a crash inside a handler: how many effects had taken place.
    ///   - learned: Of a receive: the clock that the message carries.
    /// - Returns: The event, as it stands in the log.
    public mutating func event(
        _ kind: Event.Kind,
        at node: NodeID,
        incarnation: Int,
        time: Int,
        message: MessageID? = nil,
        peer: NodeID? = nil,
        link: Link? = nil,
        text: String? = nil,
        effects: Int? = nil,
        learned: VectorClock? = nil
    ) -> Event {
        var event = Event(
            time: time,
            node: names[node.index],
            incarnation: incarnation,
            kind: kind,
            message: message?.text(names: names),
            peer: peer.map { names[$0.index] },
            link: link?.rawValue,
            text: text,
            effects: effects
        )
        switch kind {
        case .drop, .note:
            // The world's doing: the node knows nothing of it.
            break
        case .start, .send, .receive, .timer, .idle, .save, .written, .refused, .crash, .recover,
            .output, .halt:
            if let learned { clocks[node.index].merge(learned) }
            clocks[node.index].tick(node.index)
            event.clock = clocks[node.index]
        }
        return event
    }
}
