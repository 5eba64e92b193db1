import Foundation
import Processes
import Testing

/// A lab's program, run as its users run it, in a folder of its own.
final class Lab {
    struct Outcome {
        let ending: ChildProcess.Ending.Cause
        let output: String
        let errors: String

        var status: Int32? {
            if case .exited(let status) = ending { status } else { nil }
        }
    }

    /// A run that goes on while the test does something to it.
    struct Run {
        let process: ChildProcess
        let number: Int

        var pid: Int32 { process.pid }
    }

    private let folder: Folder
    private var count = 0

    init() throws { folder = try Folder() }

    /// The program lies beside the bundle of the tests.
    static func program(_ name: String) -> String {
        let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return URL(fileURLWithPath: test ?? "").deletingLastPathComponent()
            .appendingPathComponent(name).path
    }

    /// Starts `ledger run`, or a script that runs it as `"$1"`.
    func start(_ words: [String], script: String? = nil, temporary: String? = nil) throws -> Run {
        count += 1
        let paths = ["output-\(count)", "errors-\(count)"].map { "\(folder.path)/\($0)" }
        let files = paths.map { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) }
        defer { for file in files { close(file) } }
        let program = Self.program("ledger")
        var command =
            script.map { ChildProcess.Command("/bin/sh", ["-c", $0, "sh", program] + words) }
            ?? ChildProcess.Command(program, words)
        command.directory = folder.path
        command.environment = ["TMPDIR": temporary ?? folder.path]
        command.output = files[0]
        command.error = files[1]
        return Run(process: try ChildProcess(command), number: count)
    }

    /// Waits for the end, and fails the test if it does not come.
    func outcome(of run: Run, _ location: SourceLocation = #_sourceLocation) throws -> Outcome {
        let ending = run.process.wait(upTo: .seconds(60))
        if ending == nil { run.process.kill() }
        return Outcome(
            ending: try #require(ending, "still running", sourceLocation: location).cause,
            output: folder.text("output-\(run.number)"),
            errors: folder.text("errors-\(run.number)")
        )
    }

    func run(_ words: String...) throws -> Outcome { try outcome(of: start(["run"] + words)) }

    func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    func make(_ name: String) throws { try folder.write([], to: name) }

    /// What a run has left lying, or what still runs: of a run that is over, nothing.
    var leftovers: [String] {
        folder.names().filter { $0.hasPrefix("lightcone-") } + processes.map { "process \($0)" }
    }

    /// All that was started here starts in this folder, or in one below it.
    private var processes: [Int32] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap(Int32.init).filter { pid in
            let place = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/\(pid)/cwd"
            )
            return place?.hasPrefix(folder.path) ?? false
        }
    }

    /// The process that is a node now, once it has begun.
    func process(of node: String) throws -> Int32 {
        var found: Int32?
        let isThere = eventually {
            found = processes.first { pid in
                let errors = "/proc/\(pid)/fd/2"
                let file = try? FileManager.default.destinationOfSymbolicLink(atPath: errors)
                return file?.contains("/\(node).") ?? false
            }
            return found != nil && hasSaved
        }
        try #require(isThere)
        return try #require(found)
    }

    /// Whether the clerk has booked anything: then both have begun.
    private var hasSaved: Bool {
        folder.names().contains { name in
            name.hasPrefix("lightcone-") && !folder.names(in: "\(name)/Clerk.store").isEmpty
        }
    }
}

/// Waits until the condition holds, and says whether it came to that within a generous limit.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        pause(for: .milliseconds(2))
    }
    return try condition()
}

/// The letter that the kernel has for what a process does: `T` for one that is stopped.
func state(of pid: Int32) -> Character? {
    let text = FileManager.default.contents(atPath: "/proc/\(pid)/stat").map {
        String(decoding: $0, as: UTF8.self)
    }
    // The name, in brackets, may itself hold brackets.
    guard let text, let close = text.lastIndex(of: ")") else { return nil }
    return text[close...].dropFirst(2).first
}
