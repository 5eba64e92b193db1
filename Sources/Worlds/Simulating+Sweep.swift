import LabKit
import Nodes
import Simulation

// A crash between any two effects.
extension Simulating {
    func sweep(_ faults: FaultRequest<N>) throws -> ExitStatus {
        var run = worldOptions
        run.faults = faults.plan(seed: run.seed)
        let sweep = CrashSweep(
            system,
            run,
            restartAfter: options.withoutRestart ? nil : .milliseconds(100)
        )
        let bar = progressBar(total: 0, unit: "runs")
        let ending = try Ending.watched { isToGoOn -> Result<CrashSweepResult, Failure> in
            do throws(Failure) {
                return .success(
                    try sweep.run(isDouble: options.isDouble, cores: options.cores) { done, all in
                        bar.update(done: done, total: all)
                        return isToGoOn()
                    }
                )
            } catch {
                return .failure(error)
            }
        }
        bar.finish()
        let report: any Report
        switch ending.value {
        case .failure:
            // Without any crash it fails already: that run is what there is to tell.
            report = try self.report(on: run)
        case .success(let result):
            let first = try result.failures.first.map { found in
                var failing = run
                failing.faults = found.plan
                return try self.report(on: failing)
            }
            report = SweepReport(
                system: system.name,
                seed: run.seed,
                isDouble: options.isDouble,
                result: result,
                first: first
            ) { plan in
                var failing = run
                failing.faults = plan
                return again(failing).text
            }
        }
        try show(report)
        ending.dieOfSignal()
        return report.status
    }
}
