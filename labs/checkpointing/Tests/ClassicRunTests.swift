import Foundation
import Messaging
import Processes
import Testing

/// The classic form of the lab, run in processes.
@Suite(.serialized) struct ClassicRunTests {
    private static let workers = ["Mapper_0", "Mapper_1", "Reducer_0", "Reducer_1"]

    /// Which workers are programs of somebody else.
    enum External: CaseIterable {
        case none, oneMapper, oneReducer, all

        func arguments(slow: Double = 0) -> [String] {
            let mapper = ["--external-mapper", ClassicProgram.python("mapper", slow: slow)]
            let reducer = ["--external-reducer", ClassicProgram.python("reducer")]
            return switch self {
            case .none: []
            case .oneMapper: mapper + ["--external-mappers", "1"]
            case .oneReducer: reducer + ["--external-reducers", "1"]
            case .all: mapper + reducer
            }
        }
    }

    // MARK: Results

    @Test(arguments: External.allCases)
    func `the course's checker finds the counts right, whoever the workers are`(
        external: External
    ) throws {
        let program = try ClassicProgram()
        let summary = try program.count(external.arguments())
        #expect(summary.recoveries == 0)

        let names = try FileManager.default.contentsOfDirectory(atPath: program.checkpoints)
        for worker in Self.workers { #expect(names.contains("\(worker)_0.txt")) }
        // Six entries each, and the id of the last of them.
        for mapper in ["Mapper_0", "Mapper_1"] {
            #expect(try program.text("checkpoints/\(mapper)_0.txt") == "6-0\n")
        }
        #expect(names.allSatisfy { $0 == "seq.txt" || $0.hasSuffix(".txt") && $0.contains("er_") })
        #expect(program.waitUntilGone())
    }

    @Test(arguments: External.allCases, ["Mapper_0", "Reducer_0"])
    func `a worker that is killed once changes nothing`(external: External, victim: String) throws {
        let program = try ClassicProgram()
        let summary = try program.count(
            external.arguments(slow: 0.02) + ["--kill", "2e:\(victim)"]
        )
        #expect(summary.hits.count == 1)
        #expect(summary.recoveries == 1)
    }

    @Test(arguments: [External.none, .all])
    func `all workers killed at once, again and again, change nothing`(external: External) throws {
        let program = try ClassicProgram()
        let all = Self.workers.joined(separator: ",")
        let kills = ["0:\(all)", "2e:\(all)", "6e:\(all)", "9e:Mapper_1,Reducer_0"]
        let summary = try program.count(external.arguments(slow: 0.02) + ["--kill"] + kills)
        #expect(summary.hits.count == 4)
        #expect(summary.recoveries >= 4)
    }

    @Test(arguments: 1...6)
    func `a third of all datagrams lost changes nothing`(seed: Int) throws {
        let program = try ClassicProgram()
        let kills = ["--kill", "2e:Mapper_0,Reducer_1", "8e:Reducer_0"]
        let summary = try program.count(["--lose", "0.3", "--seed", "\(seed)"] + kills)
        #expect(summary.hits.count == 2, "seed \(seed)")
    }

    @Test(arguments: 1...3)
    func `losing datagrams and a worker of somebody else go together`(seed: Int) throws {
        let program = try ClassicProgram()
        let summary = try program.count(
            ["--lose", "0.3", "--seed", "\(seed)"] + External.oneReducer.arguments()
                + ["--kill", "3e:Reducer_0"]
        )
        #expect(summary.hits.count == 1, "seed \(seed)")
    }

    @Test func `a reducer that drops a stream, and lives, loses nothing`() throws {
        let program = try ClassicProgram()
        let mark = program.folder.appendingPathComponent("closed").path
        let reducer = "CLOSE_ONCE=\(mark) " + ClassicProgram.python("reducer")
        let summary = try program.count(
            ["--external-reducer", reducer, "--external-reducers", "1"],
            heartbeatTimeout: "1"
        )
        #expect(summary.recoveries == 1)
    }

    @Test func `a checkpoint that finds no room is given up, and the job goes on`() throws {
        let program = try ClassicProgram(files: 40)
        // Where the file would be written before it gets its name.
        for part in [".Reducer_0_1.part", ".Mapper_1_2.part"] {
            let path = program.checkpoints + "/" + part
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        try program.count(["--kill", "20e:Reducer_0"])
        let names = try FileManager.default.contentsOfDirectory(atPath: program.checkpoints)
        #expect(!names.contains("Reducer_0_1.txt"))
    }

    @Test func `the checker is able to find a count that is wrong`() throws {
        let program = try ClassicProgram(files: 2)
        try program.count()
        let path = program.checkpoints + "/Reducer_1_0.txt"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let wrong = text.replacingOccurrences(of: "\"m\": ", with: "\"m\": 1")
        #expect(wrong != text)
        try wrong.write(toFile: path, atomically: false, encoding: .utf8)
        let (status, said) = try program.check()
        #expect(status == 1)
        #expect(said.hasPrefix("1 words differ, as 'm': 1"))
    }

    // MARK: What ends a run

    @Test func `a word that no message can hold ends the job in one line`() throws {
        let program = try ClassicProgram(files: 1)
        let path = program.folder.appendingPathComponent("data/long.csv").path
        let word = String(repeating: "long", count: 300)
        try "text\nshort \(word) short\n".write(toFile: path, atomically: false, encoding: .utf8)
        let outcome = try program.run([
            "--data", program.folder.appendingPathComponent("data").path,
        ])
        #expect(outcome.status == EX_DATAERR)
        #expect(outcome.output.isEmpty)
        let shown = String(word.prefix(24))
        let message = "the word '\(shown)…' of \(path) takes 1279 bytes as a classic message"
        #expect(outcome.errors == "checkpointing: \(message), and 1020 is the most\n")
        #expect(program.waitUntilGone())
    }

    @Test(arguments: 0...6)
    func `a port that is taken ends the run in one line that names it`(place: Int) throws {
        let program = try ClassicProgram(files: 1)
        // Five ports for datagrams, and the reducers' also for streams.
        let isStream = place > 4
        while true {
            let first = try ClassicProgram.freePort()
            let address = Address.loopback.with(port: first + (isStream ? place - 2 : place))
            let taken =
                isStream
                ? try? Sockets.listen(at: address) : try? Sockets.bindDatagrams(at: address)
            guard let taken else { continue }
            defer { close(taken) }
            let outcome = try program.runAt(first, ["--data", program.data[0]])
            #expect(outcome.status == EX_UNAVAILABLE)
            let line = "checkpointing: \(address) is in use by another socket; "
            #expect(outcome.errors == line + "end its owner, or use --classic-port\n")
            return
        }
    }

    @Test func `a command that never says a word ends the run with how it left`() throws {
        let program = try ClassicProgram(files: 1)
        let outcome = try program.run(
            ["--data", program.data[0], "--external-mapper", "exit 3", "--external-mappers", "1"]
        )
        #expect(outcome.status == EX_UNAVAILABLE)
        let reason = "Mapper_0 has ended 5 times without a word: it left with status 3"
        #expect(outcome.errors == "checkpointing: \(reason)\n")
        #expect(program.waitUntilGone())
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
    func `however a run ends, nothing of it is left behind`(signal: Int32) throws {
        let program = try ClassicProgram(files: 4)
        let external = External.all.arguments(slow: 60)
        let data = program.folder.appendingPathComponent("data").path
        let (process, _) = try program.start(["--data", data] + external)
        let deadline = ContinuousClock.now + .seconds(60)
        // The run, Redis, two guards, and for each worker two shells at least and a program.
        while program.relatives.count < 12, ContinuousClock.now < deadline {
            pause(for: .milliseconds(10))
        }
        #expect(program.relatives.count >= 12)
        process.signal(signal)
        let ending = try #require(process.wait(upTo: .seconds(30)))
        #expect(ending.cause == .killed(signal: signal))
        #expect(program.waitUntilGone(), "\(program.relatives)")
    }

    @Test func `a mapper that sends something else ends the run in one line`() throws {
        let program = try ClassicProgram(files: 2)
        let mapper = "GARBAGE=1 " + ClassicProgram.python("mapper")
        let outcome = try program.run(
            ["--data", program.folder.appendingPathComponent("data").path]
                + ["--external-mapper", mapper, "--external-mappers", "1"]
        )
        #expect(outcome.status == EX_PROTOCOL)
        let reason = "what Mapper_0 sends is no message: a classic message that is no JSON object"
        #expect(outcome.errors == "checkpointing: Reducer_0: \(reason), at byte 0\n")
        #expect(program.waitUntilGone())
    }

    @Test func `a mapper that claims to have read more than there is ends the run in one line`()
        throws
    {
        let program = try ClassicProgram(files: 4)
        let mapper = "CURSOR=\(Int.max)-0 " + ClassicProgram.python("mapper")
        let outcome = try program.run(
            ["--data", program.folder.appendingPathComponent("data").path]
                + ["--external-mapper", mapper, "--external-mappers", "1"]
        )
        #expect(outcome.status == EX_PROTOCOL)
        let reason =
            "a checkpoint of Mapper_0 says that entry \(Int.max)-0 is read, and there are 2"
        #expect(outcome.errors == "checkpointing: \(reason)\n")
        #expect(program.waitUntilGone())
    }

    @Test func `who is to be killed must be there`() throws {
        let program = try ClassicProgram(files: 1)
        let outcome = try program.run(["--data", program.data[0], "--kill", "1:Mapper_7"])
        #expect(outcome.status == EX_USAGE)
        #expect(outcome.errors.contains("there is no worker 'Mapper_7' to be killed"))
    }
}
