import Foundation
import Processes
import Testing

/// What one types, and what comes of it.
@Suite struct CommandTests {
    private let pingpong: Pingpong

    init() throws { pingpong = try Pingpong() }

    @Test func `one seed prints what came of it`() throws {
        let outcome = try pingpong.run("simulate", "--goal", "2")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(
            outcome.lines.dropFirst(2) == [
                "  outputs of Client:", "    answered(question: 1, by: 1)",
                "    answered(question: 2, by: 2)", "",
            ]
        )
        #expect(outcome.lines[0] == "passed: pingpong, seed 1")
        #expect(pingpong.files.isEmpty)
    }

    @Test func `two processes with one seed write the same bytes, other seeds others`() throws {
        // Each process has a hash seed of its own.
        let faults = "random kills=1 stops=1 lose=30% duplicate=30%"
        for (name, seed) in [("a", "7"), ("b", "7"), ("c", "8")] {
            _ = try pingpong.run("simulate", "--seed", seed, "--faults", faults, "--log", name)
        }
        let first = try #require(pingpong.bytes("a"))
        #expect(first.count > 1000)
        #expect(first == pingpong.bytes("b"))
        #expect(first != pingpong.bytes("c"))
        #expect(pingpong.files == ["a", "b", "c"])
    }

    @Test func `a failing run names the command that does it again`() throws {
        let outcome = try pingpong.run(
            "simulate",
            "--goal",
            "2",
            "--variant=careless",
            "--seeds",
            "1...1000",
            "--faults",
            "duplicate 5% *; lose 5% Client→Server"
        )
        #expect(outcome.status == 1)
        #expect(outcome.lines[0].hasPrefix("failed: pingpong, seeds 1...1000, first at seed "))
        #expect(outcome.lines.contains("  violated: each answer is for its question"))
        let mark = "  again: "
        let command = try #require(outcome.lines.first { $0.hasPrefix(mark) }).dropFirst(mark.count)
        #expect(command.hasPrefix("pingpong simulate --goal 2 --variant careless --seed "))
        let again = try pingpong.runAsTyped(String(command))
        #expect(again.status == 1)
        // The report of the one run stands at the end of the report of all.
        #expect(outcome.output.hasSuffix(again.lines.dropFirst().joined(separator: "\n")))
    }

    @Test func `what is left of a failing plan is less, and fails`() throws {
        let outcome = try pingpong.run(
            "simulate",
            "--variant",
            "careless",
            "--seeds",
            "1...1000",
            "--shrink",
            "--faults",
            "random kills=1 duplicate=10%",
            "--log",
            "smallest"
        )
        #expect(outcome.status == 1)
        #expect(outcome.lines.contains("  faults: duplicate 10% *"))
        let mark = "  again: "
        let command = try #require(outcome.lines.first { $0.hasPrefix(mark) }).dropFirst(mark.count)
        let again = try pingpong.runAsTyped("\(command) --log again")
        #expect(again.status == 1)
        #expect(pingpong.bytes("smallest") == pingpong.bytes("again"))
    }

