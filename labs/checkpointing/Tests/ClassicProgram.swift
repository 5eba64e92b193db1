import Foundation
import Messaging
import Processes
import Testing

/// The program in its classic form, run as its users run it, in a folder of its own.
final class ClassicProgram {
    struct Outcome {
        let ending: ChildProcess.Ending.Cause
        let output: String
        let errors: String

        var status: Int32? {
            if case .exited(let status) = ending { status } else { nil }
        }
    }

    struct Summary: Decodable {
        struct Hit: Decodable {
            let fault: String
            let phase: String
        }

        let finished: Bool
        let right: Bool?
        let words: Int
        let checkpoints: Int
        let recoveries: Int
        let hits: [Hit]
        let missed: [String]
    }

    /// Everything it makes is below this folder, its temporary files included.
    let folder: URL
    /// The files of words.
    let data: [String]
    private var number = 0

    init(files: Int = 12, rows: Int = 20) throws {
        // Short, since the path of a Unix socket is: 108 bytes.
        let name = "cc-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        folder = URL(fileURLWithPath: "/tmp").appendingPathComponent(name)
        let temporary = folder.appendingPathComponent("tmp")
        try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("data"),
            withIntermediateDirectories: true
        )
        var paths: [String] = []
        for file in 0..<files {
            let path = folder.appendingPathComponent("data/\(100 + file).csv").path
            try Data(Self.table(file, rows: rows).utf8).write(to: URL(fileURLWithPath: path))
            paths.append(path)
        }
        data = paths
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var checkpoints: String { folder.appendingPathComponent("checkpoints").path }

    func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    /// Words that programs differ about, and so many others that a run has something to do.
    private static func table(_ file: Int, rows: Int) -> String {
        let words = [
            "apple", "l", "m", "monkey", "Zoo", "é", "e\u{301}", "日本", "🦉", "tab\tbed",
            "back\\slash",
            "two\nlines", "", "café,", "comma,comma",
        ]
        var text =
            "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
        for row in 0..<rows {
            let line = (0..<10).map { place in
                let number = file * 7 + row * 3 + place
                return number % 3 == 0 ? words[number / 3 % words.count] : "w\(number % 101)"
            }
            text += "\(row),a,True,now,\"\(line.joined(separator: " "))\",,\n"
        }
        // What is only a newline has no words.
        return text + "\(rows),a,True,now,\"\n\",,\n"
    }

    /// Starts a run on ports that nobody has.
    func start(
        _ arguments: [String],
        as command: [String] = ["classic"],
        port: Int? = nil
    ) throws -> (process: ChildProcess, files: (String, String)) {
        number += 1
        let port = try port ?? Self.freePort()
        let names = ("output-\(number)", "errors-\(number)")
        let descriptors = [names.0, names.1].map {
            open(folder.appendingPathComponent($0).path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        }
        defer { descriptors.forEach { close($0) } }
        var command = ChildProcess.Command(
            Self.program,
            command + ["--classic-port", "\(port)"] + arguments
        )
        command.environment = ["TMPDIR": folder.appendingPathComponent("tmp").path]
        command.output = descriptors[0]
        command.error = descriptors[1]
        return (try ChildProcess(command), names)
    }

    /// Runs it to its end; should somebody else have taken one of the ports meanwhile, once more on others.
    func run(_ arguments: [String], as command: [String] = ["classic"]) throws -> Outcome {
        while true {
            let outcome = try runAt(try Self.freePort(), arguments, as: command)
            if !outcome.errors.contains("is in use") { return outcome }
        }
    }

    /// Runs it to its end on these ports.
    func runAt(
        _ port: Int,
        _ arguments: [String],
        as command: [String] = ["classic"]
    ) throws -> Outcome {
        let (process, files) = try start(arguments, as: command, port: port)
        let ending = try #require(process.wait(upTo: .seconds(120)), "it does not end")
        return Outcome(
            ending: ending.cause,
            output: try text(files.0),
            errors: try text(files.1)
        )
    }

    /// Runs the job on our files, and has its result looked at twice: by itself, and by the course's checker.
    @discardableResult func count(
        _ arguments: [String] = [],
        heartbeatTimeout: String = "5",
        _ location: SourceLocation = #_sourceLocation
    ) throws -> Summary {
        let outcome = try run(
            ["--data", folder.appendingPathComponent("data").path, "--verify", "--json"]
                + ["--checkpoints", checkpoints, "--checkpoint-interval", "0.02"]
                + ["--heartbeat-interval", "0.05", "--heartbeat-timeout", heartbeatTimeout]
                + arguments
        )
        let summary = try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8))
        let said = Comment(rawValue: "\(arguments) \(outcome.output)\(outcome.errors)")
        #expect(outcome.status == 0, said, sourceLocation: location)
        #expect(summary.finished && summary.right == true, said, sourceLocation: location)
        let (status, found) = try check()
        #expect(status == 0, "\(arguments) \(found)", sourceLocation: location)
        return summary
    }

    /// What the checker says of the checkpoint files.
    func check() throws -> (status: Int32?, said: String) {
        let path = folder.appendingPathComponent("checker").path
        let output = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { close(output) }
        var command = ChildProcess.Command(
            "python3",
            [Self.file("classic_check.py"), checkpoints] + data
        )
        command.output = output
        command.error = output
        let ending = try #require(try ChildProcess(command).wait(upTo: .seconds(60)))
        guard case .exited(let status) = ending.cause else { return (nil, try text("checker")) }
        return (status, try text("checker"))
    }

    /// A command for a worker of another program.
    static func python(_ role: String, slow: Double = 0) -> String {
        "SLOW=\(slow) python3 '\(file("classic_worker.py"))' \(role) {index} {port}"
    }

    private static func file(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(name)
            .path
    }

    /// The first of enough ports in a row that nobody has, below those that the system gives away.
    static func freePort() throws -> Int {
        while true {
            let first = 10_000 + Int.random(in: 0..<2_000) * 10
            let isFree = (first..<(first + 5)).allSatisfy { port in
                let address = Address.loopback.with(port: port)
                guard let datagrams = try? Sockets.bindDatagrams(at: address) else { return false }
                close(datagrams)
                guard let streams = try? Sockets.listen(at: address) else { return false }
                close(streams)
                return true
            }
            if isFree { return first }
        }
    }

    /// The program lies beside the bundle of the tests.
    static let program: String = {
        let test = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: test ?? "").deletingLastPathComponent()
            .appendingPathComponent("checkpointing").path
    }()

    /// The processes that our runs have started and that are still there.
    var relatives: [pid_t] {
        let mark = "TMPDIR=\(folder.appendingPathComponent("tmp").path)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data()
            let stands = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/\(pid)/cwd"
            )
            return String(decoding: environment, as: UTF8.self).contains(mark)
                || stands?.hasPrefix(folder.path) ?? false
        }
    }

    /// Waits until nothing of a run is left, as long as a loaded machine may need for that.
    func waitUntilGone() -> Bool {
        let deadline = ContinuousClock.now + .seconds(30)
        let temporary = folder.appendingPathComponent("tmp").path
        while ContinuousClock.now < deadline {
            let left = (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? []
            if relatives.isEmpty, left.isEmpty { return true }
            pause(for: .milliseconds(10))
        }
        return false
    }
}
