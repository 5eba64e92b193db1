import Glibc
import Processes

/// A Redis server of our own: a child process on a Unix socket in a folder of mode 0700, with a
/// password, no TCP port, and no saves but those it is told to make.
///
/// It ends with its owner, however that ends (see `RunDirectory`).
public final class RedisServer {
    /// Bounds on waiting for it.
    public enum Limit {
        /// How long it may take to accept connections; loading a dump comes after that.
        public static let startSecondsMax = 30
        /// How long what it forked may take to be gone after a kill.
        public static let groupSecondsMax = 1
    }

    /// Where it listens, in every life the same.
    public let address: RedisAddress
    /// Its password, in every life the same: 128 random bits.
    public let password: String
    /// How many times it was started.
    public private(set) var lives = 0

    private let directory: RunDirectory
    private let program: String
    private var process: ChildProcess?

    /// Makes the folder and starts the server in it.
    ///
    /// - Parameter program: The server's binary, a path or a name on the PATH.
    /// - Throws: `.notStarted`, with the remedy; nothing is left behind then.
    public init(program: String = "redis-server") throws(RedisFailure) {
        do throws(ProcessFailure) {
            directory = try RunDirectory(name: "lightcone")
        } catch {
            throw .notStarted(reason: "\(error)")
        }
        self.program = program
        address = .unix(path: directory.path + "/redis.sock")
        var random = SystemRandomNumberGenerator()
        password = (0..<4).map { _ in
            // With a first digit for each part, so that all passwords are equally long.
            String(1 << 32 + UInt64(random.next() as UInt32), radix: 16)
        }.joined()
        try start()
    }

    /// The dump that it saves to and starts from.
    public var dumpPath: String { directory.path + "/dump.rdb" }

    /// Whether the process is there; a server that died by itself is noticed here.
    public var isRunning: Bool { process?.poll() == nil && process != nil }

    /// The process's number while it runs.
    public var pid: Int32? { isRunning ? process?.pid : nil }

    /// Whether a save is being written: it has begun its file and not yet given it its name.
    public var isSaving: Bool { isRunning && !unfinishedSaves.isEmpty }

    /// Starts it (again), from the dump if there is one.
    ///
    /// Returns when it accepts connections; it may then still answer `LOADING`.
    ///
    /// - Throws: `.notStarted` with the last line of its log.
    public func start() throws(RedisFailure) {
        guard !isRunning else { return }
        // One that died by itself may have left a save behind that is still being written.
        kill()
        do throws(ProcessFailure) {
            // The configuration goes in by a pipe: a command line can be read by everybody.
            let pipe = try Pipe()
            defer {
                close(pipe.reading)
                close(pipe.writing)
            }
            // The shell becomes the server only when it is told to, and that is after the guard has
            // been told of it: whenever we are killed, nobody is left unguarded. It leaves if we die
            // before that, and its input ends.
            var command = ChildProcess.Command("/bin/sh", ["-c", startScript, program])
            command.input = pipe.reading
            command.output = nil
            command.error = nil
            command.directory = directory.path
            let child = try ChildProcess(command)
            directory.guardGroup(of: child.pid)
            process = child
            // Less than a pipe holds: this does not wait for anybody.
            let text = Array(("go\n" + configuration).utf8)
            _ = text.withUnsafeBytes { write(pipe.writing, $0.baseAddress, $0.count) }
            lives += 1
        } catch {
            throw .notStarted(reason: "\(error)")
        }
        try waitUntilAccepting()
    }

    /// Kills it with SIGKILL, together with a save that it may be writing (which would otherwise
    /// put its file over that of a later life).
    ///
    /// - Returns: Whether a save was under way, proved by the unfinished file that it left.
    @discardableResult public func kill() -> Bool {
        if let process {
            process.kill()
            process.waitForGroup(upTo: .seconds(Limit.groupSecondsMax))
            directory.releaseGroup(of: process.pid)
        }
        process = nil
        let unfinished = unfinishedSaves
        for path in unfinished { unlink(path) }
        return !unfinished.isEmpty
    }

    /// Kills it and removes its folder; also done when the owner lets go of it.
    public func end() {
        kill()
        directory.remove()
    }

    deinit { end() }

    /// What a shell leaves with if it finds no such program.
    private static let notFound: Int32 = 127

    /// `hz`: how often a second the server looks whether a save is finished; with the default of 10
    /// each checkpoint would seem to take a tenth of a second.
    private var configuration: String {
        guard case .unix(let path) = address else { return "" }
        return """
            port 0
            unixsocket \(quoted(path))
            unixsocketperm 700
            requirepass \(password)
            dir \(quoted(directory.path))
            dbfilename dump.rdb
            logfile \(quoted(directory.path + "/redis.log"))
            save ""
            appendonly no
            rdbcompression no
            stop-writes-on-bgsave-error no
            databases 1
            hz 100
            daemonize no

            """
    }

    private func waitUntilAccepting() throws(RedisFailure) {
        let deadline = ContinuousClock.now + .seconds(Limit.startSecondsMax)
        var rest = Duration.milliseconds(1)
        while ContinuousClock.now < deadline {
            do throws(RedisFailure) {
                _ = try RedisConnection(address, password: password)
                return
            } catch .server(code: "LOADING", _) {
                return
            } catch .unsupported(let version) {
                end()
                throw .unsupported(version: version)
            } catch {}
            if let ending = process?.poll() {
                if ending.cause == .exited(status: Self.notFound) {
                    let failure = ProcessFailure.programNotFound(program)
                    throw .notStarted(
                        reason: "\(failure); install the Debian package redis-server (`make setup`)"
                    )
                }
                let verb = if case .killed = ending.cause { "it was" } else { "it" }
                throw .notStarted(reason: "\(verb) \(ending): \(lastLogLine)")
            }
            if let descriptor = process?.exitDescriptor, descriptor >= 0 {
                _ = waitReadable([descriptor], upTo: rest)
            } else {
                pause(for: rest)
            }
            rest = min(rest * 2, .milliseconds(50))
        }
        kill()
        throw .notStarted(reason: "no answer within \(Limit.startSecondsMax) s: \(lastLogLine)")
    }

    private var lastLogLine: String {
        guard let file = fopen(directory.path + "/redis.log", "r") else { return "it left no log" }
        defer { fclose(file) }
        var last = "its log is empty"
        var buffer = [CChar](repeating: 0, count: 1024)
        while fgets(&buffer, Int32(buffer.count), file) != nil {
            let bytes = buffer.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:))
            if !bytes.isEmpty { last = String(decoding: bytes, as: UTF8.self) }
        }
        return last
    }

    /// Not by `glob`: the folder's path may have a bracket in it.
    private var unfinishedSaves: [String] {
        guard let listing = opendir(directory.path) else { return [] }
        defer { closedir(listing) }
        var paths: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { room in
                String(decoding: room.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix("temp-"), name.hasSuffix(".rdb") else { continue }
            paths.append("\(directory.path)/\(name)")
        }
        return paths
    }
}

/// Reads one line, byte by byte, and leaves the rest of the input to the server.
let startScript = #"read -r go && [ "$go" = go ] && exec "$0" -"#

/// The text as one word of Redis's configuration, whatever TMPDIR has in it.
private func quoted(_ text: String) -> String {
    let escaped = text.map { character in
        switch character {
        case "\"", "\\": "\\\(character)"
        case "\n": "\\n"
        default: String(character)
        }
    }
    return "\"" + escaped.joined() + "\""
}
