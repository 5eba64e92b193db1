import Foundation
import Glibc
import Processes
import Testing

@testable import Checkpointing
@testable import CheckpointingSolution

/// Jobs as real processes that meet what no plan can say: full disks, deaths at the very beginning, deaths
/// while a large state is saved or restored; and a network that is bad in every way at once.
@Suite(.serialized) struct DeployedFaultTests {
    private let program: JobProgram

    init() throws { program = try JobProgram() }

    private static let short = [
        "--checkpoint-interval", "0.02", "--step-bytes", "2000", "--verify", "--json",
    ]

    /// Waits for something that a job does while it runs.
    private func eventually(_ what: String, _ condition: () throws -> Bool) throws {
        let deadline = Date(timeIntervalSinceNow: 60)
        while Date() < deadline {
            if try condition() { return }
            usleep(200)
        }
        Issue.record("\(what): not within a minute")
    }

    private func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: program.path(folder))) ?? []
    }

    private func expectExact(_ outcome: JobProgram.Outcome) throws -> JobProgram.Report {
        let report = try outcome.report()
        #expect(outcome.status == 0 && report.verified == true, "\(outcome)")
        #expect(program.leftovers == [])
        return report
    }

    /// A debug build on a loaded machine takes long for a step: nobody is to be silent for that.
    private static let patient = ["--heartbeat-timeout", "60", "--time-limit", "200"]

    // MARK: A bad network

    @Test(arguments: [
        "", "kill Mapper_0 at 30%; kill Reducer_1 at 60%",
        "kill Mapper_*,Reducer_* at 40%; stop Reducer_0 at 70% for 60s",
    ])
    func `a network that loses 30 %, doubles and reorders costs time, and no more`(faults: String)
        throws
    {
        for seed in 1...3 {
            let plan = faults.isEmpty ? [] : ["--faults", faults]
            let outcome = try program.run(
                ["run", "--files", "20", "--words", "60", "--loss", "0.3", "--duplicate", "0.1"]
                    + ["--delay", "0ms..20ms", "--heartbeat-interval", "0.1"]
                    + ["--heartbeat-timeout", "1.5", "--seed", "\(seed)"] + plan + Self.short
            )
            let report = try expectExact(outcome)
            #expect(report.checkpointsCompleted >= 1, "seed \(seed)")
            #expect(faults.isEmpty || !report.recoveries.isEmpty, "seed \(seed)")
        }
    }

    // MARK: The first moment of a life

    @Test(arguments: [1, 3])
    func `workers that are killed as soon as their process is there are replaced`(place: Int) throws
    {
        let (process, number) = try program.start(
            ["run", "--files", "20"] + Self.patient + Self.short
        )
        // A mapper or a reducer, and whoever takes its place, and whoever takes that one's.
        var known = try #require(program.nodeProcesses(of: process, atLeast: place + 1))
        kill(known[place], SIGKILL)
        for _ in 1...2 {
            try eventually("the next life") {
                let news = program.nodeProcesses(of: process).filter { !known.contains($0) }
                known += news
                guard known.count > 5, let last = news.last else { return process.poll() != nil }
                kill(last, SIGKILL)
                return true
            }
        }
        let report = try expectExact(program.outcome(of: process, number))
        #expect(report.recoveries.count >= 3)
        #expect(report.recoveries.allSatisfy { $0.reason == "died" })
    }

    @Test func `a job whose Redis server dies ends, and says so`() throws {
        try program.makeData(files: 200, linesPerFile: 10)
        let (process, number) = try program.start(["run", "--data", "data"])
        // The streams are there, and hardly anything of them is read.
        _ = try #require(program.nodeProcesses(of: process, atLeast: 5))
        let server = try #require(
            program.children(of: process) { $0.contains { $0.contains("redis-server") } }.first
        )
        kill(server, SIGKILL)
        let outcome = try program.outcome(of: process, number)
        #expect(outcome.status == 69, "\(outcome)")
        let line = "failed: the job's own Redis server has ended, and with it the streams"
        #expect(
            outcome.output.split(separator: "\n").first.map { $0 == line } == true,
            "\(outcome)"
        )
        #expect(program.leftovers == [])
    }

    // MARK: Full disks

    @Test func `what was saved of checkpoints that found no room does not stay`() throws {
        let (process, _) = try program.start(
            ["run", "--files", "2000", "--words", "300", "--checkpoints", "kept"]
                // The pause doubles at each refusal: it has to begin small, or a quick job is over before.
                + ["--faults", "fill Reducer_0", "--checkpoint-interval", "0.001"]
                + ["--step-bytes", "2000", "--verify", "--json"]
        )
        defer { process.kill() }
        var idMax = 0
        // One that is being taken, and the one before, which is about to go.
        try eventually("no more than two folders, after five checkpoints") {
            let folders = names(in: "kept").filter { $0.hasSuffix(".partial") }
            let ids = folders.compactMap { Int($0.dropFirst(11).prefix { $0 != "." }) }
            idMax = max(idMax, ids.max() ?? 0)
            return idMax >= 5 && ids.count { $0 > 0 } <= 2
        }
    }

    @Test func `a disk that stays full ends the job, with the words of the system`() throws {
        let outcome = try program.run(
            ["run", "--checkpoint-interval", "0.001", "--faults", "fill Reducer_0"]
        )
        #expect(outcome.status == 74, "\(outcome)")
        let failed =
            /failed: the last checkpoint was refused 16 times in a row: Reducer_0, .*No space.*/
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first?.wholeMatch(of: failed) != nil, "\(outcome)")
        // All that was refused before shares a line.
        #expect(lines.count { $0.contains("notSaved") } == 1, "\(outcome)")
    }

    /// A file system of a megabyte, below the folder of the program; nil where none may be mounted.
    private func mountDisk() throws -> String? {
        let path = program.path("disk")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let options = "size=1m,mode=700"
        return mount("lightcone", path, "tmpfs", 0, options) == 0 ? path : nil
    }

    @Test func `a disk that is full tells why, and has room again when somebody makes it`() throws {
        guard let disk = try mountDisk() else { return }
        defer { umount2(disk, Int32(MNT_DETACH)) }
        // All but six pages: the mappers' parts fit, and those of the reducers do not.
        let ballast = [UInt8](repeating: 1, count: 1 << 20 - 6 << 12)
        try Data(ballast).write(to: URL(fileURLWithPath: disk + "/ballast"))
        try program.makeWords(distinct: 8000, files: 4)
        let (process, number) = try program.start(
            [
                "run", "--data", "data", "--checkpoints", "disk/kept", "--checkpoint-interval",
                "0.02",
            ]
                + Self.patient + ["--verify", "--json"]
        )
        // A mapper has saved its part of the last checkpoint again: somebody has found no room.
        let part = program.path("disk/kept/checkpoint-0.recovery-0.partial/Mapper_0.part")
        var files: Set<ino_t> = []
        try eventually("two attempts") {
            var status = stat()
            if stat(part, &status) == 0 { files.insert(status.st_ino) }
            return files.count > 1
        }
        unlink(disk + "/ballast")
        let report = try expectExact(program.outcome(of: process, number))
        #expect(report.recoveries.isEmpty)
        let line = /.*checkpoint \d+: Reducer_\d, notSaved: writing .*: No space left on device; .*/
        #expect(report.checkpointsAborted.contains { $0.wholeMatch(of: line) != nil })
    }

    // MARK: Large states

    /// How many different words: in the suite so many as a debug build bears, which takes each state to bytes
    /// and back at each step; `make soak` asks for more, of a release build.
    private static let manyWords =
        ProcessInfo.processInfo.environment["LIGHTCONE_WORDS"].flatMap(Int.init) ?? 50_000

    @Test func `a large state is exact though its reducer is killed while it saves and restores`()
        throws
    {
        try program.makeWords(distinct: Self.manyWords, files: 10)
        let (process, number) = try program.start(
            ["run", "--data", "data", "--checkpoints", "kept", "--checkpoint-interval", "0.05"]
                + Self.patient + ["--verify", "--json"]
        )
        try eventually("a checkpoint") { partBytes != nil }
        var known = program.nodeProcesses(of: process)
        for _ in 1...3 {
            // Its part of a checkpoint is half written: the file bears the number of its process.
            var victim: Int32?
            try eventually("a part that is being saved") {
                victim = partBeingSaved
                return victim != nil || process.poll() != nil
            }
            guard let victim, let partBytes else { break }
            kill(victim, SIGKILL)
            // Whoever takes its place has read its part, and makes a state of it.
            try eventually("a part that is being restored") {
                let next = program.nodeProcesses(of: process).first { !known.contains($0) }
                guard let next, bytesRead(by: next) >= partBytes else {
                    return process.poll() != nil
                }
                kill(next, SIGKILL)
                known.append(next)
                return true
            }
            try eventually("all are there again") {
                process.poll() != nil || program.nodeProcesses(of: process).count >= 5
            }
            known += program.nodeProcesses(of: process).filter { !known.contains($0) }
        }
        let report = try expectExact(program.outcome(of: process, number))
        #expect(report.distinct == Self.manyWords)
        #expect(report.recoveries.count >= 2)
    }

    /// The process that is writing its part of a checkpoint.
    private var partBeingSaved: Int32? {
        for folder in names(in: "kept") where folder.hasSuffix(".partial") {
            for file in names(in: "kept/\(folder)") where file.hasPrefix("Reducer_0.part.") {
                return Int32(file.dropFirst(15).dropLast())
            }
        }
        return nil
    }

    /// How large the smallest part of a complete checkpoint is; nil if there is none.
    private var partBytes: Int? {
        names(in: "kept").filter { CheckpointFolder($0)?.stage == .complete }.compactMap {
            var status = stat()
            let path = program.path("kept/\($0)/Reducer_0.part")
            return stat(path, &status) == 0 ? Int(status.st_size) : nil
        }.min()
    }

    /// What a process has read from files so far.
    private func bytesRead(by process: Int32) -> Int {
        let text = FileManager.default.contents(atPath: "/proc/\(process)/io") ?? Data()
        let line = String(decoding: text, as: UTF8.self).split(separator: "\n").first
        return line.flatMap { Int($0.dropFirst("rchar: ".count)) } ?? 0
    }
}
