import Causality
import Foundation
import Testing

@testable import vectorclocks

/// The commands `run SCENARIO` and `ntp`, as people type them.
@Suite struct ProgramTests {
    private struct Printed: Decodable {
        struct Cut: Decodable {
            let consistent: Bool
            let doubled: [String: Int]
        }
        let cuts: [Cut]
    }

    @Test func `each scenario of the list runs by its name`() throws {
        let program = try Vectorclocks()
        let list = try program.run("run", "--list")
        #expect(list.status == 0)
        for shipped in ShippedScenario.all {
            #expect(list.output.contains("\n\(shipped.name) "))
            let outcome = try program.run("run", shipped.name)
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(shipped.name)")
            #expect(outcome.output.contains(": consistent\n") || shipped.name == "drifting-clocks")
        }
    }

    @Test func `a scenario runs from a file as it does by its name`() throws {
        let program = try Vectorclocks()
        for shipped in ShippedScenario.all {
            try program.write(Data(shipped.bytes), to: "my.scenario")
            let outcome = try program.run("run", "my.scenario")
            #expect(try outcome == program.run("run", shipped.name))
        }
    }

    @Test func `lamport times are shown on request`() throws {
        let program = try Vectorclocks()
        let outcome = try program.run("run", "timekeeping", "--lamport")
        #expect(outcome.output.contains("  lamport  "))
        #expect(try !program.run("run", "timekeeping").output.contains("lamport"))
    }

    @Test func `json says which cuts are consistent, and what counts twice`() throws {
        let outcome = try Vectorclocks().run("run", "timekeeping", "--json")
        let printed = try JSONDecoder().decode(Printed.self, from: Data(outcome.output.utf8))
        #expect(printed.cuts.map(\.consistent) == [true, false])
        #expect(printed.cuts.last?.doubled == ["a": 2])
    }

