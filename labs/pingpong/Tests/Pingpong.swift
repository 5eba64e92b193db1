import Foundation
import Processes
import Testing

/// The program under test, run as its users run it, in a folder of its own.
final class Pingpong {
    struct Outcome: Equatable {
        let ending: ChildProcess.Ending.Cause
        let output: String
        let errors: String

        var status: Int32? {
            if case .exited(let status) = ending { status } else { nil }
        }

        var lines: [String] {
            output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// A run that goes on while the test does something to it.
    struct Running {
        let process: ChildProcess
        let outputPath: String
        let errorsPath: String

        /// Waits for the end, and fails the test if it does not come.
        func outcome(_ location: SourceLocation = #_sourceLocation) throws -> Outcome {
            let ending = try #require(
                process.wait(upTo: .seconds(120)),
                "still running",
                sourceLocation: location
            )
            return Outcome(ending: ending.cause, output: text(outputPath), errors: text(errorsPath))
        }

        private func text(_ path: String) -> String {
            String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        }
    }

    /// Where the program runs; what it makes by mistake lies here too.
    let folder: URL
    /// Where its output goes.
    private let outputs: URL
    private var number = 0

    init() throws {
        let name = "pp-\(UInt64.random(in: 0...UInt64.max))"
        let base = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        folder = base.appendingPathComponent("run")
        outputs = base.appendingPathComponent("outputs")
        for url in [folder, outputs] {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func bytes(_ name: String) -> Data? { FileManager.default.contents(atPath: path(name)) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    /// What lies in the folder, by name.
    var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    func start(_ arguments: [String], program: String = program) throws -> Running {
        number += 1
        let output = outputs.appendingPathComponent("output-\(number)").path
        let errors = outputs.appendingPathComponent("errors-\(number)").path
        let descriptors = [output, errors].map { (path: String) in
            open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        }
        defer { for descriptor in descriptors { close(descriptor) } }
        var command = ChildProcess.Command(program, arguments)
        command.directory = folder.path
        command.environment = ["TMPDIR": folder.path]
        command.output = descriptors[0]
        command.error = descriptors[1]
        let process = try ChildProcess(command)
        return Running(process: process, outputPath: output, errorsPath: errors)
    }

    func run(_ arguments: String...) throws -> Outcome { try start(arguments).outcome() }

    /// Runs a command that a report names, by a shell, as a reader would.
    func runAsTyped(_ command: String) throws -> Outcome {
        let folder = URL(fileURLWithPath: Self.program).deletingLastPathComponent().path
        let script = "PATH=\"$1:$PATH\"; \(command)"
        return try start(["-c", script, "sh", folder], program: "/bin/sh").outcome()
    }

    /// The program lies beside the bundle of the tests.
    static let program: String = {
        let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return URL(fileURLWithPath: test ?? "").deletingLastPathComponent()
            .appendingPathComponent("pingpong").path
    }()
}
