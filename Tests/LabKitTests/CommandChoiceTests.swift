import LabKit
import Testing

@Suite struct `A command can stand for two` {
    private struct Options: Sendable {
        var count = 0
        var isOther = false
    }

    /// Ends with 128, `status` and what `--count` says.
    private static func command(_ name: String, _ status: Int32) -> Command {
        Command(name, summary: "end with \(status)", defaults: Options()) {
            Option.value("--count", "N", \.count, .whole(in: 0...9), "how much more")
            Option.flag("--other", \.isOther, "be the other one")
        } run: { options in
            .interrupted(signal: status + Int32(options.count))
        }
    }

    private let program = Program(
        "sample",
        summary: "choose",
        version: "1",
        commands: [
            command("run", 10).doing(command("walk", 20), given: "--other"), command("rest", 30),
        ]
    )

    @Test(
        arguments: [
            (["run", "--count", "1"], 139), (["run", "--other", "--count", "1"], 149),
            (["run", "--count", "1", "--other"], 149), (["run", "--other"], 148),
        ] as [([String], Int32)]
    )
    func `the word chooses, wherever it stands`(_ words: [String], _ code: Int32) throws {
        let outcome = try Outcome(of: program, words.map { Argument($0) })
        #expect(outcome.status.code == code)
    }

    @Test func `the word twice is an error of the other`() throws {
        let outcome = try Outcome(of: program, ["run", "--other", "--other"])
        #expect(outcome.status == .usage)
    }

    @Test func `help shows both`() throws {
        let help = try Outcome(of: program, ["run", "--help"]).output
        #expect(help.contains("Usage: sample run [options]\n\nEnd with 10."))
        #expect(help.contains("\nUsage: sample run --other [options]\n\nEnd with 20."))
    }
}
