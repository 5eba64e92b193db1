import Foundation
import Processes
import Testing

/// The program, run as its users run it, in a folder of its own.
final class JobProgram {
    /// How a call ended, and what it wrote.
    struct Outcome {
        let status: Int32?
        let output: String
        let errors: String

        /// What `--json` has told.
        func report() throws -> Report {
            try JSONDecoder().decode(Report.self, from: Data(output.utf8))
        }
    }

    /// The part of a report that tests look at.
    struct Report: Decodable {
        struct Recovery: Decodable {
            let id: Int
            let checkpoint: Int
            let worker: String
            let reason: String
            let untilFirstCountMilliseconds: Double?
        }

        struct Run: Decodable {
            struct Landing: Decodable {
                let fault: String
                let landed: String?
            }

            let landings: [Landing]
            let eventCount: Int?
        }

        let result: String
        let reasons: [String]
        let words: Int
        let distinct: Int
        let verified: Bool?
        let checkpointsCompleted: Int
        let checkpointsAborted: [String]
        let recoveries: [Recovery]
        let run: Run
    }

    let folder: URL
    private let temporary: URL
    private let outputs: URL
    private var number = 0

    init() throws {
        // Short, since the path of a Unix socket is: 108 bytes.
        let name = "cj-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        folder = URL(fileURLWithPath: "/tmp").appendingPathComponent(name)
        temporary = folder.appendingPathComponent("tmp")
        outputs = folder.appendingPathComponent("outputs")
        for url in [temporary, outputs] {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// What the calls have left behind where they make things for a while.
    var leftovers: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: temporary.path)) ?? []).sorted()
    }

    /// Files of words in a folder `data`: each word of each file is known.
    func makeData(files: Int, linesPerFile: Int) throws {
        let data = folder.appendingPathComponent("data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        for file in 0..<files {
            let lines = (0..<linesPerFile).map { line in
                (0..<10).map { "w\((file * 31 + line * 10 + $0) % 97)" }.joined(separator: " ")
            }
            try Data((lines.joined(separator: "\n") + "\n").utf8)
                .write(to: data.appendingPathComponent("\(1000 + file).txt"))
        }
    }

    /// Files in a folder `data` with each of so many words twice, the second time in another file.
    func makeWords(distinct: Int, files: Int) throws {
        let data = folder.appendingPathComponent("data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        let each = 2 * distinct / files
        for file in 0..<files {
            let words = (0..<each).map { "w\((file * each + $0) % distinct)" }
            try Data((words.joined(separator: " ") + "\n").utf8)
                .write(to: data.appendingPathComponent("\(1000 + file).txt"))
        }
    }

    /// Starts a call, and leaves it to the test to end it.
    func start(_ words: [String]) throws -> (process: ChildProcess, number: Int) {
        number += 1
        let descriptors = ["\(number).out", "\(number).err"].map { name in
            let path = outputs.appendingPathComponent(name).path
            return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        }
        defer { for descriptor in descriptors { close(descriptor) } }
        var command = ChildProcess.Command(Self.program, words)
        command.directory = folder.path
        command.environment = ["TMPDIR": temporary.path]
        command.output = descriptors[0]
        command.error = descriptors[1]
        return (try ChildProcess(command), number)
    }

    /// Runs a call to its end.
    func run(
        _ words: [String],
        _ location: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        let (process, number) = try start(words)
        return try outcome(of: process, number, location)
    }

    /// The processes of the nodes of a run, in the order of the nodes; nil if they do not come.
    func nodeProcesses(of run: ChildProcess, atLeast count: Int) -> [Int32]? {
        let deadline = Date(timeIntervalSinceNow: 30)
        while Date() < deadline {
            let children = nodeProcesses(of: run)
            if children.count >= count { return children }
        }
        return nil
    }

    /// Those that are there now.
    func nodeProcesses(of run: ChildProcess) -> [Int32] {
        children(of: run) { $0.contains("node") }
    }

    /// The children of a run whose command line is such a one.
    func children(of run: ChildProcess, where isWanted: ([String]) -> Bool) -> [Int32] {
        let path = "/proc/\(run.pid)/task/\(run.pid)/children"
        let text = FileManager.default.contents(atPath: path) ?? Data()
        return String(decoding: text, as: UTF8.self).split(separator: " ")
            .compactMap { Int32($0) }.filter { isWanted(Self.commandLine(of: $0)) }
    }

    private static func commandLine(of process: Int32) -> [String] {
        let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
        return line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Waits for the end of a call that was started.
    func outcome(
        of process: ChildProcess,
        _ number: Int,
        _ location: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        let ending = try #require(
            process.wait(upTo: .seconds(240)),
            "still running",
            sourceLocation: location
        )
        let status: Int32? = if case .exited(let status) = ending.cause { status } else { nil }
        return Outcome(
            status: status,
            output: text("\(number).out"),
            errors: text("\(number).err")
        )
    }

    private func text(_ name: String) -> String {
        let path = outputs.appendingPathComponent(name).path
        return String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    /// The program lies beside the bundle of the tests, unless `LIGHTCONE_CHECKPOINTING` names another one.
    private static let program: String = {
        let named = ProcessInfo.processInfo.environment["LIGHTCONE_CHECKPOINTING"]
        if let named { return named }
        let test = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: test ?? "").deletingLastPathComponent()
            .appendingPathComponent("checkpointing").path
    }()
}
