import Causality

/// The last events of a run.
struct EventTail {
    /// A tail that somebody else fills.
    final class Box {
        var tail: EventTail

        init(_ tail: EventTail) { self.tail = tail }
    }

    private let max: Int
    private var kept: [Event] = []
    /// How many events there were in all.
    private(set) var count = 0

    init(max: Int) {
        self.max = max
    }

    mutating func add(_ event: Event) {
        count += 1
        kept.append(event)
        // Seldom, so that it costs little.
        if kept.count > 2 * max + 64 { kept.removeFirst(kept.count - max) }
    }

    /// A line each.
    var lines: [String] {
        let shown = Array(kept.suffix(max))
        return EventLines.lines(shown, from: count - shown.count + 1)
    }
}
