import Foundation
import Processes
import Testing

/// However a job ends, it leaves neither a process nor a folder behind.
@Suite struct EndingTests {
    private let wordcount: Wordcount

    init() throws { wordcount = try Wordcount() }

    /// Moments in the life of a job, as its event log shows them.
    enum Moment: String, CaseIterable {
        case firstCheckpoint = "\"kind\":\"save\""
        case workerAtWork = "\"kind\":\"receive\""
        case redisDown = "\"kind\":\"crash\",\"node\":\"Redis\""
    }

    private func interrupted(
        by signal: Int32,
        at moment: Moment,
        redis: [String] = [],
        environment: [String: String] = [:]
    ) throws -> Wordcount.Outcome {
        let log = wordcount.path("log")
        let faults = redis.isEmpty ? ["--kill-redis", "20%", "--downtime", "5"] : redis
        let running = try wordcount.start(
            [
                "run", "--data", Reference.corpus, "--workers", "3", "--slow", "1", "--slow-for",
                "20",
            ]
                + ["--log", log] + faults,
            environment: environment
        )
        try waitUntil("the log shows \(moment)") {
            let events = FileManager.default.contents(atPath: log) ?? Data()
            return events.range(of: Data(moment.rawValue.utf8)) != nil
        }
        #expect(kill(running.process.pid, signal) == 0)
        return try running.outcome(within: .seconds(20))
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT], Moment.allCases)
    func `a signal ends the job and everything it started`(signal: Int32, moment: Moment) throws {
        let outcome = try interrupted(by: signal, at: moment)
        #expect(outcome.ending == .killed(signal: signal))
        #expect(wordcount.relatives == [])
        #expect(wordcount.leftovers == [])
    }

    @Test(arguments: Moment.allCases)
    func `a client killed by SIGKILL takes everything along`(moment: Moment) throws {
        let outcome = try interrupted(by: SIGKILL, at: moment)
        #expect(outcome.ending == .killed(signal: SIGKILL))
        try waitUntil("nothing is left") {
            wordcount.relatives.isEmpty && wordcount.leftovers.isEmpty
        }
    }

    @Test func `a job fails when no worker is left, and says how much is not counted`() throws {
        let outcome = try wordcount.run(
            ["run", "--data", Reference.corpus, "--workers", "2", "--crash", "2"])
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains("no worker is left, and 66 of 66 files are not counted"))
        #expect(outcome.output == "")
        #expect(wordcount.relatives == [])
        #expect(wordcount.leftovers == [])
    }

    @Test func `dead workers are replaced until the work is done`() throws {
        let (report, counts) = try wordcount.job(["--workers", "2", "--crash", "2", "--respawn"])
        #expect(counts == Reference.corpusCounts)
        #expect(report.crashes == 2)
        #expect(report.respawns == 2)
    }

    @Test func `a fault that did not land is not survived`() throws {
        let outcome = try wordcount.run(
            ["run", "--data", Reference.corpus, "--kill-redis", "600s"])
        #expect(outcome.status == 75)
        #expect(outcome.output.contains("DID NOT LAND"))
    }

    @Test func `a crash that finds no work did not land`() throws {
        try FileManager.default.createDirectory(
            atPath: wordcount.path("nothing"),
            withIntermediateDirectories: true
        )
        let (report, _) = try wordcount.job(
            data: [wordcount.path("nothing")],
            ["--workers", "2", "--crash", "1"],
            status: 75
        )
        #expect(report.faults.map(\.landed) == [nil])
        #expect(report.crashes == 0)
    }

    @Test(arguments: [
        (["--wrokers", "2"], "unknown option '--wrokers' (did you mean '--workers'?)"),
        (["--workers"], "--workers needs a value"),
        (["--workers", "0"], "--workers takes a whole number from 1 to 64, not '0'"),
        (["--crash", "2", "--slow", "1", "--workers", "2"], "more than --workers 2"),
        (["--kill-redis", "3 o'clock"], "--kill-redis takes a share (30%)"),
        (["--kill-redis", "every:0.1s"], "leaves no time for progress"),
        (["--downtime", "1"], "--downtime needs --kill-redis"),
        (["--redis", "nonsense"], "--redis takes private, HOST:PORT or unix:PATH"),
        (["--redis", "127.0.0.1:1", "--kill-redis", "1s"], "only a private server is killed"),
        (["--classic", "--format", "text"], "--classic counts CSV files"),
        (["--column", "x"], "--column needs --format csv"),
        (["--password-env", "X"], "--password-env needs --redis"),
        (["--redis", "127.0.0.1:1", "--password-env", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE"),
    ])
    func `a wrong command line is told in one line`(arguments: [String], line: String) throws {
        let outcome = try wordcount.run(["run", "--data", Reference.corpus] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains(line), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(outcome.output == "")
    }

    @Test func `the result goes to standard output, one object, and nothing else does`() throws {
        let outcome = try wordcount.run(["run", "--data", Reference.corpus, "--json", "--verify"])
        #expect(outcome.status == 0)
        #expect(outcome.output.split(separator: "\n").count == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        )
        let keys = [
            "files", "bytes", "words", "distinct", "top", "seconds", "workers", "crashes", "claims",
            "redisRestarts", "retries", "verified",
        ]
        #expect(keys.allSatisfy { object[$0] != nil })
        #expect(outcome.errors == "")
    }

    @Test func `output that cannot be written is told before the work is done`() throws {
        let outcome = try wordcount.run(
            ["run", "--data", Reference.corpus, "--output", "/nonexistent/counts.tsv"])
        #expect(outcome.status == 73)
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }
}
