public import Nodes

/// Makes a fault plan that breaks a system as small as it gets: what is left is what matters.
///
/// Fewer faults, then fewer nodes, shorter and earlier ones, each change kept only if the run of the same
/// seed still fails in the same way; then the least time in which it does. (Zeller and Hildebrandt,
/// "Simplifying and isolating failure-inducing input", 2002, in its simplest form: one at a time.)
public struct Shrinking<N: Node> {
    /// What is left.
    public struct Result: Sendable {
        /// The smallest plan that was found, with the least time that shows the failure.
        public let options: SimulationOptions
        /// How it fails.
        public let failure: Failure
        /// How many runs were tried.
        public let runs: Int
        /// Whether no smaller change was left to try.
        public let isComplete: Bool
    }

    private let system: System<N>
    private let runsMax: Int
    private var runs = 0

    /// At most so many runs are tried.
    public init(_ system: System<N>, runsMax: Int = 2_000) {
        self.system = system
        self.runsMax = runsMax
    }

    /// Finds the smallest plan.
    ///
    /// - Parameters:
    ///   - options: Of a run that fails.
    ///   - failure: How it fails.
    /// - Returns: What is left.
    public mutating func smallest(
        _ options: SimulationOptions,
        failing failure: Failure
    ) -> Result {
        var best = options
        var shown = failure
        var isSmaller = true
        while isSmaller, runs < runsMax {
            isSmaller = false
            for candidate in candidates(from: best) {
                guard runs < runsMax else { break }
                if let found = fails(candidate, like: failure) {
                    best = candidate
                    shown = found.failure
                    isSmaller = true
                    break
                }
            }
        }
        let isComplete = !isSmaller
        // A failure that is not a matter of the limit shows by the time at which it happens.
        if failure.kind != .unfinished, let found = fails(best, like: failure) {
            var shorter = best
            shorter.timeMax = .nanoseconds(found.nanoseconds)
            if fails(shorter, like: failure) != nil { best = shorter }
        }
        return Result(options: best, failure: shown, runs: runs, isComplete: isComplete)
    }

    private mutating func fails(
        _ options: SimulationOptions,
        like failure: Failure
    ) -> (failure: Failure, nanoseconds: Int)? {
        runs += 1
        var simulation = Simulation(system, options)
        let outcome = simulation.run()
        guard let found = outcome.failure, found.isLike(failure) else { return nil }
        return (found, outcome.statistics.nanoseconds)
    }

    /// Plans that are a little smaller, the boldest first.
    private func candidates(from options: SimulationOptions) -> [SimulationOptions] {
        let faults = options.faults.faults
        var plans: [[Fault]] = faults.isEmpty ? [] : [[]]
        for index in faults.indices.reversed() {
            var fewer = faults
            fewer.remove(at: index)
            if !fewer.isEmpty { plans.append(fewer) }
        }
        for (index, fault) in faults.enumerated() {
            for smaller in smaller(fault) {
                var changed = faults
                changed[index] = smaller
                plans.append(changed)
            }
        }
        return plans.map { plan in
            var candidate = options
            candidate.faults = FaultPlan(plan)
            return candidate
        }
    }

    private func smaller(_ fault: Fault) -> [Fault] {
        var list: [Fault] = []
        func add(_ change: (inout Fault) -> Void) {
            var copy = fault
            change(&copy)
            if copy != fault { list.append(copy) }
        }
        for action in narrower(fault.action) { add { $0.action = action } }
        if let lasting = fault.lasting, lasting > .milliseconds(1) {
            add { $0.lasting = .nanoseconds(lasting.nanoseconds / 2) }
        }
        switch fault.trigger {
        case .atOnce: break
        case .at(let time):
            if time > .milliseconds(1) {
                add { $0.trigger = .at(.nanoseconds(time.nanoseconds / 2)) }
            }
        case .progress(let percent):
            if percent > 1 { add { $0.trigger = .progress(percent: (percent / 2).rounded(.down)) } }
        case .after(let count, let milestone):
            if count > 0 {
                add { $0.trigger = .after(count: count / 2, of: milestone) }
                add { $0.trigger = .after(count: count - 1, of: milestone) }
            }
        }
        return list
    }

    /// The same for one node, or one link, alone.
    private func narrower(_ action: Fault.Action) -> [Fault.Action] {
        switch action {
        case .kill(let nodes, let restart):
            single(nodes).map { .kill(nodes: $0, restartAfter: restart) }
        case .stop(let nodes): single(nodes).map { .stop(nodes: $0) }
        case .slow(let nodes, let by): single(nodes).map { .slow(nodes: $0, by: by) }
        case .drift(let nodes, let percent):
            single(nodes).map { .drift(nodes: $0, percent: percent) }
        case .skew(let nodes, let by): single(nodes).map { .skew(nodes: $0, by: by) }
        case .corrupt(let nodes, let name): single(nodes).map { .corrupt(nodes: $0, name: name) }
        case .fill(let nodes): single(nodes).map { .fill(nodes: $0) }
        case .lose(let probability, let links):
            single(links).map { .lose(probability: probability, links: $0) }
        case .duplicate(let probability, let links):
            single(links).map { .duplicate(probability: probability, links: $0) }
        case .delay(let by, let links): single(links).map { .delay(by: by, links: $0) }
        case .partition(let links): single(links).map { .partition(links: $0) }
        }
    }

    private func single(_ nodes: [NodePattern]) -> [[NodePattern]] {
        let meant = system.members.map(\.name).filter { nodes.matches($0) }
        return meant.count > 1 ? meant.map { [NodePattern($0)] } : []
    }

    private func single(_ links: LinkPattern) -> [LinkPattern] {
        let names = system.members.map(\.name)
        let ways = names.flatMap { sender in
            names.filter { links.matches(sender: sender, receiver: $0) && $0 != sender }.map {
                LinkPattern(from: [NodePattern(sender)], to: [NodePattern($0)])
            }
        }
        return ways.count > 1 ? ways : []
    }
}
