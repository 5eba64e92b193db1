import Foundation
import Processes
import Testing

@testable import CheckpointingSolution

/// Jobs as real processes, over real sockets, with real kills.
@Suite(.serialized) struct DeployedTests {
    private let program: JobProgram

    init() throws { program = try JobProgram() }

    /// Short times, so that checkpoints and kills fall into a small job.
    private static let short = [
        "--checkpoint-interval", "0.02", "--step-bytes", "2000", "--verify", "--json",
    ]

    /// Expects a job that counts exactly, and leaves nothing behind.
    @discardableResult
    private func expectExact(
        _ words: [String],
        mayMiss: Bool = false,
        _ location: SourceLocation = #_sourceLocation
    ) throws -> JobProgram.Report {
        let outcome = try program.run(["run"] + Self.short + words, location)
        let told = "\(outcome.output) \(outcome.errors)"
        let report = try outcome.report()
        #expect(report.reasons == [], "\(told)", sourceLocation: location)
        #expect(report.verified == true, "\(told)", sourceLocation: location)
        if !mayMiss { #expect(outcome.status == 0, "\(told)", sourceLocation: location) }
        #expect(program.leftovers == [], sourceLocation: location)
        return report
    }

    /// Waits until a job that keeps its checkpoints in `kept` has one that is complete.
    private func awaitCheckpoint() throws {
        let deadline = Date(timeIntervalSinceNow: 60)
        while Date() < deadline {
            let kept = try program.run(["inspect", "kept", "--json"]).output
            if kept.contains(#""complete""#) { return }
        }
        Issue.record("no checkpoint was complete within a minute")
    }

    @Test func `files of a folder are counted exactly`() throws {
        try program.makeData(files: 10, linesPerFile: 40)
        let report = try expectExact(["--data", "data"])
        #expect(report.words == 10 * 40 * 10)
        #expect(report.distinct == 97)
        #expect(report.checkpointsCompleted >= 1)
    }

    @Test(arguments: FaultMode.allCases)
    func `each classic fault mode leaves the counts exact`(mode: FaultMode) throws {
        try program.makeData(files: 30, linesPerFile: 60)
        let report = try expectExact(["--data", "data", "--faults", mode.rawValue])
        let landed = report.run.landings.count { $0.landed != nil }
        let kills = report.run.landings.count
        switch mode {
        case .none: #expect(kills == 0)
        case .mapperOnce, .reducerOnce: #expect(landed == 1 && kills == 1)
        case .testMapper, .testReducer, .testBoth: #expect(landed >= 3 && kills == 6)
        case .testAll: #expect(landed >= 12 && kills == 24)
        }
        #expect(report.recoveries.isEmpty == (mode == .none))
        let missing = report.recoveries.filter { $0.reason != "died" }
        // Whoever is dead is noticed at once, and not by heartbeats.
        #expect(missing.isEmpty, "\(missing)")
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `random kills, stops and losses leave the counts exact, and every invariant true`(
        seed: UInt64
    ) throws {
        // As many as `make soak` asks for; each is recorded, and stepped again.
        let runs = UInt64(ProcessInfo.processInfo.environment["LIGHTCONE_RUNS"] ?? "") ?? 6
        for seed in stride(from: seed, through: max(seed, runs), by: 6) {
            let faults = "random kills=2 stops=1 partitions=0 lose=20% duplicate=10%"
            let report = try expectExact(
                [
                    "--files", "12", "--words", "40", "--heartbeat-interval", "0.1",
                    "--heartbeat-timeout", "1.5", "--faults", faults, "--seed", "\(seed)",
                    "--log", "run.jsonl",
                ],
                mayMiss: true
            )
            #expect((report.run.eventCount ?? 0) > 100, "seed \(seed)")
        }
    }

    @Test func `a worker that only stops is replaced when its heartbeats stay away`() throws {
        let report = try expectExact([
            "--files", "40", "--words", "200", "--heartbeat-interval", "0.1", "--heartbeat-timeout",
            "0.7", "--faults", "stop Reducer_0 at 30% for 30s",
        ])
        let first = try #require(report.recoveries.first)
        #expect(first.worker == "Reducer_0")
        #expect(first.reason == "silent")
    }

    @Test(arguments: [SIGSTOP, SIGTERM])
    func `a worker that somebody stops or ends by hand is replaced`(signal: Int32) throws {
        let (process, number) = try program.start(
            ["run", "--files", "400", "--words", "300", "--checkpoints", "kept"] + Self.short
                + ["--heartbeat-interval", "0.1", "--heartbeat-timeout", "0.6"]
        )
        try awaitCheckpoint()
        let reducer = try #require(program.nodeProcesses(of: process, atLeast: 5)?[3])
        kill(reducer, signal)
        let outcome = try program.outcome(of: process, number)
        let report = try outcome.report()
        #expect(outcome.status == 0 && report.verified == true, "\(outcome)")
        let first = try #require(report.recoveries.first)
        #expect(first.worker == "Reducer_0")
        #expect(first.reason == (signal == SIGSTOP ? "silent" : "died"))
        #expect(program.leftovers == [])
    }

    @Test func `a kill before a worker has done anything counts too`() throws {
        let report = try expectExact([
            "--faults", "kill Mapper_1 after 0 effects; kill Reducer_0 after 0 effects",
        ])
        #expect(report.recoveries.count >= 2)
        #expect(report.recoveries.allSatisfy { $0.checkpoint == Pipeline.beginning })
    }

    @Test func `a full disk costs a checkpoint, and not the job`() throws {
        let report = try expectExact([
            "--files", "60", "--words", "300", "--faults", "fill Reducer_0 for 500ms",
        ])
        let line = /.*checkpoint (\d+): Reducer_0, notSaved: writing \1: No space left on device/
        #expect(report.checkpointsAborted.contains { $0.wholeMatch(of: line) != nil })
        #expect(report.recoveries.isEmpty)
    }

    @Test func `a job whose processes were all killed goes on from its checkpoints`() throws {
        try program.makeData(files: 40, linesPerFile: 400)
        let (process, _) = try program.start(
            ["run", "--data", "data", "--checkpoints", "kept"] + Self.short
        )
        // As soon as there is something to go on from.
        try awaitCheckpoint()
        process.kill()
        let outcome = try program.run(["resume", "--checkpoints", "kept", "--verify", "--json"])
        let report = try outcome.report()
        #expect(outcome.status == 0, "\(outcome)")
        #expect(report.verified == true)
        #expect(report.words == 40 * 400 * 10)
        let first = try #require(report.recoveries.first)
        #expect(first.reason == "resumed")
        #expect(first.checkpoint > 0)
    }

    @Test func `a damaged part makes the checkpoint before it count, and is named`() throws {
        let kept = ["--checkpoints", "kept", "--keep", "5"]
        // Nothing of the last checkpoint is there: as after a kill at the very end.
        try expectExact(["--files", "300", "--words", "300"] + kept)
        let folders = try FileManager.default.contentsOfDirectory(atPath: program.path("kept"))
        let last = try #require(folders.first { $0.hasPrefix("checkpoint-0.") })
        try FileManager.default.removeItem(atPath: program.path("kept/\(last)"))
        let ids = folders.compactMap { name in
            name.hasPrefix("checkpoint-") && !name.hasPrefix("checkpoint-0.")
                ? Int(name.dropFirst(11).prefix { $0 != "." }) : nil
        }.sorted()
        try #require(ids.count >= 2, "the job was too short for two checkpoints")
        let newest = try #require(
            folders.first { $0.hasPrefix("checkpoint-\(ids[ids.count - 1]).") }
        )
        let parts = try FileManager.default.contentsOfDirectory(
            atPath: program.path("kept/\(newest)")
        )
        let part = try #require(parts.first { $0.hasPrefix("Reducer_1") })
        let path = program.path("kept/\(newest)/\(part)")
        var bytes = try #require(FileManager.default.contents(atPath: path))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let outcome = try program.run(["resume", "--checkpoints", "kept", "--verify", "--json"])
        let report = try outcome.report()
        #expect(report.verified == true, "\(outcome)")
        #expect(outcome.errors.contains("Reducer_1"))
        #expect(outcome.errors.contains("checkpoint \(ids[ids.count - 2])"))
    }

    @Test func `what cannot be is refused in one line`() throws {
        try program.makeData(files: 1, linesPerFile: 1)
        let calls: [(words: [String], status: Int32)] = [
            (["run", "--mappers", "0"], 64),
            (["run", "--checkpoint-interval", "0"], 64),
            (["run", "--heartbeat-timeout", "0.4"], 64),
            (["run", "--data", "nowhere"], 66),
            (["run", "--faults", "mapper_twice"], 64),
            (["resume"], 64),
            (["resume", "--checkpoints", "nowhere"], 66),
            (["resume", "--checkpoints", "data", "--mappers", "3"], 64),
            (["inspect", "data"], 66),
        ]
        for (words, status) in calls {
            let outcome = try program.run(words)
            #expect(outcome.status == status, "\(words): \(outcome)")
            #expect(outcome.output == "", "\(words)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(words): \(outcome)")
        }
    }

    @Test func `a folder that cannot be used is refused with a remedy`() throws {
        try expectExact(["--checkpoints", "kept"])
        let job = program.path("kept/job.json")
        let good = try #require(FileManager.default.contents(atPath: job))
        try Data().write(to: URL(fileURLWithPath: program.path("file")))
        let none = program.path("none/kept")
        func expect(_ words: [String], _ status: Int32, _ line: String) throws {
            let outcome = try program.run(words)
            #expect(outcome.status == status, "\(words): \(outcome)")
            #expect(outcome.errors == line + "\n", "\(words)")
        }
        try expect(
            ["run", "--checkpoints", "file"],
            73,
            "checkpointing: \(program.path("file")) is no folder; move it away, or choose another "
                + "folder"
        )
        try expect(
            ["run", "--checkpoints", none],
            73,
            "checkpointing: making \(none): No such file or directory; make the folder that it lies "
                + "in, or choose another folder"
        )
        let words = String(decoding: good, as: UTF8.self)
            .replacing("--step-bytes", with: "--step-bites")
        try Data(words.utf8).write(to: URL(fileURLWithPath: job))
        let inspected = try program.run(["inspect", "kept"])
        let resumed = try program.run(["resume", "--checkpoints", "kept"])
        #expect(inspected.status == 65 && inspected.errors.contains("--step-bites"))
        #expect(inspected.errors == resumed.errors && resumed.status == 65)
    }

    @Test func `a job that is interrupted has no result, and does not say that it has no words`()
        throws
    {
        let (process, number) = try program.start(["run", "--files", "2000", "--words", "300"])
        _ = try #require(program.nodeProcesses(of: process, atLeast: 5))
        kill(process.pid, SIGINT)
        let outcome = try program.outcome(of: process, number)
        #expect(outcome.output.hasPrefix("inconclusive: no result, after "), "\(outcome)")
    }

    @Test func `a folder with the checkpoints of a job is not begun anew`() throws {
        let kept = ["--checkpoints", "kept"]
        try expectExact(kept)
        let again = try program.run(["run"] + kept)
        #expect(again.status == 73, "\(again)")
        #expect(again.errors.contains("resume"))
        let finished = try program.run(["resume"] + kept)
        #expect(finished.status == 65, "\(finished)")
    }
}
