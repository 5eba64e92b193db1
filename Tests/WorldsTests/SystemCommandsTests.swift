import Exploration
import LabKit
import Testing

/// What every lab gets from this module, shown on a small one.
@Suite struct SystemCommandsTests {
    @Test func `a system that cannot be is refused in one line`() throws {
        for command: Argument in ["simulate", "explore"] {
            let said = try Said(command, "--mistake", "sameName")
            #expect(said.status == .data && said.output.isEmpty)
            #expect(
                said.errors == "sample: impossible system: two members of sample are called A; "
                    + "mend its description\n"
            )
        }
    }

    @Test func `so is a choice that a lab refuses`() throws {
        let said = try Said("simulate", "--calls", "60")
        #expect(said.status == .usage)
        let see = "see 'sample simulate --help'"
        #expect(said.errors == "sample simulate: --calls are too many to count; \(see)\n")
    }

    @Test func `a message to nobody is told of where it is sent, and is no verdict`() throws {
        let reason = "A sends to node #7, and the last is #1"
        let simulated = try Said("simulate", "--mistake", "toNobody")
        #expect(simulated.status == .data)
        #expect(simulated.output.contains("  impossible: \(reason)\n"))
        let many = try Said("simulate", "--mistake", "toNobody", "--seeds", "1...3")
        #expect(many.status == .data)
        let explored = try Said("explore", "--mistake", "toNobody")
        #expect(explored.status == .data)
        #expect(explored.output.contains(reason))
    }

    @Test func `what is never reached makes many runs, and a search, inconclusive`() throws {
        let many = try Said("simulate", "--mistake", "neverReached", "--seeds", "1...5")
        #expect(many.status == .temporary)
        #expect(many.output.contains("  reached in no run: all calls are taken\n"))
        let explored = try Said("explore", "--mistake", "neverReached")
        #expect(explored.status == .temporary)
        #expect(explored.output.contains("  true of no state: all calls are taken\n"))
        // One run alone need not reach all that can be.
        let one = try Said("simulate", "--mistake", "neverReached")
        #expect(one.status == .ok)
        #expect(one.output.contains("  not reached in this run: all calls are taken\n"))
    }

    @Test func `a handler that walks a set is caught by the second run`() throws {
        let simulated = try Said("simulate", "--mistake", "impure", "--calls", "9", "--check")
        #expect(simulated.status == .wrong)
        #expect(simulated.output.contains("not a function of what it was told: B"))
        let explored = try Said("explore", "--mistake", "impure", "--calls", "9", "--check")
        #expect(explored.status == .wrong)
        #expect(explored.output.contains("impure: "))
    }

    @Test func `where nothing is said, a system is explored as its lab says`() throws {
        func counted(_ said: Said) -> String? {
            said.output.split(separator: "\n").first { $0.contains(" states") }.map(String.init)
        }
        let lab = ExplorationOptions(crashesMax: 1, restarts: false)
        let dead = try Said("explore", "--crashes", "1", "--no-restart")
        let alive = try Said("explore", "--crashes", "1")
        #expect(counted(dead) != nil && counted(dead) != counted(alive))
        #expect(counted(try Said(exploring: lab, "explore")) == counted(dead))
        #expect(counted(try Said(exploring: lab, "explore", "--restart")) == counted(alive))
        let none = try Said("explore")
        #expect(counted(none) != counted(dead))
        #expect(counted(try Said(exploring: lab, "explore", "--crashes", "0")) == counted(none))
    }

    @Test func `whether the crashed begin again needs somebody who crashes`() throws {
        for flag: Argument in ["--restart", "--no-restart"] {
            let said = try Said("explore", flag)
            #expect(said.status == .usage)
            #expect(said.errors.contains("needs --crashes as well"))
        }
    }

    @Test func `one seed alone is a range`() throws {
        let said = try Said("simulate", "--seeds", "7")
        #expect(said.status == .ok)
        #expect(said.output.hasPrefix("passed: sample, seeds 7...7\n  1 run: 1 passed, "))
    }

    @Test func `all failures are counted only if one asks for it`() throws {
        let first = try Said("simulate", "--mistake", "toNobody", "--seeds", "1...9")
        #expect(first.output.contains("\n  1 run: 0 passed, 0 inconclusive, 1 failed"))
        let all = try Said("simulate", "--mistake", "toNobody", "--seeds", "1...9", "--all")
        #expect(all.output.contains("\n  9 runs: 0 passed, 0 inconclusive, 9 failed"))
        #expect(all.output.contains("\nseed 1:\n"))
    }

    @Test func `plans of which none lands are no verdict`() throws {
        // There are no datagrams, so that nothing can be lost.
        let faults: Argument = "random kills=0 partitions=0 lose=50% duplicate=0%"
        let none = try Said("simulate", "--seeds", "1...9", "--faults", faults)
        #expect(none.status == .temporary)
        #expect(none.output.contains("\n  9 runs: 0 passed, 9 inconclusive, 0 failed"))
    }

    @Test func `of random plans some may miss, of one that a person wrote none`() throws {
        let random = try Said(
            "simulate",
            "--seeds",
            "1...99",
            "--faults",
            "random kills=2 partitions=0 lose=0% duplicate=0%"
        )
        #expect(random.status == .ok && !random.output.contains(" 0 inconclusive"))
        let written = try Said("simulate", "--seeds", "1...99", "--faults", "kill B at 2ms")
        #expect(written.status == .temporary && !written.output.contains(" 0 passed"))
    }

    @Test func `help names the options of the lab first, then those of the world`() throws {
        for command: Argument in ["simulate", "explore"] {
            let said = try Said(command, "--help")
            let lab = try #require(said.output.firstRange(of: "--calls N"))
            let world = try #require(said.output.firstRange(of: "--cores N"))
            #expect(lab.lowerBound < world.lowerBound)
            #expect(said.output.contains("Examples:"))
        }
    }
}
