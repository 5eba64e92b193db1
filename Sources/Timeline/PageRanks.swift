import Causality

/// In which column of a page each event stands.
///
/// As in `DiagramColumns`: a node's events follow each other, a receipt is to the right of its send, and what was
/// seen later is not to the left of what was seen before, unless the recorded times contradict the messages.
/// Each node has at most one event in a column, remarks among them.
struct PageRanks {
    /// By place in the log, from 0.
    private(set) var ranks: [Int]

    /// - Parameters:
    ///   - linked: The log.
    ///   - nodes: The line of each event, by its place in the log.
    ///   - nodeCount: How many lines there are.
    /// - Complexity: O(events).
    init(_ linked: LinkedLog, nodes: [Int], nodeCount: Int) {
        let events = linked.log.events
        let origins = events.indices.map { place in
            linked.message(at: place).flatMap(linked.sendIndex).flatMap { $0 < place ? $0 : nil }
        }
        let areTimesTrue = zip(events, origins).allSatisfy { event, origin in
            origin.map { events[$0].time <= event.time } ?? true
        }
        ranks = Array(repeating: 0, count: events.count)
        var next = Array(repeating: 0, count: nodeCount)
        var (time, before, front) = (Int.min, 0, 0)
        for (place, event) in events.enumerated() {
            if areTimesTrue, event.time > time { (time, before) = (event.time, front) }
            var rank = max(before, next[nodes[place]])
            if let origin = origins[place] { rank = max(rank, ranks[origin] + 1) }
            ranks[place] = rank
            next[nodes[place]] = rank + 1
            front = max(front, rank)
        }
    }
}
