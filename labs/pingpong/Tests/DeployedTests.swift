import Foundation
import Processes
import Testing

/// Ping-pong as real processes, over real sockets.
@Suite struct DeployedTests {
    private let pingpong: Pingpong

    init() throws { pingpong = try Pingpong() }

    private struct Report: Decodable {
        struct Told: Decodable {
            let node: String
            let outputs: [String]
        }

        struct Landing: Decodable {
            let fault: String
            let landed: String?
        }

        let result: String
        let processes: Int
        let strangers: Int
        let outputs: [Told]
        let landings: [Landing]

        /// The faults that found nothing to hit, but for those that are up to chance.
        var missed: [String] {
            landings.filter { $0.landed == nil }.map(\.fault).filter {
                !$0.hasPrefix("lose ") && !$0.hasPrefix("duplicate ")
            }
        }
    }

    private func report(_ outcome: Pingpong.Outcome) throws -> Report {
        try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
    }

    private func answers(_ numbers: ClosedRange<Int>) -> [String] {
        numbers.map { "answered(question: \($0), by: \($0))" }
    }

    /// Expects that the client got all its answers in its last life, whatever happened.
    private func expectPass(
        goal: Int,
        seed: UInt64,
        _ words: [String],
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let all = ["run", "--json", "--goal", "\(goal)", "--seed", "\(seed)"] + words
        let outcome = try pingpong.start(all).outcome()
        let told = "\(outcome.output) \(outcome.errors)"
        // By luck nothing may be lost, or doubled, of so little.
        let isOver = outcome.status == 0 || outcome.status == 75
        try #require(isOver, "\(told)", sourceLocation: location)
        let report = try report(outcome)
        #expect(report.missed == [], sourceLocation: location)
        #expect(report.strangers == 0, sourceLocation: location)
        #expect(report.outputs.map(\.node) == ["Client"], sourceLocation: location)
        let last = report.outputs[0].outputs.suffix(goal)
        #expect(Array(last) == answers(1...goal), "\(told)", sourceLocation: location)
        #expect(pingpong.files == [], sourceLocation: location)
    }

    private static let network = ["--loss", "0.3", "--duplicate", "0.2", "--delay", "0ms..20ms"]

    @Test func `all answers come, each for its question`() throws {
        try expectPass(goal: 20, seed: 1, [])
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `all answers come over a network that loses, doubles and delays`(seed: UInt64) throws {
        try expectPass(goal: 8, seed: seed, Self.network)
    }

    @Test(arguments: [
        "kill Server after 2 receives restart after 20ms",
        "kill Client after 2 outputs restart after 20ms",
        "kill Server after 2 receives restart after 20ms; kill Client after 3 outputs restart after 0ms",
        "stop Server after 2 receives for 60ms",
        "stop Client after 2 outputs for 60ms",
        "kill Client at 40% restart after 10ms; stop Server at 80% for 30ms",
        "stop Client,Server at 50% for 40ms",
        "slow Server by 2ms; drift Client by +20%; skew Client by 20ms after 2 outputs",
    ])
    func `kills, stops and slowness delay the answers, no more`(plan: String) throws {
        try expectPass(goal: 8, seed: 5, ["--loss", "0.1", "--faults", plan])
    }

    @Test func `a partition is waited out`() throws {
        // Slow, so that much is left to do when the partition comes.
        let plan = "slow Server by 5ms; partition Client|Server at 10% for 100ms"
        try expectPass(goal: 40, seed: 1, ["--faults", plan])
    }

    @Test func `a client that takes any answer is refuted`() throws {
        var refuted = 0
        for seed in 1...8 where refuted == 0 {
            let outcome = try pingpong.run(
                "run",
                "--variant",
                "careless",
                "--goal",
                "20",
                "--seed",
                "\(seed)",
                "--loss",
                "0.3",
                "--delay",
                "0ms..80ms"
            )
            guard outcome.status == 1 else {
                // By luck no answer came late.
                #expect(outcome.status == 0 || outcome.status == 75, "\(outcome.output)")
                continue
            }
            #expect(outcome.output.contains("violated: each answer is for its question"))
            refuted += 1
        }
        #expect(refuted > 0)
        #expect(pingpong.files == [])
    }

    @Test func `a server that somebody kills is missed, and the run says so`() throws {
        let run = try pingpong.start(["run", "--goal", "1000000", "--time-limit", "2"])
        let server = try #require(pid(of: "Server"))
        kill(server, SIGKILL)
        let outcome = try run.outcome()
        #expect(outcome.status == 1)
        #expect(outcome.lines.contains("  the run does not end: 2.0 seconds are over"))
        #expect(outcome.lines.contains("    Server killed by signal 9"))
        #expect(pingpong.files == [])
    }

    /// The process that is a node, once its folder is there.
    private func pid(of node: String) -> Int32? {
        let files = FileManager.default
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            let all = (try? files.contentsOfDirectory(atPath: "/proc")) ?? []
            let found = all.compactMap(Int32.init).first { pid in
                let errors = try? files.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/2")
                return errors.map {
                    $0.hasPrefix(pingpong.folder.path) && $0.hasSuffix("/\(node).0.err")
                } ?? false
            }
            if let found { return found }
            pause(for: .milliseconds(2))
        }
        return nil
    }

