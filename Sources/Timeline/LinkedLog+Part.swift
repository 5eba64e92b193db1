import Causality

extension LinkedLog {
    /// What happened at some nodes in some times, as a log of its own: numbers and clocks begin anew in it.
    ///
    /// - Parameters:
    ///   - nodes: The nodes, as indices into `nodes`, in the order that they shall have; nil: all.
    ///   - times: The times, in nanoseconds since the run began; nil: all.
    /// - Returns: The part.
    /// - Throws: `ContradictoryLog`; it never does.
    public func part(
        nodes: [Int]? = nil,
        times: ClosedRange<Int>? = nil
    ) throws(ContradictoryLog) -> LinkedLog {
        var part = EventLog(header: log.header)
        part.header.nodes = (nodes ?? Array(self.nodes.indices)).map { self.nodes[$0] }
        part.events = places(nodes: nodes, times: times).map { log.events[$0] }
        return try LinkedLog(part)
    }
}
