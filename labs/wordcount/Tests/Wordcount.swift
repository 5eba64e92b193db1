import Foundation
import Processes
import Testing

/// The program under test, run as its users run it, in a folder of its own.
final class Wordcount {
    struct Outcome {
        let ending: ChildProcess.Ending.Cause
        let output: String
        let errors: String

        var status: Int32? {
            if case .exited(let status) = ending { status } else { nil }
        }
    }

    /// Everything it makes is below this folder, its temporary files included.
    let folder: URL
    private var processes: [ChildProcess] = []
    private var number = 0

    init() throws {
        // Short, since the path of a Unix socket is: 108 bytes.
        let name = "lc-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        folder = URL(fileURLWithPath: "/tmp").appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("tmp"),
            withIntermediateDirectories: true
        )
    }

    deinit {
        for process in processes { process.kill() }
        try? FileManager.default.removeItem(at: folder)
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Makes a file below our folder.
    @discardableResult func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let url = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: url)
        return url.path
    }

    @discardableResult func file(_ name: String, _ text: String) throws -> String {
        try file(name, Array(text.utf8))
    }

    /// A run that goes on while the test does something to it.
    struct Running {
        let process: ChildProcess
        let outputPath: String
        let errorsPath: String

        /// Waits for the end, and fails the test if it does not come.
        func outcome(
            within limit: Duration = .seconds(120),
            _ location: SourceLocation = #_sourceLocation
        ) throws -> Outcome {
            let ending = try #require(
                process.wait(upTo: limit),
                "still running after \(limit)",
                sourceLocation: location
            )
            return Outcome(
                ending: ending.cause,
                output: text(outputPath),
                errors: text(errorsPath)
            )
        }

        var errors: String { text(errorsPath) }

        private func text(_ path: String) -> String {
            String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        }
    }

    /// Starts the program; `asNobody` only root can do, in a copy that everybody can reach.
    func start(
        _ arguments: [String],
        environment: [String: String] = [:],
        asNobody: Bool = false
    ) throws -> Running {
        number += 1
        let outputPath = path("output-\(number)")
        let errorsPath = path("errors-\(number)")
        let output = open(outputPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        let errors = open(errorsPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer {
            close(output)
            close(errors)
        }
        var command = ChildProcess.Command(Self.program, arguments)
        if asNobody {
            let copy = path("wordcount")
            try FileManager.default.copyItem(atPath: Self.program, toPath: copy)
            chmod(path("tmp"), 0o777)
            command = ChildProcess.Command(
                "setpriv",
                ["--reuid=65534", "--regid=65534", "--clear-groups", copy] + arguments
            )
        }
        command.environment = environment.merging(["TMPDIR": path("tmp")]) { given, _ in given }
        command.output = output
        command.error = errors
        let process = try ChildProcess(command)
        processes.append(process)
        return Running(process: process, outputPath: outputPath, errorsPath: errorsPath)
    }

    func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        asNobody: Bool = false
    ) throws -> Outcome {
        try start(arguments, environment: environment, asNobody: asNobody).outcome()
    }

    /// The program lies beside the bundle of the tests.
    static let program: String = {
        let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return URL(fileURLWithPath: test ?? "").deletingLastPathComponent()
            .appendingPathComponent("wordcount").path
    }()

    /// The processes that a run of ours started: they have our folder for temporary files, or stand
    /// in it (Redis writes its title over its environment).
    var relatives: [pid_t] {
        let temporary = path("tmp")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            let stands = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/\(pid)/cwd"
            )
            if stands?.hasPrefix(temporary) == true { return true }
            let variables = FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data()
            return variables.range(of: Data("TMPDIR=\(temporary)".utf8)) != nil
        }
    }

    /// The relatives whose program has this name.
    func relatives(named name: String) -> [pid_t] {
        relatives.filter { pid in
            let file = FileManager.default.contents(atPath: "/proc/\(pid)/comm") ?? Data()
            return String(decoding: file, as: UTF8.self).hasPrefix(name)
        }
    }

    /// What was left in the folder for temporary files.
    var leftovers: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path("tmp"))) ?? []
    }
}

/// Waits until something holds, and says what did not if it takes too long.
func waitUntil(
    _ what: String,
    within limit: Duration = .seconds(60),
    _ location: SourceLocation = #_sourceLocation,
    _ holds: () throws -> Bool
) throws {
    let deadline = ContinuousClock.now + limit
    while try !holds() {
        try #require(
            ContinuousClock.now < deadline,
            "waiting until \(what)",
            sourceLocation: location
        )
        pause(for: .milliseconds(2))
    }
}
