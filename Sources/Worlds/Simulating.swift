import Causality
import LabKit
import Nodes
import Simulation

/// One call of `simulate`: what runs, how, and what the reader is told.
struct Simulating<N: Node>: Sendable {
    /// How many events of a failing run are shown.
    static var eventsShownMax: Int { 20 }

    let system: System<N>
    /// The program, the command, and the lab's own options as they were given.
    let command: CommandText
    let options: SimulateOptions
    let output: OutputFile

    /// Does what was asked for.
    func run() throws -> ExitStatus {
        if let replay = options.replay { return try rerun(replay) }
        if let log = options.log { try LogFile.check(log) }
        let faults = try FaultRequest(options.faults, for: system, worldOptions)
        try DistinctFiles.check(
            written: [("--log", options.log)],
            read: faults.file.map { [("the fault plan", $0)] } ?? []
        )
        if options.sweeps { return try sweep(faults) }
        if let seeds = options.seeds { return try runMany(seeds, faults) }
        return try runOne(faults)
    }

    /// The options of a run, without its seed and its faults.
    var worldOptions: SimulationOptions {
        SimulationOptions(
            seed: options.seed,
            timeMax: options.timeMax,
            eventsMax: options.eventsMax,
            checksPurity: options.checks || SimulationOptions.checksPurityByDefault
        )
    }

    /// The run of the seed that was asked for.
    private func runOne(_ faults: FaultRequest<N>) throws -> ExitStatus {
        var run = worldOptions
        run.faults = faults.plan(seed: run.seed)
        let report = try report(on: run)
        try show(report)
        return report.status
    }

    /// Runs, shrinks the plan if that was asked for, and writes the log.
    func report(on run: SimulationOptions) throws -> RunReport {
        var run = run
        var shrunk: RunReport.Shrunk?
        if options.shrinks {
            var simulation = Simulation(system, run)
            if let failure = simulation.run().failure {
                var shrinking = Shrinking(system)
                let result = shrinking.smallest(run, failing: failure)
                shrunk = RunReport.Shrunk(
                    from: "\(run.faults)",
                    runs: result.runs,
                    isComplete: result.isComplete
                )
                run = result.options
            }
        }
        let again = again(run)
        let log = try options.log.map { try LogFile(at: $0, header(run, again)) }
        var tail = EventTail(max: Self.eventsShownMax)
        var outcome = observe(run, log, &tail)
        // Events cost time: those of a run without a log are made only if there is reason to show them.
        if log == nil, outcome.failure != nil { outcome = observe(run, nil, &tail, shows: true) }
        try log?.close()
        return RunReport(
            system: system,
            options: run,
            outcome: outcome,
            events: outcome.failure == nil ? EventTail(max: 0) : tail,
            shrunk: shrunk,
            command: again.text,
            log: options.log?.text
        )
    }

    private func observe(
        _ run: SimulationOptions,
        _ log: LogFile?,
        _ tail: inout EventTail,
        shows: Bool = false
    ) -> Outcome<N> {
        guard log != nil || shows else {
            var simulation = Simulation(system, run)
            return simulation.run()
        }
        let kept = EventTail.Box(tail)
        var simulation = Simulation(system, run) { event in
            log?.append(event)
            kept.tail.add(event)
        }
        let outcome = simulation.run()
        tail = kept.tail
        return outcome
    }

    /// The command that does that run again, event for event.
    func again(_ run: SimulationOptions) -> CommandText {
        let standard = SimulateOptions()
        var words = ["--seed", "\(run.seed)"]
        if !run.faults.faults.isEmpty { words += ["--faults", "\(run.faults)"] }
        if run.timeMax != standard.timeMax {
            words += ["--time-limit", EventLines.decimal(run.timeMax)]
        }
        if run.eventsMax != standard.eventsMax { words += ["--events", "\(run.eventsMax)"] }
        if options.checks { words.append("--check") }
        return command.adding(words)
    }

    func header(_ run: SimulationOptions, _ again: CommandText) -> EventLogHeader {
        EventLogHeader(
            system: system.name,
            seed: run.seed,
            faults: run.faults.faults.map { "\($0)" },
            command: again.words,
            nodes: system.members.map(\.name)
        )
    }

    /// Writes a report as it was asked for: for people, or for programs.
    func show(_ report: some Report) throws {
        if options.json {
            try JSONOutput.write(report, to: output)
        } else {
            try output.write(report.text)
        }
    }

    func progressBar(total: Int, unit: String) -> ProgressBar {
        .onTerminal(command.words[0], total: total, unit: unit, isQuiet: options.json)
    }
}
