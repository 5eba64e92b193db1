import Chance
import Foundation
import Processes
import Testing

@testable import Text

/// Whole jobs with real workers and a real Redis, each compared, word by word, with an independent
/// count.
@Suite struct JobTests {
    private let wordcount: Wordcount

    init() throws { wordcount = try Wordcount() }

    @Test(arguments: 1...8)
    func `any number of workers counts every word once`(workers: Int) throws {
        let (report, counts) = try wordcount.job(["--workers", "\(workers)", "--verify"])
        #expect(counts == Reference.corpusCounts)
        #expect(report.verified == true)
        #expect(report.files == 66)
        #expect(report.words == Reference.corpusCounts.values.reduce(0, +))
        #expect(report.distinct == counts.count)
        #expect(report.workers == workers)
    }

    @Test(arguments: ["after-read", "after-count", "before-commit", "after-commit"])
    func `workers that die at any point lose and double nothing`(point: String) throws {
        let (report, counts) = try wordcount.job(
            ["--workers", "4", "--crash", "2", "--crash-at", point])
        #expect(counts == Reference.corpusCounts)
        #expect(report.crashes == 2)
        #expect(report.faults.count == 2)
        #expect(report.faults.allSatisfy { $0.landed != nil })
        // Up to the commit a dead worker's file is taken over; after it there is nothing to take.
        #expect((report.claims >= 2) == (point != "after-commit"))
    }

    @Test(arguments: ["combined", "simple"])
    func `a slow worker's file is taken over and its late commit refused`(mode: String) throws {
        let (report, counts) = try wordcount.job(
            [
                "--workers", "3", "--slow", "1", "--claim-after", "0.2", "--slow-for", "2",
                "--commit", mode,
            ])
        #expect(counts == Reference.corpusCounts)
        #expect(report.claims >= 1)
        #expect(report.refused >= 1)
        #expect(report.faults.allSatisfy { $0.landed != nil })
    }

    @Test func `slow workers alone still finish, however often they are stolen from`() throws {
        for number in 1...6 { try wordcount.file("in/\(number)", "word number \(number)") }
        let (report, counts) = try wordcount.job(
            data: [wordcount.path("in")],
            ["--workers", "3", "--slow", "3", "--claim-after", "0.05", "--slow-for", "0.2"]
        )
        #expect(counts[Array("word".utf8)] == 6)
        #expect(report.files == 6)
    }

