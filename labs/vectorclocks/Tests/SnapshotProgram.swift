import Foundation
import Processes
import Testing

/// The program, run as its users run it, in a folder of its own.
final class SnapshotProgram {
    /// How a call ended, and what it wrote.
    struct Outcome {
        let status: Int32?
        let output: String
        let errors: String
    }

    /// The part of the report of a deployed run that tests look at.
    struct Report: Decodable {
        struct Landing: Decodable {
            let fault: String
            let landed: String?
        }

        struct Told: Decodable {
            let node: String
            let outputs: [String]
        }

        let result: String
        let reasons: [String]
        let landings: [Landing]
        let outputs: [Told]

        /// What the coordinator has told.
        var told: [String] { outputs.first { $0.node == "Coordinator" }?.outputs ?? [] }
    }

    private let folder: URL
    private let outputs: URL

    init() throws {
        let name = "vc-\(UInt64.random(in: 0...UInt64.max))"
        let base = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        folder = base.appendingPathComponent("run")
        outputs = base.appendingPathComponent("outputs")
        for url in [folder, outputs] {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }

    /// What lies in the folder, by name.
    var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    /// Runs a call to its end.
    func run(
        _ words: [String],
        _ location: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        try run(Self.program, words, location)
    }

    /// Runs a line that a report names, by a shell, as a reader would.
    func runAsTyped(
        _ line: String,
        _ location: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        let programs = URL(fileURLWithPath: Self.program).deletingLastPathComponent().path
        let script = "PATH=\"$1:$PATH\"; \(line)"
        return try run("/bin/sh", ["-c", script, "sh", programs], location)
    }

    /// Runs it as real processes, and reads what it reports.
    func deploy(
        _ words: [String],
        _ location: SourceLocation = #_sourceLocation
    ) throws -> (report: Report, outcome: Outcome) {
        let outcome = try run(["run", "--deployed", "--json"] + words, location)
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        return (report, outcome)
    }

    private func run(
        _ program: String,
        _ words: [String],
        _ location: SourceLocation
    ) throws -> Outcome {
        let paths = ["output", "errors"].map { outputs.appendingPathComponent($0).path }
        let descriptors = paths.map { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) }
        defer { for descriptor in descriptors { close(descriptor) } }
        var command = ChildProcess.Command(program, words)
        command.directory = folder.path
        command.environment = ["TMPDIR": folder.path]
        command.output = descriptors[0]
        command.error = descriptors[1]
        let ending = try #require(
            ChildProcess(command).wait(upTo: .seconds(240)),
            "still running",
            sourceLocation: location
        )
        let texts = paths.map {
            String(decoding: FileManager.default.contents(atPath: $0) ?? Data(), as: UTF8.self)
        }
        let status: Int32? = if case .exited(let status) = ending.cause { status } else { nil }
        return Outcome(status: status, output: texts[0], errors: texts[1])
    }

    /// The program lies beside the bundle of the tests.
    private static let program: String = {
        let test = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: test ?? "").deletingLastPathComponent()
            .appendingPathComponent("vectorclocks").path
    }()
}
