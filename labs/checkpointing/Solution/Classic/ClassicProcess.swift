import FoundationEssentials
import Glibc
import Messaging
import Nodes
import Processes

/// One life of a worker of a classic run, as the process that started it sees it.
final class ClassicProcess {
    /// Gets what one of our own workers reports.
    var onReport: ((ClassicReport) -> Void)?
    /// Runs once, when it has ended by itself or by somebody else's hand.
    var onEnd: ((ChildProcess.Ending) -> Void)?

    /// How often its end is looked for on a kernel that does not tell.
    private static let pollAfter = Duration.milliseconds(10)

    private let child: ChildProcess
    private let directory: RunDirectory
    private let loop: EventLoop
    private var reports: (descriptor: Int32, reader: LineReader)?
    private var isOver = false

    /// Starts one of our own workers.
    init(
        _ order: ClassicWorker.Order,
        in directory: RunDirectory,
        on loop: EventLoop
    ) throws {
        (self.directory, self.loop) = (directory, loop)
        let reports = try Pipe()
        defer { close(reports.writing) }
        var command = ChildProcess.Command(
            ChildProcess.Command.ownProgram,
            [ClassicCommands.workerName]
        )
        command.output = nil
        command.passed = [reports.writing]
        command.directory = directory.path
        do {
            child = try Self.start(command, saying: try JSONEncoder().encode(order))
        } catch {
            close(reports.reading)
            throw error
        }
        self.reports = (reports.reading, LineReader(reports.reading))
        directory.guardGroup(of: child.pid)
        try loop.watch(reports.reading, for: .reading) { [unowned self] _ in takeReports() }
        try watch()
    }

    /// Starts a program of somebody else: a command for `sh`, in our own folder.
    ///
    /// - Parameters:
    ///   - text: The command.
    ///   - environment: What it finds in its environment beside ours.
    ///   - directory: What guards it: it ends with us, however we end.
    ///   - loop: Where its end is waited for.
    /// - Throws: `ProcessFailure` or `CannotStart`; nothing is left of it then.
    init(
        _ text: String,
        environment: [String: String],
        in directory: RunDirectory,
        on loop: EventLoop
    ) throws {
        (self.directory, self.loop) = (directory, loop)
        let folder = try Self.ownFolder()
        // The shell that leads the group stays in the folder by which the guard knows it, and goes on only
        // when it is guarded.
        var command = ChildProcess.Command("/bin/sh", ["-c", Self.script, folder, text])
        // What a worker prints is for people; our own output may be JSON.
        command.output = STDERR_FILENO
        command.environment = environment
        command.directory = directory.path
        let pipe = try Pipe()
        defer {
            close(pipe.reading)
            close(pipe.writing)
        }
        command.input = pipe.reading
        child = try ChildProcess(command)
        directory.guardGroup(of: child.pid)
        let go = Array("go\n".utf8)
        _ = go.withUnsafeBytes { Glibc.write(pipe.writing, $0.baseAddress, $0.count) }
        try watch()
    }

    deinit { stop() }

    /// Kills it with all of its group, in silence; what it has reported before is still told.
    func kill() {
        guard !isOver else { return }
        child.kill()
        takeReports()
        stop()
    }

    private static let script = """
        read -r go || exit
        (cd "$0" && exec /bin/sh -c "$1" </dev/null)
        exit $?
        """

    private static func ownFolder() throws -> String {
        guard let path = getcwd(nil, 0) else {
            throw CannotStart(reason: "our own folder is gone")
        }
        defer { free(path) }
        return String(cString: path)
    }

    /// Why nothing could be started.
    struct CannotStart: Error, CustomStringConvertible {
        let reason: String
        var description: String { reason }
    }

    private static func start(
        _ command: ChildProcess.Command,
        saying order: Data
    ) throws -> ChildProcess {
        let pipe = try Pipe()
        defer {
            close(pipe.reading)
            close(pipe.writing)
        }
        var command = command
        command.input = pipe.reading
        // Less than a pipe holds: this does not wait for anybody.
        let line = Array(order) + [UInt8(ascii: "\n")]
        _ = line.withUnsafeBytes { Glibc.write(pipe.writing, $0.baseAddress, $0.count) }
        return try ChildProcess(command)
    }

    private func watch() throws {
        guard child.exitDescriptor >= 0 else { return poll() }
        try loop.watch(child.exitDescriptor, for: .reading) { [unowned self] _ in
            loop.unwatch(child.exitDescriptor)
            noteEnd()
        }
    }

    private func poll() {
        loop.after(Self.pollAfter) { [weak self] in
            guard let self, !isOver else { return }
            if child.poll() == nil { poll() } else { noteEnd() }
        }
    }

    private func noteEnd() {
        guard !isOver, let ending = child.wait(upTo: .zero) ?? child.kill() else { return }
        takeReports()
        // A report may have ended the whole run, and us with it.
        guard !isOver else { return }
        let report = onEnd
        stop()
        report?(ending)
    }

    private func takeReports() {
        guard var reader = reports?.reader else { return }
        let lines = reader.lines()
        reports?.reader = reader
        if reader.isAtEnd, let descriptor = reports?.descriptor { loop.unwatch(descriptor) }
        for line in lines {
            if let report = ClassicReport(line: line) { onReport?(report) }
        }
    }

    private func stop() {
        guard !isOver else { return }
        isOver = true
        (onReport, onEnd) = (nil, nil)
        if child.exitDescriptor >= 0 { loop.unwatch(child.exitDescriptor) }
        if let reports {
            loop.unwatch(reports.descriptor)
            close(reports.descriptor)
        }
        reports = nil
        child.kill()
        directory.releaseGroup(of: child.pid)
    }
}
