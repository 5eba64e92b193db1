import Foundation
import Testing

/// Whatever is wrong: one line that says what and where, a status, and nothing left behind.
@Suite struct BadInputTests {
    private let pingpong: Pingpong

    init() throws { pingpong = try Pingpong() }

    private func expect(
        _ arguments: [String],
        _ status: Int32,
        _ line: String,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let before = pingpong.files
        let outcome = try pingpong.start(arguments).outcome()
        #expect(outcome.status == status, sourceLocation: location)
        #expect(outcome.output.isEmpty, sourceLocation: location)
        #expect(outcome.errors == line + "\n", sourceLocation: location)
        #expect(pingpong.files == before, sourceLocation: location)
    }

    @Test func `options that cannot be`() throws {
        let see = "; see 'pingpong simulate --help'"
        try expect(
            ["simulate", "--goal", "0"],
            64,
            "pingpong simulate: --goal takes a whole number from 1 to 1000000, not '0'\(see)"
        )
        try expect(
            ["simulate", "--variant", "lazy"],
            64,
            "pingpong simulate: --variant takes right, careless or restless, not 'lazy'\(see)"
        )
        try expect(
            ["simulate", "--events", "0"],
            64,
            "pingpong simulate: --events takes a whole number from 1, not '0'\(see)"
        )
        for seeds in ["9...1", "1..9", "...", "1...", "+1...2", "", "1...99999999999999999999"] {
            try expect(
                ["simulate", "--seeds", seeds],
                64,
                "pingpong simulate: --seeds takes seeds such as 1...10000, not '\(seeds)'\(see)"
            )
        }
        try expect(
            ["simulate", "--seeds", "1...2", "--seed", "1"],
            64,
            "pingpong simulate: --seeds and --seed exclude each other\(see)"
        )
        try expect(
            ["simulate", "--double"],
            64,
            "pingpong simulate: --double needs --sweep as well\(see)"
        )
        try expect(
            ["simulate", "--replay", "x", "--events", "9"],
            64,
            "pingpong simulate: --replay and --events exclude each other\(see)"
        )
    }

    @Test(arguments: ["states", "depth", "in-flight", "memory", "timer-firings", "walks", "cores"])
    func `a budget of zero`(name: String) throws {
        let outcome = try pingpong.run("explore", "--\(name)", "0")
        #expect(outcome.status == 64 && outcome.output.isEmpty)
        let start = "pingpong explore: --\(name) takes a whole number from 1"
        #expect(outcome.errors.hasPrefix(start) && outcome.errors.contains(", not '0'; see "))
        #expect(outcome.errors.count(where: \.isNewline) == 1)
    }

    @Test func `searches that cannot be`() throws {
        let see = "; see 'pingpong explore --help'"
        try expect(
            ["explore", "--symmetry"],
            64,
            "pingpong explore: pingpong names no interchangeable members\(see)"
        )
        try expect(
            ["explore", "--walks", "9"],
            64,
            "pingpong explore: --walks needs --order walk as well\(see)"
        )
        try expect(
            ["explore", "--log", "nowhere/log"],
            73,
            "pingpong: cannot create the event log: No such file or directory, nowhere/log; "
                + "name another file with --log"
        )
    }

    @Test func `plans that are none`() throws {
        try expect(
            ["simulate", "--faults", "kil Server"],
            64,
            "pingpong: fault plan, column 1: 'kil' is no fault; expected kill, stop, slow, drift, "
                + "skew, corrupt, fill, lose, duplicate, delay, partition"
        )
        try expect(
            ["simulate", "--faults", "kill Server; kill Sever at 1s"],
            64,
            "pingpong: fault plan, column 19: no node is called Sever (there are Client, Server)"
        )
        try pingpong.write("# for class\nlose 20% *\nkill Nobody\n", to: "plan")
        try expect(
            ["simulate", "--faults", "plan"],
            64,
            "pingpong: fault plan, line 3, column 6: no node is called Nobody "
                + "(there are Client, Server), plan"
        )
        try expect(
            ["simulate", "--faults", "plan.txt"],
            66,
            "pingpong: cannot read the fault plan: No such file or directory, plan.txt; "
                + "name a file that is there and may be read"
        )
    }

    @Test func `a plan in a file is as good as one that is typed`() throws {
        try pingpong.write("kill Server after 1 send restart after 5ms # and back\n", to: "plan")
        let file = try pingpong.run("simulate", "--faults", "plan")
        let typed = try pingpong.run(
            "simulate",
            "--faults",
            "kill Server after 1 send restart after 5ms"
        )
        #expect(file.status == 0 && file == typed)
    }

    @Test func `logs that cannot be run again`() throws {
        _ = try pingpong.run("simulate", "--goal", "2", "--log", "good")
        let good = String(decoding: try #require(pingpong.bytes("good")), as: UTF8.self)
        func refused(_ log: String, _ reason: String) throws {
            try pingpong.write(log, to: "bad")
            try expect(["simulate", "--goal", "2", "--replay", "bad"], 65, "pingpong: \(reason)")
        }
        let writtenBySelf =
            "; use the options with which it was written: pingpong simulate --goal 2 --seed 1"
        try refused(
            good.replacing("\"version\":1", with: "\"version\":2"),
            "not an event log that can be run again: line 1: format version 2 is not known, bad; "
                + "name a file that --log has written"
        )
        try refused(
            good.replacing("\"system\":\"pingpong\"", with: "\"system\":\"tennis\""),
            "the log cannot be run again: line 1: the log is of tennis, and this is pingpong, bad"
                + writtenBySelf
        )
        try refused(
            "dear diary\n",
            "not an event log that can be run again: line 1: not a header, bad; "
                + "name a file that --log has written"
        )
        try refused(
            good.replacing("\"kind\":\"output\"", with: "\"kind\":\"outpt\""),
            "not an event log that can be run again: line 8: not an event, bad; "
                + "name a file that --log has written"
        )
        try refused(
            good.replacing("ping(number: 2)", with: "ping(number: 3)"),
            "the log cannot be run again: line 9: "
                + "here Client.0 send Client.0.2 Server datagram ping(number: 2), "
                + "and the log says: Client.0 send Client.0.2 Server datagram ping(number: 3), bad"
                + writtenBySelf
        )
        let another = "the vector clock is another here, bad" + writtenBySelf
        try refused(
            good.replacing("\"clock\":[2]", with: "\"clock\":[9,9]"),
            "the log cannot be run again: line 3: " + another
        )
        let below = "an event with a number below 0, bad; name a file that --log has written"
        try refused(
            good.replacing("\"incarnation\":0", with: "\"incarnation\":-1"),
            "not an event log that can be run again: line 2: " + below
        )
        try expect(
            ["simulate", "--replay", "nowhere"],
            66,
            "pingpong: cannot read the event log: No such file or directory, nowhere; "
                + "name a file that is there and may be read"
        )
    }

    @Test func `a log that ends inside a step says little`() throws {
        _ = try pingpong.run("simulate", "--goal", "1", "--log", "log")
        let outcome = try pingpong.run("simulate", "--goal", "2", "--replay", "log")
        #expect(outcome.status == 75)
        #expect(outcome.output.contains("the log ends inside a step"))
    }

    @Test func `a log that cannot be written is refused before anything runs`() throws {
        for more in [[], ["--seeds", "1...1000000000000"], ["--sweep"]] {
            try expect(
                ["simulate", "--log", "nowhere/log"] + more,
                73,
                "pingpong: cannot create the event log: No such file or directory, nowhere/log; "
                    + "name another file with --log"
            )
        }
    }
}
