public import Nodes
import Threads

/// Takes a reference run, lists every boundary between two effects in it, and lets a crash fall on each.
///
/// The node begins again after a delay. With pairs, a second crash falls on each boundary of each run
/// with one crash. All runs have the seed of the reference, so that each is the same up to its crash.
/// Members whose lives are taken for granted (`isSpared`) do not crash.
public struct CrashSweep<N: Node>: Sendable {
    private let system: System<N>
    private let options: SimulationOptions
    private let restartAfter: Duration?
    private let runsMax: Int

    /// A sweep.
    ///
    /// - Parameters:
    ///   - system: What runs.
    ///   - options: Of the reference run, which must pass.
    ///   - restartAfter: When a node that crashed begins again; nil if nobody restarts it.
    ///   - runsMax: After so many runs the sweep ends, and says that it is not complete.
    public init(
        _ system: System<N>,
        _ options: SimulationOptions,
        restartAfter: Duration? = .milliseconds(100),
        runsMax: Int = 1_000_000
    ) {
        self.system = system
        self.options = options
        self.restartAfter = restartAfter
        self.runsMax = runsMax
    }

    /// Runs the reference and then each crash.
    ///
    /// - Parameters:
    ///   - isDouble: Whether pairs of crashes follow the single ones.
    ///   - cores: How many threads run at once.
    ///   - progress: Told how many of how many runs are done, on any thread; false ends the sweep.
    /// - Returns: What came of it.
    /// - Throws: `Failure` if the reference run itself fails.
    public func run(
        isDouble: Bool = false,
        cores: Int = 1,
        progress: @escaping @Sendable (_ done: Int, _ all: Int) -> Bool = { _, _ in true }
    ) throws(Failure) -> CrashSweepResult {
        let reference = trace([])
        if let failure = reference.outcome.failure { throw failure }
        var result = CrashSweepResult()
        let singles = points(of: reference)
        let first = sweep(singles.map { [$0] }, cores: cores, room: runsMax, progress: progress)
        result.add(first.runs)
        result.isComplete = first.isComplete
        guard isDouble, first.isComplete else { return result }
        let pairs = pairs(after: first.runs)
        let second = sweep(
            pairs,
            cores: cores,
            room: runsMax - first.runs.count,
            progress: progress
        )
        result.add(second.runs)
        result.isComplete = second.isComplete
        return result
    }

    /// A crash: of which node, after how many effects, which were of this kind.
    struct Point: Hashable, Sendable {
        let node: Int
        let effects: Int
        let kind: EffectKind?
    }

    /// One run with crashes.
    struct Run: Sendable {
        let points: [Point]
        let names: [String]
        let plan: FaultPlan
        let failure: Failure?
        /// How many of its crashes landed.
        let landed: Int
        /// The boundaries that a further crash can fall on.
        let next: [Point]
    }

    private func plan(_ points: [Point]) -> FaultPlan {
        FaultPlan(
            options.faults.faults
                + points.map { point in
                    let nodes = [NodePattern(system.members[point.node].name)]
                    return Fault(
                        .kill(nodes: nodes, restartAfter: restartAfter),
                        .after(count: point.effects, of: .effects)
                    )
                }
        )
    }

    private func trace(
        _ points: [Point]
    ) -> (outcome: Outcome<N>, plan: FaultPlan, kinds: [[EffectKind]]) {
        var options = options
        options.faults = plan(points)
        var simulation = Simulation(system, options)
        simulation.effectKinds = Array(repeating: [], count: system.members.count)
        let outcome = simulation.run()
        return (outcome, options.faults, simulation.effectKinds ?? [])
    }

    private func points(
        of trace: (outcome: Outcome<N>, plan: FaultPlan, kinds: [[EffectKind]])
    ) -> [Point] {
        trace.kinds.enumerated().flatMap { node, kinds in
            // A node that never lived has no boundaries, one whose life is taken for granted shall have
            // none, and after a halt nobody is there to crash.
            guard trace.outcome.places[node].incarnation >= 0, !system.members[node].isSpared
            else { return [Point]() }
            return (0...kinds.count).map {
                Point(node: node, effects: $0, kind: $0 == 0 ? nil : kinds[$0 - 1])
            }.filter { $0.kind?.effect != "halt" }
        }
    }

    /// Each pair once, whichever crash comes first.
    private func pairs(after runs: [Run]) -> [[Point]] {
        var seen: Set<Set<Point>> = []
        var pairs: [[Point]] = []
        for run in runs where run.failure == nil {
            for point in run.next where point != run.points[0] {
                if seen.insert(Set(run.points + [point])).inserted {
                    pairs.append(run.points + [point])
                }
            }
        }
        return pairs
    }

    private func sweep(
        _ all: [[Point]],
        cores: Int,
        room: Int,
        progress: @escaping @Sendable (_ done: Int, _ all: Int) -> Bool
    ) -> (runs: [Run], isComplete: Bool) {
        let points = Array(all.prefix(max(0, room)))
        let names = system.members.map(\.name)
        let done = Guarded((next: 0, runs: [Int: Run](), isCancelled: false))
        WorkCrew.perform(size: max(1, cores)) { _ in
            while true {
                let index: Int? = done.withLock { state in
                    guard state.next < points.count, !state.isCancelled else { return nil }
                    state.next += 1
                    return state.next - 1
                }
                guard let index else { return }
                let trace = trace(points[index])
                let crashes = trace.outcome.proofs.suffix(points[index].count)
                let run = Run(
                    points: points[index],
                    names: names,
                    plan: trace.plan,
                    failure: trace.outcome.failure,
                    landed: crashes.count { $0.landed != nil },
                    next: points[index].count == 1 ? self.points(of: trace) : []
                )
                let count = done.withLock { state in
                    state.runs[index] = run
                    return state.runs.count
                }
                if !progress(count, points.count) { done.withLock { $0.isCancelled = true } }
            }
        }
        // By index, not in the order in which the threads were done.
        let runs = done.withLock { state in points.indices.compactMap { state.runs[$0] } }
        return (runs, runs.count == all.count)
    }
}
