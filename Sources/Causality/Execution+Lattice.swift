// The consistent cuts of an execution, ordered by what they hold, are a lattice: `Cut.union` and
// `Cut.intersection` are its join and meet (Mattern 1989, section 4). A way through it from the empty cut to the full one,
// event by event, is one order in which somebody could have seen the run. There can be as many cuts as
// the product of the processes' numbers of events, so that every walk has a limit.

extension Execution {
    /// How many cuts are looked at where nothing is said.
    public static let cutsMax = 1_000_000

    /// All consistent cuts: those with no event, those with one, and so on; sorted by counts within one
    /// number of events.
    ///
    /// - Parameter cutsMax: How many at most.
    /// - Returns: The cuts; the empty one is first, the full one last.
    /// - Throws: `TooManyCuts` if there are more.
    public func consistentCuts(cutsMax: Int = cutsMax) throws(TooManyCuts) -> [Cut] {
        var cuts: [Cut] = []
        try levels(cutsMax: cutsMax) { level in
            cuts += level
            return true
        }
        return cuts
    }

    /// How many consistent cuts there are.
    ///
    /// - Parameter cutsMax: How many are counted at most.
    /// - Returns: The number, the empty and the full cut included.
    /// - Throws: `TooManyCuts` if there are more.
    public func consistentCutCount(cutsMax: Int = cutsMax) throws(TooManyCuts) -> Int {
        var count = 0
        try levels(cutsMax: cutsMax) { level in
            count += level.count
            return true
        }
        return count
    }

    /// Whether somebody could have seen a global state for which this is so: *possibly* of Cooper and
    /// Marzullo, "Consistent detection of global predicates", 1991.
    ///
    /// - Parameters:
    ///   - cutsMax: How many cuts are looked at, at most.
    ///   - predicate: What is asked of the global state at a consistent cut.
    /// - Returns: A cut with the fewest events where it is so; nil if there is none.
    /// - Throws: `TooManyCuts` if none of so many is one, and there are more.
    public func possibly(
        cutsMax: Int = cutsMax,
        _ predicate: (Cut) -> Bool
    ) throws(TooManyCuts) -> Cut? {
        var found: Cut?
        try levels(cutsMax: cutsMax) { level in
            found = level.first(where: predicate)
            return found == nil
        }
        return found
    }

    /// Whether everybody who saw the run, in whatever order, saw a global state for which this is so:
    /// *definitely* of Cooper and Marzullo 1991.
    ///
    /// - Parameters:
    ///   - cutsMax: How many cuts are looked at, at most.
    ///   - predicate: What is asked of the global state at a consistent cut.
    /// - Returns: Whether every way from the empty to the full cut has a cut where it is so.
    /// - Throws: `TooManyCuts` if there is no answer after so many.
    public func definitely(
        cutsMax: Int = cutsMax,
        _ predicate: (Cut) -> Bool
    ) throws(TooManyCuts) -> Bool {
        try observation(avoiding: predicate, cutsMax: cutsMax) == nil
    }

    /// An order in which somebody could have seen the run without ever seeing what is asked for: why
    /// something was not *definitely* so.
    ///
    /// - Parameters:
    ///   - predicate: What is asked of the global state at a consistent cut.
    ///   - cutsMax: How many cuts are looked at, at most.
    /// - Returns: The consistent cuts on the way, from the empty to the full one, each with one event more;
    ///   nil if everybody saw it.
    /// - Throws: `TooManyCuts` if there is no answer after so many.
    public func observation(
        avoiding predicate: (Cut) -> Bool,
        cutsMax: Int = cutsMax
    ) throws(TooManyCuts) -> [Cut]? {
        var seen: [[Cut]] = []
        try levels(cutsMax: cutsMax, where: { !predicate($0) }) { level in
            seen.append(level)
            return true
        }
        guard let last = seen.last, seen.count == eventCount + 1 else { return nil }
        // Back from the full cut; every one that was reached has one before it.
        var way = last
        for level in seen.dropLast().reversed() {
            guard let next = way.last, let cut = level.first(where: { leads(from: $0, to: next) })
            else { preconditionFailure("a cut was reached from nowhere") }
            way.append(cut)
        }
        return way.reversed()
    }

    private func leads(from cut: Cut, to next: Cut) -> Bool {
        cut.isSubset(of: next) && next.size == cut.size + 1
    }

    /// Walks over the consistent cuts that can be reached through such as are wanted, by number of events.
    ///
    /// - Parameters:
    ///   - cutsMax: How many cuts are looked at, at most.
    ///   - isWanted: The walk does not go through others.
    ///   - visit: Gets each level, sorted; the walk ends when it returns false.
    /// - Throws: `TooManyCuts` beyond the limit.
    private func levels(
        cutsMax: Int,
        where isWanted: (Cut) -> Bool = { _ in true },
        _ visit: ([Cut]) -> Bool
    ) throws(TooManyCuts) {
        var looked = 1
        guard looked <= cutsMax else { throw TooManyCuts(cutsMax: cutsMax) }
        var level = [emptyCut].filter(isWanted)
        while !level.isEmpty, visit(level) {
            var next: Set<Cut> = []
            for cut in level {
                for process in steps.indices where canAdd(process, to: cut) {
                    var larger = cut
                    larger.counts[process] += 1
                    guard next.insert(larger).inserted else { continue }
                    looked += 1
                    guard looked <= cutsMax else { throw TooManyCuts(cutsMax: cutsMax) }
                }
            }
            level = next.sorted { $0.counts.lexicographicallyPrecedes($1.counts) }.filter(isWanted)
        }
    }

    /// Whether a consistent cut is still one with the next event of a process.
    private func canAdd(_ process: Int, to cut: Cut) -> Bool {
        let index = cut.counts[process]
        guard index < steps[process].count else { return false }
        switch steps[process][index] {
        case .local, .send: return true
        case .receive(let message): return messages[message].send.map(cut.contains) ?? true
        }
    }
}
