import Causality
import LabKit
import Nodes
import Simulation

// A log, run again.
extension Simulating {
    func rerun(_ path: Argument) throws -> ExitStatus {
        let log = try LogFile.read(path)
        let result: Replay<N>.Result
        do {
            result = try Replay(system, log).run(until: options.until)
        } catch {
            throw CommandFailure(
                "the log cannot be run again: \(error)",
                at: "\(path)",
                remedy: remedy(for: log),
                status: .data
            )
        }
        let report = ReplayReport(
            system: system,
            path: path.text,
            log: log,
            until: options.until,
            result: result
        )
        try show(report)
        return report.status
    }

    private func remedy(for log: EventLog) -> String? {
        guard !log.header.command.isEmpty else { return nil }
        let words = log.header.command
        let writer = CommandText(words[0], words.dropFirst().first ?? "", Array(words.dropFirst(2)))
        return "use the options with which it was written: \(writer.text)"
    }
}
