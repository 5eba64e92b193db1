import Causality
import Exploration
import LabKit
import Nodes

/// One call of `explore`.
struct Exploring<N: Node>: Sendable {
    let system: System<N>
    /// The program, the command, and the lab's own options as they were given.
    let command: CommandText
    /// All words of the options of the search, as they were given.
    let searchWords: [String]
    let options: ExploreOptions
    let output: OutputFile

    /// Searches, and tells what it found.
    ///
    /// No signal is taken over: there is nothing to put away, so that Ctrl-C ends it on the spot.
    func run() throws -> ExitStatus {
        let search: Exploration<N>
        do {
            search = try Exploration(system, options: options.search)
        } catch {
            throw UsageError("\(error)")
        }
        if let log = options.log { try LogFile.check(log) }
        let bar = ProgressBar.onTerminal(
            command.words[0],
            total: nil,
            unit: "states",
            isQuiet: options.json
        )
        let result = search.run { progress in
            bar.update(
                done: progress.states,
                text: "depth \(progress.depth), queue \(progress.queue)"
            )
        }
        bar.finish()
        let report = ExploreReport(
            system: system,
            result: result,
            command: command.adding(searchWords),
            replay: command.renamed("simulate"),
            log: options.log?.text
        )
        if options.json {
            try JSONOutput.write(report, to: output)
        } else {
            try output.write(report.text)
        }
        // After the report: a full disk must not cost what a long search has found.
        if let path = options.log, let violation = result.violation {
            try write(violation.events, to: path)
        }
        return report.status
    }

    private func write(_ events: [Event], to path: Argument) throws {
        let header = EventLogHeader(
            system: system.name,
            command: command.adding(searchWords).words,
            nodes: system.members.map(\.name)
        )
        let log = try LogFile(at: path, header)
        for event in events { log.append(event) }
        try log.close()
    }
}
