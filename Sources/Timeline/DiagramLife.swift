import Causality

/// How a node is, from one column to another.
struct DiagramLife {
    enum State {
        case alive, dead
        /// Not begun, or ended by its own will.
        case absent
    }

    let from: Double
    let to: Double
    let state: State

    /// The pieces of a node's line.
    static func pieces(of node: Int, in layout: DiagramLayout) -> [DiagramLife] {
        let linked = layout.linked
        let places = linked.execution.steps[node].indices.compactMap {
            linked.execution.logIndex(of: EventPoint(process: node, index: $0))
        }
        let kinds = places.map { (place: $0, next: change(by: linked.log.events[$0].kind)) }
        // A log without beginnings tells of nodes that are there from the start.
        var state: State =
            kinds.contains { linked.log.events[$0.place].kind == .start } ? .absent : .alive
        var pieces: [DiagramLife] = []
        var from = layout.left
        for (place, next) in kinds {
            guard let next else { continue }
            if let x = layout.columns.x[place] {
                pieces.append(DiagramLife(from: from, to: x, state: state))
                from = x
            }
            // Of what is before the picture, only the outcome counts; what is behind it comes too late.
            if isBefore(place, layout) || layout.columns.x[place] != nil { state = next }
        }
        pieces.append(DiagramLife(from: from, to: layout.right, state: state))
        return pieces
    }

    private static func isBefore(_ place: Int, _ layout: DiagramLayout) -> Bool {
        layout.linked.log.events[place].time < layout.diagram.options.times?.lowerBound ?? 0
    }

    /// What a node is after an event; nil where that does not change.
    private static func change(by kind: Event.Kind) -> State? {
        switch kind {
        case .start, .recover: .alive
        case .crash: .dead
        case .halt: .absent
        case .send, .receive, .drop, .timer, .idle, .save, .written, .refused, .output, .note: nil
        }
    }
}
