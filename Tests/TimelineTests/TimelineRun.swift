import Foundation
import Processes
import Testing

/// The program under test, run as its users run it, in a folder of its own.
final class TimelineRun {
    struct Outcome: Equatable {
        let status: Int32?
        let output: String
        let errors: String
    }

    private let folder: URL

    init() throws {
        let name = "tl-\(UInt64.random(in: 0...UInt64.max))"
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func bytes(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path(name)).map { [UInt8]($0) }
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    }

    /// What lies in the folder, by name, but for what the runs have said.
    var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
            .filter { !$0.hasPrefix(".said") }.sorted()
    }

    func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    func run(_ arguments: [String]) throws -> Outcome {
        let said = [path(".said-output"), path(".said-errors")]
        let descriptors = said.map { (path: String) in
            open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        }
        defer { for descriptor in descriptors { close(descriptor) } }
        var command = ChildProcess.Command(Self.program, arguments)
        command.directory = folder.path
        command.output = descriptors[0]
        command.error = descriptors[1]
        let process = try ChildProcess(command)
        let ending = try #require(process.wait(upTo: .seconds(120)), "still running")
        let texts = said.map { (path: String) in
            String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        }
        let status: Int32? = if case .exited(let status) = ending.cause { status } else { nil }
        return Outcome(status: status, output: texts[0], errors: texts[1])
    }

    /// The program lies beside the bundle of the tests.
    private static let program: String = {
        let test = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: test ?? "").deletingLastPathComponent()
            .appendingPathComponent("timeline").path
    }()
}
