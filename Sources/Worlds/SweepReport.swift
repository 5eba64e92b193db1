import LabKit
import Nodes
import Simulation

/// What is told of a crash-point sweep.
struct SweepReport: Report {
    /// Crashes of one node after effects of one kind.
    struct Row: Encodable {
        let node: String
        let handler: String
        let effect: String
        let crashes: Int
        let failures: Int
    }

    /// A run that failed.
    struct Found: Encodable {
        let failure: Failure
        let command: String
    }

    /// How many failing runs are shown to people.
    private static let foundShownMax = 5

    let system: String
    let seed: UInt64
    let result: RunReport.Result
    let singles: Int
    let pairs: Int
    let unlandedSingles: Int
    let unlandedPairs: Int
    let isComplete: Bool
    let rows: [Row]
    let failures: [Found]
    /// The first run that failed, whole.
    let first: RunReport?
    private let isDouble: Bool

    init(
        system: String,
        seed: UInt64,
        isDouble: Bool,
        result: CrashSweepResult,
        first: RunReport?,
        command: (FaultPlan) -> String
    ) {
        self.system = system
        self.seed = seed
        self.isDouble = isDouble
        singles = result.singles
        pairs = result.pairs
        unlandedSingles = result.unlandedSingles
        unlandedPairs = result.unlandedPairs
        isComplete = result.isComplete
        rows = result.rows.map {
            Row(
                node: $0.node,
                handler: $0.handler,
                effect: $0.effect,
                crashes: $0.crashes,
                failures: $0.failures
            )
        }
        failures = result.failures.map { Found(failure: $0.failure, command: command($0.plan)) }
        self.first = first
        let saysTooLittle =
            !result.isComplete || result.unlandedSingles > 0 || result.singles == 0
        self.result = !failures.isEmpty ? .failed : saysTooLittle ? .inconclusive : .passed
    }

    var status: ExitStatus {
        switch result {
        case .passed: .ok
        case .inconclusive: .temporary
        case .failed: .wrong
        }
    }

    var text: String {
        var text = ReportText()
        text.add("\(result.rawValue): \(system), seed \(seed), crash-point sweep")
        let points = counted(singles, "run with one crash", "runs with one crash")
        let twice = isDouble ? ", " + counted(pairs, "with two", "with two") : ""
        text.add("\(points)\(twice): \(failures.count) failed", indent: 2)
        if unlandedSingles + unlandedPairs > 0 {
            let count = "\(unlandedSingles) of the first and \(unlandedPairs) of the second"
            text.add("a crash did not land in \(count)", indent: 2)
        }
        if !isComplete { text.add("not all crash points were tried", indent: 2) }
        var table = TextTable("node", "crashes after", "in handler", "crashes", "failed")
        for row in rows {
            table.add(
                row.node,
                row.effect.isEmpty ? "nothing yet" : row.effect,
                row.handler,
                "\(row.crashes)",
                "\(row.failures)"
            )
        }
        text.add("")
        text.add(String(table.text.dropLast()), indent: 2)
        guard let first else { return text.text }
        text.add("\nthe first run that failed:")
        first.add(to: &text, indent: 2)
        let others = failures.dropFirst().prefix(Self.foundShownMax - 1)
        text.add("others:", others.map(\.command))
        if failures.count > Self.foundShownMax {
            text.add("… and \(failures.count - Self.foundShownMax) more", indent: 2)
        }
        return text.text
    }

    private enum CodingKeys: String, CodingKey {
        case system, seed, result, singles, pairs, unlandedSingles, unlandedPairs, isComplete
        case rows, failures, first
    }
}
