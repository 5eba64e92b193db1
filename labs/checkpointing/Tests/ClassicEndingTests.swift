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

    @Test func `a run whose Redis has died ends in one line`() throws {
        let program = try ClassicProgram(files: 2)
        // A mapper that is just about to ask Redis complains in its own words.
        let mapper = ClassicProgram.python("mapper", slow: 1000) + " 2>/dev/null"
        let (process, files) = try program.start(
            ["--data", program.folder.appendingPathComponent("data").path]
                + ["--external-mapper", mapper]
        )
        let deadline = ContinuousClock.now + .seconds(60)
        // The run, Redis, a guard each, two workers of ours, and two shells and a program for each mapper: all
        // have been started, so that the streams have been filled.
        while program.relatives.count < 12, ContinuousClock.now < deadline {
            pause(for: .milliseconds(10))
        }
        let server = try #require(
            program.relatives.first { pid in
                let name = FileManager.default.contents(atPath: "/proc/\(pid)/comm") ?? Data()
                return String(decoding: name, as: UTF8.self) == "redis-server\n"
            }
        )
        kill(server, SIGKILL)
        let ending = try #require(process.wait(upTo: .seconds(60)))
        #expect(ending.cause == .exited(status: EX_UNAVAILABLE))
        let reason = "the job's own Redis server has ended, and with it the streams"
        let errors = try program.text(files.1)
        #expect(errors == "checkpointing: \(reason)\n")
        #expect(program.waitUntilGone())
    }
}
