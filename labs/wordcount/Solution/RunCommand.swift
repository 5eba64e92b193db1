import Causality
import Glibc
import LabInput
import LabKit
import Processes
import Redis
import Text

func runCommand() -> Command {
    let parser = OptionParser(defaults: RunOptions()) { RunOptions.options }
    return Command(
        "run",
        summary: "count words with worker processes and Redis, whatever dies",
        examples: [
            "wordcount run --data assets/corpus --workers 4 --verify",
            "wordcount run --data assets/corpus --workers 4 --crash 1 --slow 1 --kill-redis 30%",
            "wordcount run --data 'tweets/*.csv' --format csv --column text --output counts.tsv",
            "wordcount run --data corpus --redis 127.0.0.1:6379 --password-env REDIS_PASSWORD",
        ],
        parser: parser
    ) { options, given in
        try options.check(given: given)
        return try run(options)
    }
}

private func run(_ options: RunOptions) throws -> ExitStatus {
    try options.output?.checkWritable()
    let files = try options.input.files()
    let job = try options.completedJob(files: files)
    let log = try options.log.map { try EventLogFile(at: $0, options) }
    // From here on there is something to put away when a signal comes.
    try failing { () throws(ProcessFailure) in try Interruption.install() }
    let result: JobResult
    do throws(JobFailure) {
        let job = try Job(job)
        // Only now: a job that cannot begin has no progress to show.
        let bar = ProgressBar(
            "wordcount",
            total: files.count,
            unit: "files",
            style: options.json ? .quiet : .suiting(.standardError)
        )
        let observer = JobObserver(
            note: { bar.note($0) },
            event: { log?.append($0) },
            progress: { done, bytes in bar.update(done: done, text: "\(bytes / 1_000_000) MB") }
        )
        defer { bar.finish() }
        result = try job.run(observer)
    } catch .interrupted(let signal) {
        // Everything of ours is gone by now: end as one that the signal ended, so that a loop of a
        // shell ends too.
        Interruption.dieOf(signal)
    } catch {
        throw error.told(redis: options.redis)
    }
    Interruption.uninstall()
    var report = RunReport(result, files: files, options)
    if options.verify {
        let isRight = try isSerialCount(result, files, options.input)
        report.verified = isRight ? .right : .wrong
    }
    // What fails first must not take the rest along: the answer was dear.
    let written = Result { if let counts = result.all { try options.output?.write(counts) } }
    if options.json {
        try JSONOutput.write(report)
    } else {
        try OutputFile.standardOutput.write(report.text)
    }
    try written.get()
    try log?.close()
    return report.status(of: result)
}

/// Whether the counts are those of a serial count of the same files, those put aside left out.
private func isSerialCount(
    _ result: JobResult,
    _ files: [InputFile],
    _ input: InputOptions
) throws -> Bool {
    guard let counts = result.all else { return false }
    let failed = Set(result.failed.map(\.file))
    let counter = input.counter
    for (index, file) in files.enumerated() where !failed.contains(index) {
        _ = try reporting { try counter.count(file.path) }
    }
    guard counter.table.distinct == counts.distinct else { return false }
    var isSame = true
    counts.forEach { word, count in
        if counter.table.count(of: Array(word)) != count { isSame = false }
    }
    return isSame
}

private func failing<Value>(_ body: () throws(ProcessFailure) -> Value) throws -> Value {
    do throws(ProcessFailure) {
        return try body()
    } catch {
        throw CommandFailure("\(error)", status: .osError)
    }
}

extension JobFailure {
    /// The failure as a user is told of it.
    fileprivate func told(redis: RunOptions.ServerChoice) -> CommandFailure {
        switch self {
        case .redis(let failure):
            CommandFailure(
                "\(failure)",
                remedy: failure.remedy(redis),
                status: failure.status
            )
        case .damagedCounts(let reason):
            CommandFailure("the counts in Redis cannot be right: \(reason)", status: .software)
        case .workers(let reason): CommandFailure(reason, status: .osError)
        case .noWorkerLeft(let open, let files):
            CommandFailure(
                "no worker is left, and \(open) of \(files) files are not counted",
                remedy: "start more workers, or have them replaced by --respawn",
                status: .unavailable
            )
        case .cannotSave:
            CommandFailure(
                "Redis cannot write its checkpoint, so nothing it holds is safe",
                remedy: "see its log; is the disk full?",
                status: .ioError
            )
        case .interrupted(let signal):
            CommandFailure("interrupted", status: .interrupted(signal: signal))
        }
    }
}

extension RedisFailure {
    fileprivate func remedy(_ choice: RunOptions.ServerChoice) -> String? {
        switch self {
        case .server(code: "WRONGPASS", _), .server(code: "NOAUTH", _):
            "name the variable that holds the password with --password-env"
        case .server(code: "ERR", let message) where message.contains("AUTH"):
            "this server has no password: leave out --password-env"
        case .disconnected where choice != .ofOurOwn:
            "is a server running there? --redis private needs none"
        case .unsupported: "use Redis 7.0 or newer, or --redis private"
        case .server, .disconnected, .protocol, .notStarted: nil
        }
    }
}
