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
    /// From which the processes of the nodes make the system.
    let nodeWords: [String]
    let options: RunOptions
    let catalogue: FailpointCatalogue
    let stores: Stores<N.Words.Saved>
    let output: OutputFile
    /// The plans that single words of `--faults` stand for.
    var named: (String) throws -> FaultPlan? = { _ in nil }
    /// Whether a fault that found nothing left to hit says nothing, as long as one has landed.
    var toleratesMisses = false

    func run() throws -> ExitStatus {
        if options.listsFailpoints {
            try output.write(catalogue.lines.joined(separator: "\n") + "\n")
            return .ok
        }
        let bar = progressBar
        let ended = try deploy(told: { _, _ in bar.advance() })
        bar.finish()
        let report = ended.value
        if options.json {
            try JSONOutput.write(report, to: output)
        } else {
            try output.write(report.text)
        }
        ended.dieOfSignal()
        return report.status
    }

    /// Runs to the end, and steps the record again.
    func deploy(
        told: @escaping (String, String) -> Void = { _, _ in },
        emitted: ((String, [UInt8]) -> Void)? = nil,
        unwritten: @escaping (String, String, String) -> Void = { _, _, _ in }
    ) throws -> Ending<DeployedReport> {
        if let log = options.log { try LogFile.check(log) }
        let faults = try plan()
        let failpoints = try failpoints()
        let deployment = Deployment(
            system,
            DeploymentOptions(
                seed: options.seed,
                faults: faults,
                timeMax: options.timeMax,
                isRecording: !options.isUnrecorded,
                addresses: try options.addresses(nodes: names),
                failpoints: failpoints,
                joining: try options.joining(nodes: names)
            ),
            command: ChildProcess.Command(ChildProcess.Command.ownProgram, ["node"]),
            words: nodeWords,
            stores: stores,
            hooks: DeploymentHooks(
                awaited: invite,
                told: told,
                emitted: emitted,
                unwritten: unwritten
            )
        )
        let ended = try Ending.watched { _ in
            do throws(DeploymentFailure) { return try deployment.run() } catch {
                throw CommandFailure(error)
            }
        }
        if case .failed(let reason) = ended.value.ending { throw CommandFailure(reason) }
        return try ended.map { try report(on: $0, faults, failpoints) }
    }

    /// For people who watch: how much of what there is to be told has been told.
    private var progressBar: ProgressBar {
        let total: Int? = if case .outputs(let total) = system.progress { total } else { nil }
        return .onTerminal(
            command.words[0],
            total: total,
            unit: "outputs",
            isQuiet: options.json
        )
    }

    /// Tells whoever is to start a node elsewhere how that is done.
    private func invite(_ node: String, _ address: Address, _ token: RunToken) {
        guard let path = options.tokenFile else { return }
        do {
            try SecretFile.write(token.text + "\n", to: path)
            let words = ["--node", node, "--supervisor", "\(address)", "--token-file", path.text]
            let command = CommandText(command.words[0], "join", words)
            let line = "waiting for \(node); on its machine: \(command.text)"
            try OutputFile.standardError.write(Terminal.escaped(line) + "\n")
        } catch {
            // The file is looked at before the run; if it is gone since, nobody can join.
            try? OutputFile.standardError.write("\(command.words[0]): \(error)\n")
        }
    }

    private var names: [String] { system.members.map(\.name) }

    /// All that shall go wrong.
    private func plan() throws -> FaultPlan {
        var plan: FaultPlan
        var file: Argument?
        if let text = options.faults?.text, let known = try named(text) {
            plan = known
        } else {
            let simulation = SimulationOptions(seed: options.seed)
            let request = try FaultRequest(options.faults, for: system, simulation)
            plan = request.plan(seed: options.seed)
            file = request.file
        }
        try DistinctFiles.check(
            written: [("--log", options.log), ("--token-file", options.tokenFile)],
            read: file.map { [("the fault plan", $0)] } ?? []
        )
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
    private func report(
        on run: DeployedRun,
        _ faults: FaultPlan,
        _ failpoints: [FailpointRequest]
    ) throws -> DeployedReport {
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
                let all = system.properties.filter { $0.kind == .sometimes }.map(\.name)
                judgement.notReached = all.filter { !result.reached.contains($0) }
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
            failpoints: failpoints,
            toleratesMisses: toleratesMisses,
            command: again,
            replay: command.renamed("simulate")
        )
    }

    private func again(_ faults: FaultPlan) -> CommandText {
        var words = ["--seed", "\(options.seed)"]
        if !faults.faults.isEmpty { words += ["--faults", "\(faults)"] }
        if options.timeMax != RunOptions().timeMax {
            words += ["--time-limit", EventLines.decimal(options.timeMax)]
        }
        if options.isUnrecorded { words.append("--no-record") }
        for failpoint in options.failpoints { words += ["--failpoint", failpoint] }
        for host in options.hosts { words += ["--host", host] }
        for remote in options.remotes { words += ["--remote", remote] }
        if let listen = options.listen { words += ["--listen", listen] }
        if let tokenFile = options.tokenFile { words += ["--token-file", tokenFile.text] }
        return command.adding(words)
    }
}
