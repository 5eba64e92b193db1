import Foundation
import LabKit
import Processes
import Testing

@testable import CheckpointingSolution

/// Whatever is wrong with what it is told: one line that says what and where, and a status.
@Suite struct BadInputTests {
    private struct Outcome {
        let status: Int32?
        let output: String
        let errors: String
    }

    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("cp-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Runs the program as its users do; as nobody, who may not read what we may.
    private func run(_ arguments: [String], asNobody: Bool = false) throws -> Outcome {
        let paths = ["output", "errors"].map { folder.appendingPathComponent($0).path }
        let descriptors = paths.map { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) }
        defer { for descriptor in descriptors { close(descriptor) } }
        var command = ChildProcess.Command(Self.program, arguments)
        if asNobody {
            let copy = folder.appendingPathComponent("checkpointing").path
            try FileManager.default.copyItem(atPath: Self.program, toPath: copy)
            command = ChildProcess.Command(
                "setpriv",
                ["--reuid=65534", "--regid=65534", "--clear-groups", copy] + arguments
            )
        }
        command.directory = folder.path
        command.output = descriptors[0]
        command.error = descriptors[1]
        let ending = try #require(ChildProcess(command).wait(upTo: .seconds(60)))
        let texts = paths.map {
            String(decoding: FileManager.default.contents(atPath: $0) ?? Data(), as: UTF8.self)
        }
        guard case .exited(let status) = ending.cause else {
            return Outcome(status: nil, output: texts[0], errors: texts[1])
        }
        return Outcome(status: status, output: texts[0], errors: texts[1])
    }

    private func expect(
        _ arguments: [String],
        _ status: Int32,
        _ line: String,
        asNobody: Bool = false,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try run(["simulate"] + arguments, asNobody: asNobody)
        #expect(outcome.status == status, sourceLocation: location)
        #expect(outcome.output.isEmpty, sourceLocation: location)
        #expect(outcome.errors == line + "\n", sourceLocation: location)
    }

    @Test(arguments: [
        (["--mappers", "0"], "--mappers takes a whole number from 1 to 16, not '0'"),
        (["--reducers", "17"], "--reducers takes a whole number from 1 to 16, not '17'"),
        (
            ["--checkpoint-interval", "0"],
            "--checkpoint-interval takes seconds from 0.001 to 3600, not '0'"
        ),
        (
            ["--checkpoint-interval", "-1"],
            "--checkpoint-interval takes seconds from 0.001 to 3600, not '-1'"
        ),
        (
            ["--heartbeat-interval", "0"],
            "--heartbeat-interval takes seconds from 0.001 to 3600, not '0'"
        ),
        (
            ["--heartbeat-interval", "0.001", "--heartbeat-timeout", "0.002"],
            "--heartbeat-timeout takes seconds from 0.05 to 3600, not '0.002'"
        ),
        (
            ["--heartbeat-interval", "1", "--heartbeat-timeout", "1"],
            "--heartbeat-timeout (1.0 seconds) must be longer than --heartbeat-interval "
                + "(1.0 seconds), else who lives counts as lost"
        ),
        (
            ["--resumed-after", "9007199254740993"],
            "--resumed-after takes a whole number from 0 to 9007199254740992, not "
                + "'9007199254740993'"
        ),
        (["--step-bytes", "0"], "--step-bytes takes a whole number from 1 to 16777216, not '0'"),
        (["--files", "-1"], "--files takes a whole number from 0 to 10000, not '-1'"),
        (["--data", "x", "--files", "3"], "--files and --data exclude each other"),
        (["--classic", "--reducers", "3"], "--classic takes 2 reducers, not 3"),
        (["--column", "x"], "--column needs --format csv or --classic as well"),
        (
            ["--variant", "lazy"],
            "--variant takes right, noAlignment, markerBeforeSave, staleCounts, "
                + "acknowledgedBeforeSave, completeTooEarly, recoveryToIncomplete, cursorTooFar "
                + "or lastWhileRecovering, not 'lazy'"
        ),
    ])
    func `options that cannot be`(arguments: [String], reason: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let see = "; see 'checkpointing simulate --help'"
        try expect(arguments, 64, "checkpointing simulate: \(reason)\(see)")
    }

    @Test func `files that are not there, or that nobody may read, or whose names are no text`()
        throws
    {
        defer { try? FileManager.default.removeItem(at: folder) }
        try expect(
            ["--data", "nowhere"],
            66,
            "checkpointing: nowhere: no such file, folder or match"
        )
        let secret = folder.appendingPathComponent("secret").path
        try Data("a".utf8).write(to: URL(fileURLWithPath: secret))
        chmod(secret, 0)
        chmod(folder.path, 0o755)
        try expect(
            ["--data", "secret"],
            66,
            "checkpointing: secret cannot be read: Permission denied",
            asNobody: getuid() == 0
        )
        let strange = Array("\(folder.path)/strange".utf8CString.dropLast()) + [-1, 0]
        close(open(strange, O_WRONLY | O_CREAT, 0o600))
        try expect(
            ["--data", "str*"],
            66,
            "checkpointing: strange\u{fffd}: the name is not UTF-8, and cannot stand in a stream; "
                + "rename it"
        )
    }

    @Test(arguments: ["inspect", "resume"])
    func `checkpoints that this user may not read are no folder of another kind`(
        command: String
    ) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let kept = folder.appendingPathComponent("kept").path
        try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: false)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: kept + "/job.json"))
        chmod(kept + "/job.json", 0)
        chmod(folder.path, 0o755)
        let words = command == "resume" ? ["resume", "--checkpoints", kept] : ["inspect", kept]
        let outcome = try run(words, asNobody: getuid() == 0)
        #expect(outcome.status == 77)
        #expect(
            outcome.errors
                == "checkpointing: opening \(kept)/job.json: Permission denied; "
                + "let this user read and write there\n"
        )
    }

    @Test func `a folder whose name is not UTF-8 cannot hold checkpoints`() {
        #expect(throws: UsageError.self) { try Argument(bytes: [0x61, 0xff]).folder() }
    }

    @Test func `a folder without files holds no words, as in lab 1`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let empty = folder.appendingPathComponent("empty").path
        try FileManager.default.createDirectory(
            atPath: empty,
            withIntermediateDirectories: false
        )
        let outcome = try run(["simulate", "--data", "empty"])
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.output.hasPrefix("passed: checkpointing, seed 1\n"))
    }

    @Test func `a plan of faults for a worker that there is not`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try expect(
            ["--faults", "kill Mapper_7"],
            64,
            "checkpointing: fault plan, column 6: no node is called Mapper_7 "
                + "(there are Coordinator, Mapper_0, Mapper_1, Reducer_0, Reducer_1)"
        )
    }

    /// The program lies beside the bundle of the tests.
    private static let program: String = {
        let test = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: test ?? "").deletingLastPathComponent()
            .appendingPathComponent("checkpointing").path
    }()
}