    @Test func `a log is run again, up to any event`() throws {
        _ = try pingpong.run("simulate", "--goal", "1", "--log", "run.jsonl")
        let whole = try pingpong.run("simulate", "--goal", "1", "--replay", "run.jsonl")
        #expect(whole.status == 0)
        #expect(whole.lines[0] == "as in the log: pingpong, run.jsonl, 7 of 7 events")
        let half = try pingpong.run(
            "simulate",
            "--goal",
            "1",
            "--replay",
            "run.jsonl",
            "--until",
            "5"
        )
        #expect(
            half.lines.suffix(4) == [
                "  nodes:",
                "    Client: running, client(Client(server: Server, goal: 1, variant: right, "
                    + "answered: 0)), timers retry",
                "    Server: running, server(Server())", "",
            ]
        )
    }

    @Test func `a fault that did not land makes a run inconclusive`() throws {
        let outcome = try pingpong.run("simulate", "--faults", "kill Server at 100s")
        #expect(outcome.status == 75)
        #expect(
            outcome.lines.contains(
                "  fault: kill Server at 100s: Server: DID NOT LAND, so this run says nothing about it"
            )
        )
        let many = try pingpong.run("simulate", "--seeds", "1...9", "--faults", "kill Server at 9s")
        #expect(many.status == 75)
    }

    @Test func `a sweep prints what it covered`() throws {
        let outcome = try pingpong.run("simulate", "--goal", "1", "--sweep")
        #expect(outcome.status == 0)
        #expect(outcome.lines[0] == "passed: pingpong, seed 1, crash-point sweep")
        #expect(outcome.lines.contains("  Client  emit           receive           1       0"))
        #expect(outcome.lines.contains("  Server  nothing yet                      1       0"))
        // A client that nobody restarts waits for nothing; a server that nobody restarts is missed.
        let dead = try pingpong.run(
            "simulate",
            "--goal",
            "1",
            "--sweep",
            "--no-restart",
            "--time-limit",
            "5"
        )
        #expect(dead.status == 1)
        #expect(dead.output.contains("the run does not end"))
    }

    @Test func `what explore finds, simulate steps through`() throws {
        let found = try pingpong.run(
            "explore",
            "--goal",
            "2",
            "--variant",
            "careless",
            "--log",
            "trace.jsonl"
        )
        #expect(found.status == 1)
        #expect(found.lines.contains("  'each answer is for its question' is not true"))
        let mark = "  step by step: "
        let command = try #require(found.lines.first { $0.hasPrefix(mark) }).dropFirst(mark.count)
        let again = try pingpong.runAsTyped(String(command))
        #expect(again.status == 1)
        #expect(
            again.lines.prefix(3) == [
                "as in the log: pingpong, trace.jsonl, 10 of 10 events",
                "  violated: each answer is for its question", "  at line 11 of the log",
            ]
        )
        // The right client does something else at the same steps.
        let right = try pingpong.run("simulate", "--goal", "2", "--replay", "trace.jsonl")
        #expect(right.status == 65)
        #expect(right.errors.contains("line 11: "))
    }

    @Test func `a search says how much it has seen, and when that is not all`() throws {
        let all = try pingpong.run("explore", "--goal", "3")
        #expect(all.status == 0)
        #expect(all.output.hasPrefix("holds: pingpong, in all of 7 states, "))
        let some = try pingpong.run("explore", "--goal", "3", "--depth", "3")
        #expect(some.status == 75)
        #expect(some.output.hasPrefix("not exhaustive: pingpong, "))
        #expect(some.lines.contains("  the search went as deep as it may: --depth"))
        let never = try pingpong.run("explore", "--goal", "3", "--order", "walk", "--walks", "5")
        #expect(never.status == 75)
        #expect(pingpong.files.isEmpty)
    }

    @Test(arguments: [
        ["explore"], ["explore", "--variant", "careless"], ["explore", "--states", "3"],
        ["simulate"], ["simulate", "--seeds", "1...9"], ["simulate", "--sweep"],
        ["simulate", "--variant", "careless", "--seeds", "1...99", "--faults", "duplicate 9% *"],
        ["simulate", "--replay", "log"],
    ])
    func `for programs there is one object, and nothing else`(arguments: [String]) throws {
        _ = try pingpong.run("simulate", "--log", "log")
        let outcome = try pingpong.start(arguments + ["--json"]).outcome()
        #expect(outcome.errors.isEmpty)
        #expect(outcome.lines.count == 2)
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        #expect((object as? [String: Any])?["system"] as? String == "pingpong")
    }

    @Test func `Ctrl-C ends a campaign, which tells what it has seen`() throws {
        let running = try pingpong.start(["simulate", "--seeds", "1...1000000000000"])
        // Until it has taken the signal over.
        while !catches(SIGINT, running.process.pid) {
            try #require(running.process.poll() == nil)
            pause(for: .milliseconds(2))
        }
        kill(running.process.pid, SIGINT)
        let outcome = try running.outcome()
        #expect(outcome.ending == .killed(signal: SIGINT))
        #expect(outcome.lines.contains("  interrupted before all were run"))
    }

    private func catches(_ signal: Int32, _ process: pid_t) -> Bool {
        let file = FileManager.default.contents(atPath: "/proc/\(process)/status") ?? Data()
        let line = String(decoding: file, as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix("SigCgt:")
        }
        let mask = line.flatMap { UInt64($0.dropFirst(7).drop { !$0.isHexDigit }, radix: 16) } ?? 0
        return mask & 1 << UInt64(signal - 1) != 0
    }
}
