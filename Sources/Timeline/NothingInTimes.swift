import Causality

/// Nothing of a log happened in the times that were asked for.
public struct NothingInTimes: Error, Hashable, Sendable, CustomStringConvertible {
    /// From when to when the log goes: `0 ns to 232.633 ms`.
    public let span: String

    /// One line, with the times that there are.
    public var description: String { "nothing happened then; the log goes from \(span)" }
}

extension LinkedLog {
    /// Makes sure that a part of the log is not empty.
    ///
    /// - Parameters:
    ///   - times: The times that were asked for, in nanoseconds since the run began.
    ///   - nodes: The nodes that were asked for, as indices into `nodes`; nil: all.
    /// - Throws: `NothingInTimes` if these nodes did something in the log, but nothing in these times.
    /// - Complexity: O(events).
    public func requireEvents(
        in times: ClosedRange<Int>,
        nodes: [Int]?
    ) throws(NothingInTimes) {
        let all = places(nodes: nodes, times: nil).map { log.events[$0].time }
        guard let first = all.min(), let last = all.max() else { return }
        guard all.contains(where: times.contains) else {
            throw NothingInTimes(span: DiagramText.span(first...last, log.header))
        }
    }
}