    @Test func `runs side by side never meet`() throws {
        let runs = try (1...10).map { seed in
            try pingpong.start(
                ["run", "--json", "--goal", "20", "--loss", "0.1", "--seed", "\(seed)"]
            )
        }
        for run in runs {
            let outcome = try run.outcome()
            let report = try report(outcome)
            #expect(report.result != "failed" && report.missed == [])
            #expect(report.processes == 2 && report.strangers == 0)
            #expect(report.outputs[0].outputs == answers(1...20))
        }
        #expect(pingpong.files == [])
    }

    @Test func `what was run is stepped again in the simulator`() throws {
        let plan = "kill Server after 2 receives restart after 20ms"
        let log = ["--log", "run.jsonl"]
        let run = try pingpong.start(["run", "--faults", plan] + Self.network + log).outcome()
        #expect(run.status == 0 || run.status == 75, "\(run.output)")
        let again = try pingpong.run("simulate", "--replay", "run.jsonl")
        #expect(again.status == 0 && again.output.hasPrefix("as in the log: "), "\(again.output)")
    }

    @Test func `help says what can be asked for, by example`() throws {
        let help = try pingpong.run("run", "--help")
        #expect(help.status == 0)
        for words in ["--faults", "--loss", "--partition", "--failpoint", "--host", "--time-limit"]
        {
            #expect(help.output.contains(words))
        }
        for line in help.lines where line.hasPrefix("  pingpong run ") {
            let outcome = try pingpong.runAsTyped(line + " --time-limit 30")
            #expect(outcome.status == 0 || outcome.status == 75, "\(line): \(outcome.errors)")
        }
        let examples = help.lines.filter { $0.hasPrefix("  pingpong run ") }
        #expect(examples.count >= 4)
    }

    /// How many runs; `make soak` asks for more.
    private static let turns: Int = {
        ProcessInfo.processInfo.environment["LIGHTCONE_RUNS"].flatMap { Int($0) } ?? 24
    }()

    @Test func `run after run passes, and leaves nothing`() throws {
        let plans = [
            "kill Server after 2 receives restart after 10ms",
            "kill Client after 2 outputs restart after 5ms",
            "stop Server after 1 receive for 20ms",
            "kill Client after 1 output restart after 0ms; kill Server after 1 send restart after 0ms",
        ]
        for turn in 0..<Self.turns {
            let network = ["--loss", "0.1", "--duplicate", "0.1", "--delay", "0ms..2ms"]
            let plan = ["--faults", plans[turn % plans.count]]
            try expectPass(goal: 4, seed: UInt64(turn), network + plan)
        }
    }
}