    @Test(arguments: ["combined", "simple"])
    func `Redis may be killed at 50 random moments of one job`(mode: String) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMix64(seed: seed)
        let kills = (0..<50).map { _ in "\(Double(generator.next(below: 1000)) / 10)%" }
        let (report, counts) = try wordcount.job(
            ["--workers", "3", "--commit", mode, "--downtime", "0.01"]
                + ["--checkpoint-interval", "0.03", "--kill-redis"] + kills
        )
        #expect(counts == Reference.corpusCounts, "seed \(seed)")
        #expect(report.redisRestarts == 50, "seed \(seed)")
        #expect(report.faults.allSatisfy { $0.landed != nil }, "seed \(seed)")
    }

    @Test func `Redis may be killed again and again by the clock`() throws {
        let (report, counts) = try wordcount.job(
            [
                "--workers", "2", "--slow", "2", "--slow-for", "0.05", "--claim-after", "0.05",
                "--checkpoint-interval", "0.05", "--downtime", "0.05", "--kill-redis", "every:0.4s",
            ])
        #expect(counts == Reference.corpusCounts)
        #expect(report.redisRestarts >= 1)
    }

    @Test(arguments: ["checkpoint:1", "checkpoint:2", "checkpoint:3"])
    func `a Redis killed while it saves comes back from the save before`(moment: String) throws {
        let (report, counts) = try wordcount.job(
            ["--workers", "2", "--checkpoint-interval", "0.05", "--kill-redis", moment])
        #expect(counts == Reference.corpusCounts)
        #expect(report.redisRestarts == 1)
        let landed = try #require(report.faults.first?.landed)
        #expect(landed.contains("while a checkpoint was being written"))
    }

    @Test(arguments: ["0s", "0%", "100%"])
    func `a Redis killed at either end of the job loses nothing`(moment: String) throws {
        let (report, counts) = try wordcount.job(["--workers", "2", "--kill-redis", moment])
        #expect(counts == Reference.corpusCounts)
        #expect(report.redisRestarts == 1)
        #expect(report.faults.allSatisfy { $0.landed != nil })
    }

    @Test func `everything at once: crash, sleep, and Redis dying`() throws {
        let (report, counts) = try wordcount.job(
            [
                "--workers", "4", "--crash", "1", "--slow", "1", "--claim-after", "0.1",
                "--checkpoint-interval", "0.05", "--kill-redis", "30%", "60%", "checkpoint:3",
                "100%",
            ])
        #expect(counts == Reference.corpusCounts)
        #expect(report.crashes == 1)
        #expect(report.redisRestarts == 4)
    }

    @Test func `workers killed from outside are replaced when asked`() throws {
        let running = try wordcount.start(
            ["run", "--data", Reference.corpus, "--workers", "2", "--slow", "2", "--slow-for", "5"]
                + ["--respawn", "--json", "--output", wordcount.path("counts.tsv")]
        )
        try waitUntil("both workers are there") {
            wordcount.relatives(named: "wordcount").count == 3
        }
        for pid in wordcount.relatives(named: "wordcount") where pid != running.process.pid {
            kill(pid, SIGKILL)
        }
        let outcome = try running.outcome()
        try #require(outcome.status == 0 || outcome.status == 75, "\(outcome)")
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(report.crashes == 2)
        #expect(report.respawns == 2)
        #expect(try Reference.parse(tsv: wordcount.path("counts.tsv")) == Reference.corpusCounts)
    }

    @Test func `a Redis killed from outside is started again`() throws {
        let running = try wordcount.start(
            ["run", "--data", Reference.corpus, "--workers", "2", "--slow", "1", "--slow-for", "1"]
                + ["--json", "--output", wordcount.path("counts.tsv")]
        )
        try waitUntil("a worker sleeps with a file in its hands") {
            wordcount.relatives(named: "wordcount").count == 3
        }
        let server = try #require(wordcount.relatives(named: "redis-server").first)
        kill(server, SIGKILL)
        let outcome = try running.outcome()
        try #require(outcome.status == 0, "\(outcome)")
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(report.redisRestarts == 1)
        #expect(try Reference.parse(tsv: wordcount.path("counts.tsv")) == Reference.corpusCounts)
    }

    @Test func `a Redis killed from outside again and again is started again each time`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMix64(seed: seed)
        let running = try wordcount.start(
            [
                "run", "--data", Reference.corpus, "--workers", "2", "--slow", "2", "--slow-for",
                "0.02",
            ]
                + ["--checkpoint-interval", "0.02", "--json"]
                + ["--output", wordcount.path("counts.tsv")]
        )
        // At any moment of its life: while it starts, loads, saves, or takes counts.
        for _ in 0..<30 {
            var server: pid_t?
            try waitUntil("Redis is there, or the job is done") {
                server = wordcount.relatives(named: "redis-server").first
                return server != nil || running.process.poll() != nil
            }
            guard let server else { break }
            pause(for: .milliseconds(Int(generator.next(below: 60))))
            kill(server, SIGKILL)
            try waitUntil("it is dead") { !wordcount.relatives.contains(server) }
        }
        let outcome = try running.outcome()
        // Killed three times while it is starting, it is given up: with a line, not with a count.
        try #require(outcome.status == 0 || outcome.status == 69, "seed \(seed): \(outcome)")
        guard outcome.status == 0 else { return }
        #expect(try Reference.parse(tsv: wordcount.path("counts.tsv")) == Reference.corpusCounts)
    }
}
