import Foundation
import Processes
import Redis
import Testing

/// Jobs on a server that belongs to somebody else.
@Suite struct GivenServerTests {
    private let wordcount: Wordcount
    private let server: RedisServer

    init() throws {
        wordcount = try Wordcount()
        server = try RedisServer()
    }

    private var options: [String] { ["--redis", "\(server.address)", "--password-env", "SECRET"] }
    private var secret: [String: String] { ["SECRET": server.password] }

    private func keys() throws -> [String] {
        let redis = try RedisConnection(server.address, password: server.password)
        return try redis.send(RedisCommand("KEYS", "*")).array().map { try $0.text() ?? "" }
    }

    @Test func `a job leaves its answer on a given server, and nothing else of its own`() throws {
        let redis = try RedisConnection(server.address, password: server.password)
        try redis.set("files", "somebody else's")
        try redis.set("count", "somebody else's")
        let outcome = try wordcount.run(
            ["run", "--data", Reference.corpus] + options,
            environment: secret
        )
        #expect(outcome.status == 0, "\(outcome)")
        #expect(try redis.get("files") == Array("somebody else's".utf8))
        #expect(try redis.get("count") == Array("somebody else's".utf8))
        let ours = try keys().filter { $0.hasPrefix("lightcone:") }
        #expect(ours.count == 1)
        let key = try #require(ours.first)
        #expect(outcome.output.contains("ZREVRANGE \(key) 0 9 WITHSCORES"))
        #expect(try redis.highest(0..<1, of: key).first?.member == Array("the".utf8))
        #expect(try redis.count(ofSet: key) == Reference.corpusCounts.count)
    }