    @Test func `the event log has the events of the scenario, with the same clocks`() throws {
        let program = try Vectorclocks()
        for shipped in ShippedScenario.all {
            #expect(try program.run("run", shipped.name, "--log", "run.jsonl").status == 0)
            let log = try EventLog(parsing: Array(#require(program.bytes("run.jsonl"))))
            let run = try ScenarioRun(Scenario(parsing: shipped.bytes))
            let execution = try Execution(log)
            #expect(execution.steps.map(\.count) == run.execution.steps.map(\.count))
            #expect(execution.vectorClocks() == run.vectorClocks, "\(shipped.name)")
        }
    }

    @Test func `the picture is the same each time, and says of each cut whether it is consistent`()
        throws
    {
        let program = try Vectorclocks()
        for shipped in ShippedScenario.all {
            let run = try ScenarioRun(Scenario(parsing: shipped.bytes))
            #expect(try program.run("run", shipped.name, "--svg", "a.svg").status == 0)
            #expect(try program.run("run", shipped.name, "--svg", "b.svg").status == 0)
            let picture = try String(decoding: #require(program.bytes("a.svg")), as: UTF8.self)
            #expect(program.bytes("b.svg") == Data(picture.utf8))
            for cut in run.cuts {
                let verdict = ScenarioVerdict(cut, of: run)
                let words = verdict.violation == nil ? "consistent, " : "not consistent"
                #expect(picture.contains("\(cut.fullName): \(words)"), "\(shipped.name)")
            }
        }
    }

    @Test func `a wrong scenario is told in one line with its place, and status 65`() throws {
        let program = try Vectorclocks()
        try program.write("reducer P\nat 1 ms X does \"x\"\n", to: "bad.scenario")
        let outcome = try program.run("run", "bad.scenario")
        #expect(outcome.status == 65 && outcome.output.isEmpty)
        let line =
            "vectorclocks: bad.scenario:2:9: no process is called 'X'; so far there are P\n"
        #expect(outcome.errors == line)
    }

    @Test func `an empty file, one that is no text and one too large are refused with 65`() throws {
        let program = try Vectorclocks()
        try program.write("", to: "empty")
        try program.write(Data([0x7F, 0x45, 0x4C, 0x46, 0, 1, 0xFF]), to: "binary")
        try program.write(Data(count: ScenarioWord.bytesMax + 1), to: "large")
        for name in ["empty", "binary", "large"] {
            let outcome = try program.run("run", name)
            #expect(outcome.status == 65 && outcome.output.isEmpty, "\(name)")
            #expect(outcome.errors.filter { $0 == "\n" }.count == 1, "\(outcome.errors)")
            #expect(outcome.errors.contains(name))
        }
    }

    @Test func `what is not there is refused with 66, and the list is named`() throws {
        let program = try Vectorclocks()
        for name in ["nowhere", ".", "/nowhere/x"] {
            let outcome = try program.run("run", name)
            #expect(outcome.status == 66, "\(name)")
            #expect(outcome.errors.contains("vectorclocks run --list"))
        }
    }

    @Test(arguments: [
        ["run", "timekeeping", "--log"], ["run", "timekeeping", "--svg"], ["ntp", "--svg"],
    ])
    func `what cannot be written is refused with 73`(_ words: [String]) throws {
        let program = try Vectorclocks()
        let outcome = try program.runAsTyped(
            "vectorclocks \(words.joined(separator: " ")) /nowhere/x"
        )
        #expect(outcome.status == 73 && outcome.output.isEmpty)
        #expect(outcome.errors.hasSuffix("name another file with \(words[words.count - 1])\n"))
    }

    @Test(arguments: ["--log", "--svg"], ["my.scenario", "./my.scenario", "link"])
    func `a scenario is never written over`(option: String, path: String) throws {
        let program = try Vectorclocks()
        let bytes = Data(ShippedScenario.all[0].bytes)
        try program.write(bytes, to: "my.scenario")
        try FileManager.default.createSymbolicLink(
            atPath: program.folder.appendingPathComponent("link").path,
            withDestinationPath: "my.scenario"
        )
        let outcome = try program.run("run", "my.scenario", option, path)
        #expect(outcome.status == 64 && outcome.output.isEmpty)
        let line = "\(option) names the scenario that is read, '\(path)'"
        #expect(outcome.errors == "vectorclocks run: \(line); see 'vectorclocks run --help'\n")
        #expect(program.bytes("my.scenario") == bytes)
    }

    @Test func `a picture and a log are two files; a name of the list is none`() throws {
        let program = try Vectorclocks()
        let outcome = try program.run("run", "timekeeping", "--svg", "z", "--log", "./z")
        #expect(outcome.status == 64 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("--svg and --log name the same file, './z'"))
        #expect(program.bytes("z") == nil)
        let named = try program.run("run", "timekeeping", "--log", "timekeeping")
        #expect(named.status == 0 && program.bytes("timekeeping") != nil)
    }

    @Test(arguments: [
        "run", "run a b", "run --lamport", "ntp --drift fast", "ntp --drift 501", "ntp --delay 5ms",
        "ntp --delay 9ms..1ms", "ntp --rounds 0", "ntp --rounds 201", "ntp --interval 1ms",
        "ntp --offset 2", "ntp --asymmetry 2h", "ntp --seed -1", "ntp x",
    ])
    func `a wrong command line is told in one line, with 64`(_ words: String) throws {
        let outcome = try Vectorclocks().runAsTyped("vectorclocks \(words)")
        #expect(outcome.status == 64 && outcome.output.isEmpty)
        #expect(outcome.errors.filter { $0 == "\n" }.count == 1, "\(outcome.errors)")
    }

    @Test func `ntp repeats itself with its seed, and not with another one`() throws {
        let program = try Vectorclocks()
        let first = try program.run("ntp", "--seed", "7")
        #expect(first.status == 0)
        #expect(try program.run("ntp", "--seed", "7") == first)
        #expect(try program.run("ntp", "--seed", "8") != first)
    }

    @Test func `ntp draws the same picture each time`() throws {
        let program = try Vectorclocks()
        #expect(try program.run("ntp", "--svg", "a.svg").status == 0)
        #expect(try program.run("ntp", "--svg", "b.svg", "--json").status == 0)
        let picture = try #require(program.bytes("a.svg"))
        #expect(picture == program.bytes("b.svg"))
        #expect(String(decoding: picture, as: UTF8.self).hasSuffix("</svg>\n"))
    }
}
