import LabKit
import Nodes
import Simulation

// Many seeds.
extension Simulating {
    func runMany(_ seeds: ClosedRange<UInt64>, _ faults: FaultRequest<N>) throws -> ExitStatus {
        let campaign = Campaign(
            system,
            worldOptions,
            cores: options.cores,
            stopsAtFirstFailure: !options.countsAll
        ) { faults.plan(seed: $0) }
        let bar = progressBar(total: Int(seeds.upperBound - seeds.lowerBound) + 1, unit: "runs")
        let ending = try Ending.watched { isToGoOn in
            campaign.run(seeds: seeds) { runs in
                bar.update(done: runs)
                return isToGoOn()
            }
        }
        bar.finish()
        let result = ending.value
        let report = CampaignReport(
            system: system.name,
            seeds: seeds,
            result: result,
            isScripted: faults.isScripted,
            failing: try result.first.map { try self.report(on: campaign.options(for: $0.seed)) }
        )
        try show(report)
        ending.dieOfSignal()
        return report.status
    }
}
