import Foundation
import Processes
import Testing

/// The program under test, run as its users run it, in a folder of its own.
final class Vectorclocks {
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

    /// Where the program runs; what it makes by mistake lies here too.
    let folder: URL
    /// Where its output goes.
    private let outputs: URL
    private var number = 0

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

    func bytes(_ name: String) -> Data? {
        FileManager.default.contents(atPath: folder.appendingPathComponent(name).path)
    }

    func write(_ bytes: Data, to name: String) throws {
        try bytes.write(to: folder.appendingPathComponent(name))
    }

    func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

    func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    func run(_ arguments: [String]) throws -> Outcome { try run(arguments, program: Self.program) }

    /// Runs a command that a report names, by a shell, as a reader would.
    func runAsTyped(_ command: String) throws -> Outcome {
        let folder = URL(fileURLWithPath: Self.program).deletingLastPathComponent().path
        let script = "PATH=\"$1:$PATH\"; \(command)"
        return try run(["-c", script, "sh", folder], program: "/bin/sh")
    }

    private func run(_ arguments: [String], program: String) throws -> Outcome {
        number += 1
        let paths = ["output", "errors"].map {
            outputs.appendingPathComponent("\($0)-\(number)").path
        }
        let descriptors = paths.map { (path: String) in
            open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        }
        defer { for descriptor in descriptors { close(descriptor) } }
        var command = ChildProcess.Command(program, arguments)
        command.directory = folder.path
        command.environment = ["TMPDIR": folder.path]
        command.output = descriptors[0]
        command.error = descriptors[1]
        let process = try ChildProcess(command)
        let ending = try #require(process.wait(upTo: .seconds(120)), "still running")
        let texts = paths.map {
            String(decoding: FileManager.default.contents(atPath: $0) ?? Data(), as: UTF8.self)
        }
        return Outcome(ending: ending.cause, output: texts[0], errors: texts[1])
    }

    /// The program lies beside the bundle of the tests.
    static let program: String = {
        let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return URL(fileURLWithPath: test ?? "").deletingLastPathComponent()
            .appendingPathComponent("vectorclocks").path
    }()
}
