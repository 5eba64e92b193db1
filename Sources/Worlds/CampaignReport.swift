import LabKit
import Simulation

/// What is told of many simulated runs.
struct CampaignReport: Report {
    let system: String
    let result: RunReport.Result
    let seedFirst: UInt64
    let seedLast: UInt64
    let runs: Int
    let passed: Int
    let inconclusive: Int
    let failed: Int
    let deliveries: Int?
    /// `sometimes` properties that were true in no run.
    let neverReached: [String]
    let wasInterrupted: Bool
    /// The failing run of the lowest seed.
    let failing: RunReport?

    init(
        system: String,
        seeds: ClosedRange<UInt64>,
        result: CampaignResult,
        isScripted: Bool,
        failing: RunReport?
    ) {
        self.system = system
        seedFirst = seeds.lowerBound
        seedLast = seeds.upperBound
        runs = result.runs
        passed = result.passed
        inconclusive = result.inconclusive
        failed = result.failed
        deliveries = result.deliveries
        neverReached = result.neverReached
        wasInterrupted = result.wasCancelled
        self.failing = failing
        // A plan of a person is meant to land in each run; of plans made by chance some do not.
        let saysTooLittle =
            result.passed == 0 || result.wasCancelled || isScripted && result.inconclusive > 0
            || !result.neverReached.isEmpty
        self.result = result.failed > 0 ? .failed : saysTooLittle ? .inconclusive : .passed
    }

    var status: ExitStatus {
        switch result {
        case .passed: .ok
        case .inconclusive: .temporary
        case .failed: failing?.status ?? .wrong
        }
    }

    var text: String {
        var text = ReportText()
        let place = failing.map { ", first at seed \($0.seed)" } ?? ""
        text.add("\(result.rawValue): \(system), seeds \(seedFirst)...\(seedLast)\(place)")
        if wasInterrupted { text.add("interrupted before all were run", indent: 2) }
        text.add(
            "\(counted(runs, "run", "runs")): \(passed) passed, \(inconclusive) inconclusive, "
                + "\(failed) failed"
                + (deliveries.map { "; \(counted($0, "message", "messages")) delivered" } ?? ""),
            indent: 2
        )
        if inconclusive > 0 {
            text.add("inconclusive: a fault found nothing to hit", indent: 2)
        }
        if failed == 0 {
            for name in neverReached { text.add("reached in no run: \(name)", indent: 2) }
        }
        if let failing {
            text.add("seed \(failing.seed):")
            failing.add(to: &text, indent: 2)
        }
        return text.text
    }
}
