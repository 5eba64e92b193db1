// Happens-before is read from the message graph, by search. There must be no clock in this file: what
// clocks say is tested against it.

extension Execution {
    /// Whether the first event happened before the second.
    ///
    /// That is, whether a path leads from it to the second, along processes and messages. No event happened
    /// before itself.
    /// - Complexity: O(events) in the past of the second.
    public func happensBefore(_ first: EventPoint, _ second: EventPoint) -> Bool {
        first != second && past(of: second).contains(first)
    }

    /// How two events stand to each other.
    ///
    /// - Complexity: O(events) in the past of both.
    public func order(_ first: EventPoint, _ second: EventPoint) -> CausalOrder {
        if first == second { return .equal }
        if happensBefore(first, second) { return .before }
        return happensBefore(second, first) ? .after : .concurrent
    }

    /// The past light cone of an event: itself, and all that happened before it.
    ///
    /// It is the least consistent cut that has the event in it.
    /// - Complexity: O(events) in it.
    public func past(of point: EventPoint) -> Cut {
        var counts = Array(repeating: 0, count: steps.count)
        counts[point.process] = point.index + 1
        return leastConsistentCut(above: Cut(counts: counts))
    }

    /// The future light cone of an event: itself, and all that it happened before.
    ///
    /// - Returns: Of each process, the indices of its events that are in the cone: from one on, all.
    /// - Complexity: O(events) in it.
    public func future(of point: EventPoint) -> [Range<Int>] {
        var counts = steps.map(\.count)
        counts[point.process] = point.index
        // All that is not in the cone is the greatest consistent cut without the event.
        let rest = greatestConsistentCut(below: Cut(counts: counts))
        return zip(rest.counts, steps).map { $0..<$1.count }
    }

    /// The least consistent cut that holds all of another cut: with what happened before any event of it.
    ///
    /// - Complexity: O(events) in it.
    public func leastConsistentCut(above cut: Cut) -> Cut {
        demandValid(cut)
        var counts = cut.counts
        var searched = Array(repeating: 0, count: steps.count)
        var open = Array(steps.indices)
        while let process = open.popLast() {
            while searched[process] < counts[process] {
                let step = steps[process][searched[process]]
                searched[process] += 1
                guard case .receive(let message) = step, let send = messages[message].send,
                    counts[send.process] <= send.index
                else { continue }
                counts[send.process] = send.index + 1
                open.append(send.process)
            }
        }
        return Cut(counts: counts)
    }

    /// The greatest consistent cut that another cut holds: without what happened after any event that is
    /// not in it.
    ///
    /// - Complexity: O(events) that are not in it.
    public func greatestConsistentCut(below cut: Cut) -> Cut {
        demandValid(cut)
        var counts = cut.counts
        var searched = steps.map(\.count)
        var open = Array(steps.indices)
        while let process = open.popLast() {
            while searched[process] > counts[process] {
                searched[process] -= 1
                guard case .send(let message) = steps[process][searched[process]] else { continue }
                for receive in messages[message].receives
                where counts[receive.process] > receive.index {
                    counts[receive.process] = receive.index
                    open.append(receive.process)
                }
            }
        }
        return Cut(counts: counts)
    }
}