    @Test(arguments: ["combined", "simple"])
    func `a job that says it is done has its answer on disk`(mode: String) throws {
        let outcome = try wordcount.run(
            ["run", "--data", Reference.corpus, "--commit", mode, "--checkpoint-interval", "3600"]
                + options,
            environment: secret
        )
        #expect(outcome.status == 0, "\(outcome)")
        server.kill()
        try server.start()
        let key = try #require(try keys().first { $0.hasSuffix(":count") })
        let redis = try RedisConnection(server.address, password: server.password)
        #expect(try redis.count(ofSet: key) == Reference.corpusCounts.count)
        #expect(
            try redis.highest(0..<1, of: key).first?.score
                == Reference.corpusCounts[Array("the".utf8)]
        )
    }

    /// What others can do to a job's keys; none of it may end in a wrong count or in no end.
    static let meddling: [[String]] = [
        ["DEL", "totals"], ["DEL", "files"], ["HSET", "totals", "files", "-5"],
        ["HSET", "totals", "files", "9223372036854775807"], ["XTRIM", "files", "MAXLEN", "0"],
        ["HSET", "totals", "words", "1"], ["SET", "totals", "x"], ["FLUSHALL"],
    ]

    @Test(arguments: meddling)
    func `a job whose keys somebody changes fails with a line`(command: [String]) throws {
        let running = try wordcount.start(
            ["run", "--data", Reference.corpus, "--workers", "2", "--slow", "1", "--slow-for", "3"]
                + ["--claim-after", "60", "--respawn", "--json"] + options,
            environment: secret
        )
        let redis = try RedisConnection(server.address, password: server.password)
        var prefix = ""
        try waitUntil("some files are counted") {
            guard let key = try keys().first(where: { $0.hasSuffix(":totals") }) else {
                return false
            }
            prefix = String(key.dropLast("totals".count))
            return try redis.numbers(key, ["files"])[0] > 10
        }
        var words = command
        if words.count > 1 { words[1] = prefix + words[1] }
        try redis.send(RedisCommand(words[0]).adding(Array(words.dropFirst())))
        let outcome = try running.outcome(within: .seconds(30))
        #expect([69, 70, 76].contains(outcome.status), "\(outcome)")
        #expect(outcome.output == "")
        #expect(wordcount.relatives == [])
    }

    @Test func `counts that somebody took away are missed`() throws {
        let running = try wordcount.start(
            ["run", "--data", Reference.corpus, "--workers", "2", "--slow", "1", "--slow-for", "2"]
                + ["--claim-after", "60", "--json"] + options,
            environment: secret
        )
        let redis = try RedisConnection(server.address, password: server.password)
        try waitUntil("some counts are committed") {
            guard let key = try keys().first(where: { $0.hasSuffix(":partials") }) else {
                return false
            }
            return try redis.delete([key]) == 1
        }
        let outcome = try running.outcome(within: .seconds(60))
        #expect(outcome.status == 70, "\(outcome)")
        #expect(outcome.errors.contains("were committed"))
    }

    @Test func `a server that cannot write its checkpoints ends the job`() throws {
        // A folder stands where the save belongs.
        #expect(mkdir(server.dumpPath, 0o700) == 0)
        let outcome = try wordcount.run(
            ["run", "--data", Reference.corpus, "--checkpoint-interval", "0.05"] + options,
            environment: secret
        )
        #expect(outcome.status == 74, "\(outcome)")
        #expect(outcome.errors.contains("cannot write its checkpoint"))
        #expect(try keys() == [])
    }

    @Test func `two jobs at once on one server do not meet`() throws {
        let other = try Wordcount()
        for number in 0..<30 { try other.file("in/\(number)", "the other job the") }
        let common =
            options + ["--json", "--verify", "--workers", "2", "--checkpoint-interval", "0.05"]
        let one = try wordcount.start(
            ["run", "--data", Reference.corpus, "--output", wordcount.path("counts.tsv")] + common,
            environment: secret
        )
        let two = try other.start(
            ["run", "--data", other.path("in"), "--output", other.path("counts.tsv")] + common,
            environment: secret
        )
        #expect(try one.outcome().status == 0)
        #expect(try two.outcome().status == 0)
        #expect(try Reference.parse(tsv: wordcount.path("counts.tsv")) == Reference.corpusCounts)
        #expect(
            try Reference.parse(tsv: other.path("counts.tsv"))
                == Reference.counts(["the": 60, "other": 30, "job": 30])
        )
        #expect(try keys().count == 2)
    }

    @Test func `an interrupted job leaves nothing on a given server`() throws {
        let running = try wordcount.start(
            ["run", "--data", Reference.corpus, "--slow", "1", "--slow-for", "20"] + options,
            environment: secret
        )
        try waitUntil("the job has begun") { try !keys().isEmpty }
        kill(running.process.pid, SIGINT)
        #expect(try running.outcome(within: .seconds(20)).ending == .killed(signal: SIGINT))
        #expect(try keys() == [])
    }

    @Test func `a given server that is killed and comes back from its save is worked with`() throws
    {
        let running = try wordcount.start(
            ["run", "--data", Reference.corpus, "--workers", "2", "--slow", "1", "--slow-for", "1"]
                + ["--json", "--output", wordcount.path("counts.tsv")] + options,
            environment: secret
        )
        let redis = try RedisConnection(server.address, password: server.password)
        try waitUntil("a worker is at work") {
            let consumers = (try? redis.send(RedisCommand("KEYS", "*files")).array()) ?? []
            guard let key = try consumers.first?.text() else { return false }
            let groups = try redis.send(RedisCommand("XPENDING", key, "worker"))
            return try groups.array().first?.integer() ?? 0 > 0
        }
        server.kill()
        try server.start()
        let outcome = try running.outcome()
        #expect(outcome.status == 0, "\(outcome)")
        #expect(try Reference.parse(tsv: wordcount.path("counts.tsv")) == Reference.corpusCounts)
    }

    @Test(arguments: ["wordcount_commit", "wordcount_commit_simple"])
    func `a commit whose reply was lost is neither lost nor doubled`(function: String) throws {
        let proxy = try ReplyLosingProxy(
            to: server.address,
            at: wordcount.path("proxy"),
            losing: function,
            times: 5
        )
        let mode = function.hasSuffix("simple") ? "simple" : "combined"
        let (report, counts) = try wordcount.job(
            [
                "--workers", "2", "--commit", mode, "--redis", "unix:\(wordcount.path("proxy"))",
                "--password-env", "SECRET",
            ],
            environment: secret
        )
        #expect(counts == Reference.corpusCounts)
        #expect(proxy.lost == 5)
        #expect(report.retries >= 5)
        // The retry finds its own acknowledgement: refused, and no failure.
        #expect(report.refused >= 1)
        #expect(report.crashes == 0)
    }

    @Test func `a wrong password, no password and no server are told in one line`() throws {
        let here = ["--redis", "\(server.address)"]
        let cases: [([String], [String: String], Int32, String)] = [
            (here + ["--password-env", "SECRET"], ["SECRET": "wrong"], 77, "WRONGPASS"),
            (here, [:], 77, "NOAUTH"),
            (["--redis", "unix:\(wordcount.path("nobody"))"], [:], 69, "No such file"),
            (["--redis", "127.0.0.1:1"], [:], 69, "refused"),
        ]
        for (arguments, environment, status, word) in cases {
            let outcome = try wordcount.run(
                ["run", "--data", Reference.corpus] + arguments,
                environment: environment
            )
            #expect(outcome.status == status, "\(outcome)")
            #expect(outcome.errors.contains(word), "\(outcome)")
            #expect(outcome.errors.split(separator: "\n").count == 1)
        }
    }

    @Test func `a machine without redis-server is told what to install`() throws {
        let outcome = try wordcount.run(
            ["run", "--data", Reference.corpus],
            environment: ["PATH": "/nonexistent"]
        )
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains("install the Debian package redis-server"))
    }
}
