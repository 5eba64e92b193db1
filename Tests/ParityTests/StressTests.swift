import Causality
import Chance
import Deployment
import Foundation
import Nodes
import ParityScripts
import Testing
import Threads

/// Little systems that do everything there is to do, as real processes, under plans that break everything
/// there is to break: whatever happened must be something that could have.
@Suite struct StressTests {
    /// How many systems are run, unless `PARITY_RUNS` asks for more; `PARITY_SEED` says where to begin.
    private static let runCount = number("PARITY_RUNS") ?? 30
    private static let firstSeed = number("PARITY_SEED") ?? 1

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    private struct Findings {
        var next: Int
        var failures: [String] = []
        var logs: [EventLog] = []
        var events = 0
        var crashes = 0
        var processes = 0
        var landed = 0
        var faults = 0
    }

    @Test func `whatever random systems do under random plans can be stepped again`() throws {
        let end = Self.firstSeed + Self.runCount
        let findings = Guarded(Findings(next: Self.firstSeed))
        // A child dies with the thread that has started it: these live as long as their runs.
        WorkCrew.perform(size: 2) { _ in
            while true {
                let seed = findings.withLock { state in
                    state.next += 1
                    return state.next - 1
                }
                guard seed < end else { return }
                perform(seed, findings)
            }
        }
        try findings.withLock { state in
            for log in state.logs {
                let text = EventLog.line(log.header) + log.events.flatMap { EventLog.line($0) }
                Attachment.record(text, named: "\(log.header.system).jsonl")
            }
            let figures = [
                "\(Self.runCount) runs", "\(state.processes) processes", "\(state.events) events",
                "\(state.crashes) crashes", "\(state.landed) of \(state.faults) faults landed",
            ]
            let summary = figures.joined(separator: ", ")
            Attachment.record(summary, named: "figures.txt")
            let lines = state.failures.joined(separator: "\n")
            #expect(state.failures.isEmpty, "\(summary), \(state.failures.count) failed:\n\(lines)")
            // None of it shows anything if nothing happens.
            let crash = try #require(state.crashes > 0 ? state.crashes : nil, "\(summary)")
            #expect(state.landed > state.faults / 4 && crash > 0, "\(summary)")
        }
    }

    private func perform(_ seed: Int, _ findings: Guarded<Findings>) {
        do {
            let name = "chaos-\(getpid())-\(seed)"
            let system = try Chaos.system(named: name, seed: seed)
            var chance = SplitMix64(seed: UInt64(seed))
            let names = system.members.map(\.name)
            let mayFill = Chaos.bearsFullDisk(seed: seed)
            let plan = RandomPlan(names: names, mayFill: mayFill).plan(&chance)
            let verdict = CheckedRun(
                system: system,
                kind: "chaos",
                words: [name, "\(seed)"],
                seed: UInt64(seed),
                plan: plan
            ).verdict()
            findings.withLock { state in
                state.events += verdict.log?.events.count ?? 0
                state.crashes += verdict.log?.events.count { $0.kind == .crash } ?? 0
                state.processes += verdict.statistics?.processes ?? 0
                state.faults += verdict.proofs.count
                state.landed += verdict.proofs.count { $0.landed != nil }
                guard let complaint = verdict.complaint else { return }
                state.failures.append("seed \(seed), \(plan): \(complaint)")
                if let log = verdict.log { state.logs.append(log) }
            }
        } catch {
            findings.withLock { $0.failures.append("seed \(seed): \(error)") }
        }
    }
}
