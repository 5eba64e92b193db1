import Causality
import Failpoints
import Foundation
import Nodes
import ParityScripts
import Processes
import Simulation
import Testing

@testable import Deployment

/// A run of scripted nodes whose record is stepped again.
struct ScriptedRun {
    var nodes: [Scripted]
    var launched: Set<Int> = []
    var faults: [Fault] = []
    var failpoints: [FailpointRequest] = []
    /// Which of the programs that `parity-node` has: where nodes put to rest what they save.
    var kind = "scripted"
    var stores: Stores<Scripted.Words.Saved> = .files
    var timeMax = Duration.seconds(20)
    var beginningMax = Duration.seconds(DeploymentOptions.Limit.beginningSecondsMax)
    /// A script of the shell that runs a node as `"$@"`.
    var script: String?

    /// Runs it, and steps its record again.
    func run(_ hooks: DeploymentHooks = DeploymentHooks()) throws -> DeployedRun {
        let (system, run) = try deployed(hooks)
        let header = EventLogHeader(
            system: system.name,
            seed: 1,
            faults: [],
            command: [],
            nodes: system.members.map(\.name)
        )
        let log = EventLog(header: header, events: try #require(run.events))
        let result = try Replay(system, log).run()
        if run.ending == .rest {
            let waits = result.configuration.states.contains { state in
                state.agenda.reminders.contains(where: \.mayFire) || !state.agenda.writes.isEmpty
            }
            #expect(!waits, "it was said to rest, and a node does not")
        }
        return run
    }

    /// Runs it, and says why it could not be had; nil if it could.
    func failure(_ hooks: DeploymentHooks) throws -> DeploymentFailure? {
        switch try deployed(hooks).run.ending {
        case .failed(let failure): failure
        case .rest, .unfinished, .died, .impossible, .impure, .interrupted: nil
        }
    }

    private func deployed(
        _ hooks: DeploymentHooks
    ) throws -> (system: System<Scripted>, run: DeployedRun) {
        let name = "scripted-\(UInt64.random(in: 0...UInt64.max))"
        let script = ScriptedSystem(name, nodes: nodes, launched: launched)
        let system = try script.system()
        let program = Lab.program("parity-node")
        let command =
            self.script.map { ChildProcess.Command("/bin/sh", ["-c", $0, "sh", program, kind]) }
            ?? ChildProcess.Command(program, [kind])
        var options = DeploymentOptions(
            faults: FaultPlan(faults),
            timeMax: timeMax,
            failpoints: failpoints
        )
        options.beginningMax = beginningMax
        let run = try Deployment(
            system,
            options,
            command: command,
            words: [String(decoding: try JSONEncoder().encode(script), as: UTF8.self)],
            stores: stores,
            hooks: hooks
        ).run()
        return (system, run)
    }

    /// `Node_0.write(3)` and so on: the calls in which what was written came to its end, or a life.
    static func ends(in run: DeployedRun) -> [String] {
        (run.events ?? []).compactMap { event in
            switch event.kind {
            case .written, .refused, .crash:
                let effects = event.effects.map { " after \($0)" } ?? ""
                return "\(event.node) \(event.kind) \(event.text ?? "")\(effects)"
            case .start, .send, .receive, .drop, .timer, .idle, .save, .recover, .output, .note,
                .halt:
                return nil
            }
        }
    }
}
