import Foundation
import Testing

/// `snapshot` and the worlds as commands: what they print, and one line for whatever is wrong.
@Suite struct SnapshotCommandTests {
    private let program: Vectorclocks

    init() throws { program = try Vectorclocks() }

    private func expect(
        _ command: String,
        _ arguments: [String],
        _ line: String,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try program.run([command] + arguments)
        #expect(outcome.status == 64, sourceLocation: location)
        #expect(outcome.output.isEmpty, sourceLocation: location)
        let expected = "vectorclocks \(command): \(line); see 'vectorclocks \(command) --help'\n"
        #expect(outcome.errors == expected, sourceLocation: location)
    }

    @Test(arguments: [
        (["--processes", "0"], "--processes takes a whole number from 2 to 32, not '0'"),
        (["--processes", "33"], "--processes takes a whole number from 2 to 32, not '33'"),
        (
            ["--processes", "3", "--mappers", "3"],
            "--mappers (3) must be less than --processes (3): somebody has to count"
        ),
        (["--tweets", "-1"], "--tweets takes a whole number from 0 to 100000, not '-1'"),
        (["--fifo", "--non-fifo"], "--fifo and --non-fifo exclude each other"),
        (
            ["--algorithm", "barrier"],
            "--algorithm barrier needs --fifo as well: a mark parts a stream in two"
        ),
        (
            ["--algorithm", "barrier", "--non-fifo"],
            "--algorithm barrier needs --fifo as well: a mark parts a stream in two"
        ),
        (["--at", "0"], "--at takes seconds from 0.001 to 86400, not '0'"),
        (["--pause", "-1"], "--pause takes seconds from 0 to 60, not '-1'"),
        (["--snapshots", "1001"], "--snapshots takes a whole number from 0 to 1000, not '1001'"),
    ])
    func `what the system cannot be is refused by each command`(
        arguments: [String],
        line: String
    ) throws {
        try expect("snapshot", arguments, line)
        try expect("simulate", arguments, line)
    }

    @Test(arguments: [
        (
            ["--clocks", "sundial"],
            "--clocks takes perfect, ntp or drift=PPM, such as drift=1, not 'sundial'"
        ),
        (
            ["--clocks", "drift=-1"],
            "--clocks: a drift is a number of parts per million from 0 to 1000, not '-1'"
        ),
        (
            ["--clocks", "drift=1e3"],
            "--clocks: a drift is a number of parts per million from 0 to 1000, not '1e3'"
        ),
        (
            ["--clocks", "drift="],
            "--clocks: a drift is a number of parts per million from 0 to 1000, not ''"
        ),
        (["--clocks", "ntp", "--set-ago", "5"], "--set-ago needs --clocks drift=PPM as well"),
        (
            ["--algorithm", "vectors"],
            "--algorithm takes time, time+deficit, vector, barrier or all, not 'vectors'"
        ),
        (["--seeds", "9...1"], "--seeds takes seeds such as 1...10000, not '9...1'"),
        (["--seeds", "0...1000000"], "--seeds takes at most 1000000 seeds"),
        (
            ["--at", "86400", "--algorithm", "time"],
            "--at and the error of the clocks are more than a day together"
        ),
        (["--cores", "0"], "--cores takes a whole number from 1 to 256, not '0'"),
    ])
    func `what an experiment cannot be is refused`(arguments: [String], line: String) throws {
        try expect("snapshot", arguments, line)
    }

    @Test func `the table has a row for each algorithm, and says which one the links leave out`()
        throws
    {
        let words = ["snapshot", "--seeds", "1...50", "--tweets", "8", "--at", "0.005"]
        let any = try program.run(words)
        #expect(any.status == 0 && any.errors.isEmpty)
        let names = ["time ", "time+deficit ", "vector ", "barrier "]
        func rows(_ text: String) -> [Bool] {
            let lines = text.split(separator: "\n")
            return names.map { name in lines.contains { $0.hasPrefix(name) } }
        }
        #expect(rows(any.output) == [true, true, true, false])
        #expect(any.output.contains("left out, for marks need streams: barrier (--fifo)"))
        let ordered = try program.run(words + ["--fifo"])
        #expect(rows(ordered.output) == [true, true, true, true])
        #expect(ordered.output.contains("left out") == false)
    }

    @Test func `it is one JSON object if asked for, the same each time`() throws {
        let words = ["snapshot", "--seeds", "1...20", "--json"]
        let outcomes = try (1...2).map { try program.run(words + ["--cores", "\($0)"]) }
        #expect(outcomes[0].output == outcomes[1].output)
        let object = try JSONSerialization.jsonObject(with: Data(outcomes[0].output.utf8))
        let rows = (object as? [String: Any])?["rows"] as? [[String: Any]] ?? []
        #expect(rows.map { $0["algorithm"] as? String } == ["time", "time+deficit", "vector"])
        #expect(rows.last?["exact"] as? Int == 20)
    }

    @Test(arguments: [
        [], ["--at", "3600", "--clocks", "drift=1000", "--set-ago", "31536000"],
        ["--clocks", "ntp", "--processes", "6", "--at", "0.015", "--fifo"],
    ])
    func `the commands that it names show runs whose snapshots are not exact`(words: [String])
        throws
    {
        let outcome = try program.run(["snapshot", "--seeds", "1...400"] + words)
        let lines = outcome.output.split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("  vectorclocks simulate") }
        #expect(lines.count == 2)
        for line in lines {
            let shown = try program.runAsTyped(line)
            #expect(shown.status == 1, "\(line)")
            #expect(
                shown.output.contains("violated: every complete snapshot is exact: "),
                "\(line)"
            )
        }
    }

    @Test func `a run of a scenario and one of real processes are one command, with help for both`()
        throws
    {
        let help = try program.run(["run", "--help"]).output
        #expect(help.contains("vectorclocks run [options]") && help.contains("SCENARIO"))
        #expect(help.contains("vectorclocks run --deployed") && help.contains("--algorithm NAME"))
        #expect(help.contains("  vectorclocks run --deployed --snapshots 3 --log run.jsonl"))
    }
}
