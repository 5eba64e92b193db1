import Causality
import Deployment
import Foundation
import Nodes
import Processes
import Simulation

/// One deployed run, held against all that can be known of it: its record is stepped again, where no
/// process, clock or network has a say, and both must agree.
struct CheckedRun<N: Node> {
    struct Verdict: Sendable {
        /// What is wrong; nil if nothing is.
        var complaint: String?
        /// The `sometimes` properties that were true of some state.
        var reached: [String] = []
        /// What became of the faults, and how much happened.
        var proofs: [FaultProof] = []
        var statistics: DeployedRun.Statistics?
        var log: EventLog?
    }

    let system: System<N>
    /// Which of the systems that `parity-node` has.
    let kind: String
    let words: [String]
    let seed: UInt64
    let plan: FaultPlan

    func verdict() -> Verdict {
        var verdict = Verdict()
        var processes: [Int32] = []
        let deployment = Deployment(
            system,
            DeploymentOptions(seed: seed, faults: plan, timeMax: .seconds(10)),
            command: ChildProcess.Command(Self.program, [kind]),
            words: words,
            hooks: DeploymentHooks(started: { _, _, process in processes.append(process) })
        )
        do throws(DeploymentFailure) {
            let run = try deployment.run()
            verdict.proofs = run.proofs
            verdict.statistics = run.statistics
            verdict.complaint = complaint(of: run, &verdict)
        } catch {
            verdict.complaint = "\(error)"
        }
        verdict.complaint = verdict.complaint ?? remains(of: processes)
        return verdict
    }

    private func complaint(of run: DeployedRun, _ verdict: inout Verdict) -> String? {
        guard let events = run.events else { return "there is no record" }
        let header = EventLogHeader(
            system: system.name,
            seed: seed,
            faults: plan.faults.map { "\($0)" },
            command: words,
            nodes: system.members.map(\.name)
        )
        let log = EventLog(header: header, events: events)
        verdict.log = log
        do throws(UnplayableLog) {
            let result = try Replay(system, log).run()
            verdict.reached = result.reached
            // How it ended comes before what a run that did not end looks like.
            guard run.ending == .rest else { return "it ended by \(run.ending)" }
            guard run.deaths.isEmpty else { return "nobody asked for: \(run.deaths)" }
            if let (failure, line) = result.failure { return "\(failure), at line \(line)" }
            return disagreement(result, run)
        } catch {
            return "the record cannot be stepped again: \(error); it ended by \(run.ending)"
        }
    }

    /// Where the last states differ, as far as the run shows its own.
    private func disagreement(_ result: Replay<N>.Result, _ run: DeployedRun) -> String? {
        let configuration = result.configuration
        for (index, state) in configuration.states.enumerated() {
            let waits =
                state.agenda.reminders.contains(where: \.mayFire) || !state.agenda.writes.isEmpty
                || state.agenda.wantsIdle || state.isBeginning
            if waits {
                let name = system.members[index].name
                return "it was said to rest, and \(name) does not: \(state.agenda)"
            }
            let summary = Summary(names: system.members.map(\.name))
            let outputs = state.place.outputs.map { summary($0) }
            guard outputs == run.outputs[index] else {
                return "\(system.members[index].name) told \(run.outputs[index]), not \(outputs)"
            }
        }
        if let flight = configuration.flights.first(where: configuration.isDeliverable) {
            return "it was said to rest, and \(flight.envelope) is on its way"
        }
        func ownCount(_ events: [Event]) -> Int {
            events.count { $0.kind != .drop && $0.kind != .note }
        }
        let (made, logged) = (ownCount(result.events), ownCount(run.events ?? []))
        return made == logged ? nil : "\(logged) events are on record, and \(made) took place"
    }

    /// What a run has left behind.
    private func remains(of processes: [Int32]) -> String? {
        if let process = processes.first(where: { kill($0, 0) == 0 }) {
            return "process \(process) is still there"
        }
        let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
        return names.first { $0.hasPrefix("lightcone-\(system.name).") }.map {
            "\($0) is still there"
        }
    }

    /// The program lies beside the bundle of the tests.
    static var program: String {
        let test = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: test ?? "").deletingLastPathComponent()
            .appendingPathComponent("parity-node").path
    }
}
