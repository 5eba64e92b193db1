import Causality

extension DrawnCut {
    /// The same cut of a part of its log, which numbers its events anew.
    ///
    /// - Parameters:
    ///   - linked: The log of the cut.
    ///   - nodes: What was given to `LinkedLog.part`.
    ///   - times: What was given to `LinkedLog.part`.
    /// - Returns: The events of the part that the cut holds.
    /// - Complexity: O(events).
    public func part(
        of linked: LinkedLog,
        nodes: [Int]? = nil,
        times: ClosedRange<Int>? = nil
    ) -> DrawnCut {
        var counts = Array(repeating: 0, count: linked.nodes.count)
        for place in linked.places(nodes: nodes, times: times) {
            guard let point = linked.execution.point(logIndex: place), cut.contains(point)
            else { continue }
            counts[point.process] += 1
        }
        var part = self
        part.cut = Cut(counts: (nodes ?? Array(linked.nodes.indices)).map { counts[$0] })
        return part
    }
}
