public import Nodes
import Threads

/// Many simulated runs of one system, a seed each, over the cores of the machine.
///
/// What it finds does not depend on how many cores there are: with `stopsAtFirstFailure` it is the
/// failure of the lowest seed, and no run of a higher seed counts.
public struct Campaign<N: Node>: Sendable {
    private let system: System<N>
    private let options: SimulationOptions
    private let plan: @Sendable (UInt64) -> FaultPlan
    private let cores: Int
    private let stopsAtFirstFailure: Bool

    /// A campaign.
    ///
    /// - Parameters:
    ///   - system: What runs.
    ///   - options: How; each run has its own seed and plan.
    ///   - cores: How many threads run at once.
    ///   - stopsAtFirstFailure: Whether one failure is enough.
    ///   - plan: What goes wrong in the run of a seed.
    public init(
        _ system: System<N>,
        _ options: SimulationOptions,
        cores: Int,
        stopsAtFirstFailure: Bool = true,
        plan: @escaping @Sendable (UInt64) -> FaultPlan
    ) {
        self.system = system
        self.options = options
        self.plan = plan
        self.cores = max(1, cores)
        self.stopsAtFirstFailure = stopsAtFirstFailure
    }

    /// The options of the run of one seed.
    public func options(for seed: UInt64) -> SimulationOptions {
        var options = options
        options.seed = seed
        options.faults = plan(seed)
        return options
    }

    /// Runs them all, or up to the first failure.
    ///
    /// - Parameters:
    ///   - seeds: A run for each.
    ///   - progress: Told how many runs are done, now and then, on any thread; false ends the campaign.
    /// - Returns: What came of it.
    public func run(
        seeds: ClosedRange<UInt64>,
        progress: @escaping @Sendable (_ runs: Int) -> Bool = { _ in true }
    ) -> CampaignResult {
        let shared = Guarded(
            CampaignState(next: seeds.lowerBound, reached: sometimes.map { _ in 0 })
        )
        WorkCrew.perform(size: cores) { _ in
            while let seed = shared.withLock({ $0.take(upTo: seeds.upperBound) }) {
                var simulation = Simulation(system, options(for: seed))
                let outcome = simulation.run()
                let runs = shared.withLock { state in
                    state.note(outcome.verdict, of: seed, stops: stopsAtFirstFailure)
                    for (index, name) in sometimes.enumerated()
                    where outcome.reached.contains(name) {
                        state.reached[index] += 1
                    }
                    state.deliveries += outcome.statistics.deliveries
                    return state.runs
                }
                if !progress(runs) { shared.withLock { $0.isCancelled = true } }
            }
        }
        return shared.withLock { result(of: $0, first: seeds.lowerBound) }
    }

    private var sometimes: [String] {
        system.properties.filter { $0.kind == .sometimes }.map(\.name)
    }

    private func result(of state: CampaignState, first: UInt64) -> CampaignResult {
        let failed = state.failed.sorted { $0.seed < $1.seed }
        let last = stopsAtFirstFailure ? failed.first?.seed : nil
        let inconclusive = state.inconclusive.count { seed in last.map { seed < $0 } ?? true }
        let failures = last == nil ? failed.count : 1
        let runs = last.map { Int($0 - first) + 1 } ?? state.runs
        return CampaignResult(
            runs: runs,
            passed: runs - failures - inconclusive,
            inconclusive: inconclusive,
            failed: failures,
            first: failed.first.map { seed, failure in
                CampaignResult.Found(seed: seed, plan: plan(seed), failure: failure)
            },
            neverReached: last == nil
                ? zip(sometimes, state.reached).filter { $0.1 == 0 }.map(\.0) : [],
            wasCancelled: state.isCancelled,
            // Runs of higher seeds that happened to be done already do not count.
            deliveries: last == nil ? state.deliveries : nil
        )
    }
}

/// What the threads of a campaign share.
private struct CampaignState: Sendable {
    var next: UInt64?
    var runs = 0
    var inconclusive: [UInt64] = []
    var failed: [(seed: UInt64, failure: Failure)] = []
    /// No run above it is of use any more.
    var lastOfUse = UInt64.max
    var reached: [Int]
    var deliveries = 0
    var isCancelled = false

    init(next: UInt64, reached: [Int]) {
        self.next = next
        self.reached = reached
    }

    mutating func take(upTo last: UInt64) -> UInt64? {
        guard let seed = next, seed <= min(last, lastOfUse), !isCancelled else { return nil }
        next = seed == .max ? nil : seed + 1
        return seed
    }

    mutating func note<N>(_ verdict: Outcome<N>.Verdict, of seed: UInt64, stops: Bool) {
        runs += 1
        switch verdict {
        case .passed: break
        case .inconclusive: inconclusive.append(seed)
        case .failed(let failure):
            failed.append((seed, failure))
            if stops { lastOfUse = min(lastOfUse, seed) }
        }
    }
}
