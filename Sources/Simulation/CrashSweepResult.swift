public import Nodes

/// What came of a crash-point sweep: which boundaries a crash fell on, and which runs failed.
public struct CrashSweepResult: Sendable {
    /// The crashes of one node that fell after effects of one kind, in handlers of one kind.
    public struct Row: Hashable, Sendable {
        /// The node's name.
        public let node: String
        /// `start`, `receive`, `timer` or `idle`; empty before the first effect.
        public let handler: String
        /// `send`, `save`, …; empty before the first effect.
        public let effect: String
        /// How many crashes fell there, in runs with one crash and with two.
        public internal(set) var crashes = 0
        /// How many of these runs failed.
        public internal(set) var failures = 0
    }

    /// A run that failed.
    public struct Found: Sendable {
        /// What went wrong in it.
        public let plan: FaultPlan
        /// What it showed.
        public let failure: Failure
    }

    /// The coverage matrix, by node in the order of their first crashes.
    public internal(set) var rows: [Row] = []
    /// How many runs had one crash.
    public internal(set) var singles = 0
    /// How many runs had two.
    public internal(set) var pairs = 0
    /// Runs of which a crash did not land: always none of the single ones, or the sweep proves nothing.
    public internal(set) var unlandedSingles = 0
    /// Pairs of which one crash kept the other from happening.
    public internal(set) var unlandedPairs = 0
    /// The runs that failed.
    public internal(set) var failures: [Found] = []
    /// Whether every boundary was tried.
    public internal(set) var isComplete = false

    mutating func add<N>(_ runs: [CrashSweep<N>.Run]) {
        for run in runs {
            let isSingle = run.points.count == 1
            if isSingle { singles += 1 } else { pairs += 1 }
            if run.landed < run.points.count {
                if isSingle { unlandedSingles += 1 } else { unlandedPairs += 1 }
            }
            for point in run.points {
                let row = Row(
                    node: run.names[point.node],
                    handler: point.kind?.handler ?? "",
                    effect: point.kind?.effect ?? ""
                )
                let place = rows.firstIndex {
                    $0.node == row.node && $0.handler == row.handler && $0.effect == row.effect
                }
                if place == nil { rows.append(row) }
                let index = place ?? rows.count - 1
                rows[index].crashes += 1
                if run.failure != nil { rows[index].failures += 1 }
            }
            if let failure = run.failure {
                failures.append(Found(plan: run.plan, failure: failure))
            }
        }
    }
}
