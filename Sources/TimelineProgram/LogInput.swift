import Causality
import LabKit
import Timeline

/// The logs that a command line names, as one.
enum LogInput {
    /// A log that is read into memory is not larger than this.
    static let bytesMax = 1 << 30

    /// Reads the logs, and merges them if there are several.
    ///
    /// - Throws: `CommandFailure`: 66 if one cannot be read, 65 if one is no event log, or contradicts itself
    ///   or another one.
    static func read(_ paths: [Argument]) throws(CommandFailure) -> LinkedLog {
        var logs: [EventLog] = []
        for path in paths { logs.append(try read(path)) }
        let names = paths.map { "\($0)" }
        let log = logs.count == 1 ? logs[0] : try merged(logs, names)
        // Not kept twice while it is linked.
        logs = []
        do {
            return try LinkedLog(log)
        } catch {
            throw contradiction("\(error)", names)
        }
    }

    private static func merged(
        _ logs: [EventLog],
        _ names: [String]
    ) throws(CommandFailure) -> EventLog {
        do {
            return try EventLog.merged(logs, names: names)
        } catch {
            throw contradiction("\(error)", names)
        }
    }

    /// The part of a log at some nodes in some times.
    static func part(
        _ linked: LinkedLog,
        nodes: [Int]?,
        times: ClosedRange<Int>?
    ) throws(CommandFailure) -> LinkedLog {
        guard nodes != nil || times != nil else { return linked }
        do {
            return try linked.part(nodes: nodes, times: times)
        } catch {
            throw CommandFailure("\(error)", status: .software)
        }
    }

    private static func read(_ path: Argument) throws(CommandFailure) -> EventLog {
        let bytes = try NamedFile.read(path, as: "event log", bytesMax: bytesMax)
        do {
            return try EventLog(parsing: bytes)
        } catch {
            let cutOff = "the event log ends inside line \(error.line)"
            let growing = "it was cut off, or is still being written: wait for its end, "
            throw CommandFailure(
                error.isCutOff ? cutOff : "not an event log: \(error)",
                at: "\(path)",
                remedy: error.isCutOff
                    ? growing + "or take that line away" : "name a file that --log has written",
                status: .data
            )
        }
    }

    private static func contradiction(_ reason: String, _ names: [String]) -> CommandFailure {
        CommandFailure(
            "the log tells what cannot have been: \(reason)",
            at: names.joined(separator: " "),
            status: .data
        )
    }
}
