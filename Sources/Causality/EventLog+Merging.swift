extension EventLog {
    /// Makes one log of the logs of several processes, by causes and not by their clocks.
    ///
    /// The events of a node keep the order of its log; if its lives are in several logs, earlier ones come
    /// first. A receipt, and a loss, comes behind the send of its message, whatever the clocks of the two
    /// machines say. Of the orders that are left one is taken that follows the times where it can, then the
    /// names of the nodes, then the order of `logs`; it is the same for the same logs. Times are not changed,
    /// so that in the merged log they may go back from one line to the next. A receipt whose message nobody
    /// sends waits for nobody: its sender's log may have been lost.
    ///
    /// - Parameters:
    ///   - logs: At least one, all of one system. Where their headers name nodes in different orders, the
    ///     entries of clocks are put into one order.
    ///   - names: What people call the logs, for what is wrong with them; those without one are numbered.
    /// - Returns: All their events. The header has the faults and nodes of all, the seed if all agree on one,
    ///   and the command of the first.
    /// - Throws: `UnmergeableLogs` if the logs contradict each other, or one itself.
    /// - Complexity: O(events · log(nodes) + messages), and a table of all messages in memory.
    public static func merged(
        _ logs: [EventLog],
        names: [String] = []
    ) throws(UnmergeableLogs) -> EventLog {
        let names = logs.indices.map { $0 < names.count ? names[$0] : "log \($0 + 1)" }
        let header = try mergedHeader(logs, names)
        var merging = try LogMerging(logs, names)
        let numbering = try logs.indices.map { log throws(UnmergeableLogs) in
            try entryNumbers(of: logs[log], in: header.nodes, logs, names[log])
        }
        var merged: [Event] = []
        merged.reserveCapacity(logs.reduce(0) { $0 + $1.events.count })
        try merging.order { log, index in
            var event = logs[log].events[index]
            if let numbers = numbering[log], let clock = event.clock {
                var counts = Array(repeating: 0, count: header.nodes?.count ?? 0)
                for (entry, count) in clock.entries.enumerated() { counts[numbers[entry]] = count }
                event.clock = VectorClock(counts: counts)
            }
            merged.append(event)
        }
        return EventLog(header: header, events: merged)
    }

    private static func mergedHeader(
        _ logs: [EventLog],
        _ names: [String]
    ) throws(UnmergeableLogs) -> EventLogHeader {
        guard var header = logs.first?.header else { throw .none }
        for (log, name) in zip(logs, names).dropFirst() {
            let other = log.header
            guard other.system == header.system else {
                throw .systems(
                    log: names[0],
                    system: header.system,
                    otherLog: name,
                    otherSystem: other.system
                )
            }
            if other.seed != header.seed { header.seed = nil }
            for fault in other.faults where !header.faults.contains(fault) {
                header.faults.append(fault)
            }
            guard let more = other.nodes else { continue }
            let nodes = header.nodes ?? []
            header.nodes = nodes + more.filter { !nodes.contains($0) }
        }
        return header
    }

    /// Where the entries of a log's clocks stand in those of the merged log; nil if nothing changes.
    private static func entryNumbers(
        of log: EventLog,
        in nodes: [String]?,
        _ logs: [EventLog],
        _ name: String
    ) throws(UnmergeableLogs) -> [Int]? {
        // Where nobody names nodes, all are taken to count in one order.
        guard let nodes, logs.contains(where: { $0.header.nodes != log.header.nodes }) else {
            return nil
        }
        let own = log.header.nodes ?? []
        if let index = log.events.firstIndex(where: { $0.clock?.entries.count ?? 0 > own.count }) {
            throw .unnamedClock(.init(log: name, line: index + 2, event: log.events[index]))
        }
        let numbers = Dictionary(nodes.enumerated().map { ($1, $0) }) { first, _ in first }
        return own.map { numbers[$0] ?? 0 }
    }
}
