extension Execution {
    /// The Lamport time of each event, by process.
    ///
    /// - Complexity: O(events + messages).
    public func lamportClocks() -> [[LamportClock]] {
        var clocks = steps.map { Array(repeating: LamportClock(), count: $0.count) }
        walk { point in
            var clock = point.index > 0 ? clocks[point.process][point.index - 1] : LamportClock()
            if case .receive(let message) = self[point], let send = messages[message].send {
                clock.receive(clocks[send.process][send.index])
            } else {
                clock.tick()
            }
            clocks[point.process][point.index] = clock
        }
        return clocks
    }

    /// The vector time of each event, by process, with an entry for each process.
    ///
    /// By the rules of the clocks alone: count the own event; at a receipt learn what the message's send
    /// knew. (Fidge 1988; Mattern 1989, section 5.)
    /// - Complexity: O(events · processes), in time and in memory.
    public func vectorClocks() -> [[VectorClock]] {
        var clocks = steps.map { Array(repeating: VectorClock(), count: $0.count) }
        walk { point in
            var clock = point.index > 0 ? clocks[point.process][point.index - 1] : VectorClock()
            if case .receive(let message) = self[point], let send = messages[message].send {
                clock.merge(clocks[send.process][send.index])
            }
            clock.tick(point.process)
            clocks[point.process][point.index] = clock
        }
        return clocks
    }

    /// The vector time of each event, by process, with entries for those that it knows of.
    ///
    /// - Complexity: O(events · processes), in time and in memory.
    public func sparseVectorClocks() -> [[SparseVectorClock]] {
        var clocks = steps.map { Array(repeating: SparseVectorClock(), count: $0.count) }
        walk { point in
            var clock =
                point.index > 0 ? clocks[point.process][point.index - 1] : SparseVectorClock()
            if case .receive(let message) = self[point], let send = messages[message].send {
                clock.merge(clocks[send.process][send.index])
            }
            clock.tick(processes[point.process])
            clocks[point.process][point.index] = clock
        }
        return clocks
    }

    /// All events in one order that respects happens-before: by Lamport time, then by process.
    ///
    /// It is the total order of Lamport 1978 (the relation ⇒), the same for the same execution.
    /// - Complexity: O(events + messages).
    public var causalSequence: [EventPoint] {
        let clocks = lamportClocks()
        // A time has one event of a process at most, and no time up to the last is left out.
        var starts = Array(
            repeating: 0,
            count: (clocks.lazy.compactMap(\.last?.time).max() ?? 0) + 2
        )
        for list in clocks { for clock in list { starts[clock.time + 1] += 1 } }
        for time in starts.indices.dropFirst() { starts[time] += starts[time - 1] }
        var sequence = Array(repeating: EventPoint(process: 0, index: 0), count: eventCount)
        for (process, list) in clocks.enumerated() {
            for (index, clock) in list.enumerated() {
                sequence[starts[clock.time]] = EventPoint(process: process, index: index)
                starts[clock.time] += 1
            }
        }
        return sequence
    }
}
