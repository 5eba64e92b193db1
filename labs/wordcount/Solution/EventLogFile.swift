import Causality
import Glibc
import LabKit

/// The event log of a run, written as it happens.
final class EventLogFile {
    private let descriptor: Int32
    private let output: OutputFile
    private var failure: OutputFailure?

    /// Makes the file anew and writes the header.
    init(at path: Argument, _ options: RunOptions) throws {
        descriptor = open(
            (path.bytes + [0]).map(CChar.init(bitPattern:)),
            O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
            0o666
        )
        guard descriptor >= 0 else {
            throw CommandFailure(
                "cannot create the event log: \(String(cString: strerror(errno)))",
                at: "\(path)",
                status: .cantCreate
            )
        }
        output = OutputFile(descriptor: descriptor, name: "\(path)")
        var faults = options.job.kills.map { "kill Redis at \($0)" }
        let job = options.job
        if job.crashing > 0 { faults.append("crash \(job.crashing) \(job.crashPoint.rawValue)") }
        if job.slow > 0 { faults.append("slow \(job.slow)") }
        let command = ["wordcount"] + Argument.ofThisProcess.map(\.text)
        let header = EventLogHeader(system: "wordcount", faults: faults, command: command)
        try output.write(bytes: EventLog.line(header))
    }

    /// Adds an event.
    ///
    /// A log that cannot be written is told of at the end; the job goes on.
    func append(_ event: Event) {
        guard failure == nil else { return }
        do throws(OutputFailure) {
            try output.write(bytes: EventLog.line(event))
        } catch {
            failure = error
        }
    }

    /// Ends the log, and says whether all of it was written.
    func close() throws(OutputFailure) {
        if Glibc.close(descriptor) != 0, failure == nil {
            failure = OutputFailure(name: output.name, code: errno)
        }
        if let failure { throw failure }
    }
}
