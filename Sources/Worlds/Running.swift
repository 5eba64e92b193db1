import Causality
import Deployment
import Failpoints
import LabKit
import Messaging
import Nodes
import Processes
import Simulation

/// One call of `run`: real processes, real sockets, and a verdict from the record of what happened.
struct Running<N: Node> {
    let system: System<N>
    /// The program, the command, and the lab's own options as they were given.
    let command: CommandText
    /// The lab's own options, for the processes of the nodes.
    let labWords: [String]
    let options: RunOptions
    let catalogue: FailpointCatalogue
    let output: OutputFile

    func run() throws -> ExitStatus {
        if options.listsFailpoints {
            try output.write(catalogue.lines.joined(separator: "\n") + "\n")
            return .ok
        }
        if let log = options.log { try LogFile.check(log) }
        let faults = try plan()
        let deployment = Deployment(
            system,
            DeploymentOptions(
                seed: options.seed,
                faults: faults,
                timeMax: options.timeMax,
                isRecording: !options.isUnrecorded,
                addresses: try options.addresses(nodes: names),
                failpoints: try failpoints()
            ),
            command: ChildProcess.Command(ChildProcess.Command.ownProgram, ["node"]),
            words: labWords
        )
        let ended = try Ending.watched { _ in
            do throws(DeploymentFailure) { return try deployment.run() } catch {
                throw failure(error)
            }
        }
        let run = ended.value
        if case .failed(let reason) = run.ending { throw failure(reason) }
        if case .interrupted = run.ending { ended.dieOfSignal() }
        let report = try report(on: run, faults)
        if options.json {
            try JSONOutput.write(report, to: output)
        } else {
            try output.write(report.text)
        }
        ended.dieOfSignal()
        return report.status
    }

    private var names: [String] { system.members.map(\.name) }

    private func failure(_ failure: DeploymentFailure) -> CommandFailure {
        let status = ExitStatus.all.first { $0.code == failure.status } ?? .software
        return CommandFailure(failure.description, status: status)
    }

    /// All that shall go wrong.
    private func plan() throws -> FaultPlan {
        let request = try FaultRequest(options.faults, for: system, SimulationOptions(seed: options.seed))
        var plan = request.plan(seed: options.seed)
        for text in options.faultTexts {
            do {
                let more = try FaultPlan(parsing: text, nodes: names, progress: system.progress)
                plan.faults += more.faults
            } catch {
                throw UsageError("'\(text)': \(error)")
            }
        }
        return plan
    }

    private func failpoints() throws(UsageError) -> [FailpointRequest] {
        do {
            return try catalogue.requests(options.failpoints, processes: names)
        } catch {
            throw UsageError("--failpoint: \(error)")
        }
    }

    /// Steps the record again, which also checks that every node did what it does in the other worlds.
    private func report(on run: DeployedRun, _ faults: FaultPlan) throws -> DeployedReport {
        var judgement = DeployedReport.Judgement()
        let again = again(faults)
        if let events = run.events {
            let header = EventLogHeader(
                system: system.name,
                seed: options.seed,
                faults: faults.faults.map { "\($0)" },
                command: again.words,
                nodes: names
            )
            if let path = options.log {
                let log = try LogFile(at: path, header)
                for event in events { log.append(event) }
                try log.close()
            }
            let log = EventLog(header: header, events: events)
            do throws(UnplayableLog) {
                let result = try Replay(system, log).run()
                judgement.failure = result.failure?.failure
                judgement.failureEvent = result.failure.map { $0.line - 1 }
            } catch {
                judgement.contradiction = "\(error)"
            }
        }
        return DeployedReport(
            system: system,
            options: options,
            run: run,
            judgement: judgement,
            faults: faults,
            command: again,
            replay: command.renamed("simulate")
        )
    }

    private func again(_ faults: FaultPlan) -> CommandText {
        var words = ["--seed", "\(options.seed)"]
        if !faults.faults.isEmpty { words += ["--faults", "\(faults)"] }
        for failpoint in options.failpoints { words += ["--failpoint", failpoint] }
        for host in options.hosts { words += ["--host", host] }
        if options.timeMax != RunOptions().timeMax {
            words += ["--time-limit", EventLines.decimal(options.timeMax)]
        }
        return command.adding(words)
    }
}
