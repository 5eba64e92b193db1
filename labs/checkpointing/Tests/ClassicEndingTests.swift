import Foundation
import Processes
import Testing

/// Classic runs that would go on for ever, since somebody in them does not do its part.
@Suite(.serialized) struct ClassicEndingTests {
    private static func mapper(_ mistake: String) -> [String] {
        let command = "\(mistake)=1 " + ClassicProgram.python("mapper")
        return ["--external-mapper", command, "--external-mappers", "1"]
    }

    @Test(arguments: [("DIE", "left with status 7"), ("MUTE", "was silent, and was killed")])
    func `a worker that says a word in each life, and does nothing, ends the run`(
        mistake: String,
        ending: String
    ) throws {
        let program = try ClassicProgram(files: 2)
        let outcome = try program.run(
            ["--data", program.folder.appendingPathComponent("data").path]
                + ["--heartbeat-interval", "0.05", "--heartbeat-timeout", "0.5"]
                + Self.mapper(mistake)
        )
        #expect(outcome.status == EX_UNAVAILABLE)
        let reason =
            "Mapper_0 has ended 10 times, and nothing more was read meanwhile: it \(ending)"
        #expect(outcome.errors == "checkpointing: \(reason)\n")
        #expect(program.waitUntilGone())
    }

    @Test func `what acknowledges a recovery that nobody has asked for is not listened to`() throws
    {
        let program = try ClassicProgram()
        try program.count(Self.mapper("WRONG_ACK") + ["--time-limit", "60"])
    }

    @Test(arguments: [["classic"], ["run", "--classic"]])
    func `a run that is not over in time ends in one line`(command: [String]) throws {
        let program = try ClassicProgram(files: 2)
        let outcome = try program.run(
            ["--data", program.folder.appendingPathComponent("data").path]
                + ["--external-mapper", ClassicProgram.python("mapper", slow: 1000)]
                + ["--time-limit", "0.5"],
            as: command
        )
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        let reason = "the run does not end: 0.5 seconds are over, and its coordinator is at "
        #expect(outcome.errors.hasPrefix("checkpointing: \(reason)"))
        #expect(outcome.errors.utf8.count { $0 == UInt8(ascii: "\n") } == 1)
        #expect(program.waitUntilGone())
    }
}
