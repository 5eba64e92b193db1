@preconcurrency import Glibc  // `stdout` is a variable there.

/// A command line program: what it is called, what it can do, and how it ends.
///
/// It ends with one line on standard error and a status of `sysexits.h` whatever goes wrong.
public struct Program: Sendable {
    /// Its name, as it is called.
    public let name: String
    /// What it does, as a phrase.
    public let summary: String
    /// What `--version` says after the name.
    public let version: String
    private let commands: [Command]
    private let isSingle: Bool

    /// A program of several commands: `wordcount run …`.
    public init(_ name: String, summary: String, version: String, commands: [Command]) {
        precondition(Set(commands.map(\.name)).count == commands.count, "a command is there twice")
        self.name = name
        self.summary = summary
        self.version = version
        self.commands = commands
        isSingle = false
    }

    /// A program that is one command and goes by its name: `timeline FILE`.
    public init(_ command: Command, version: String) {
        name = command.name
        summary = command.summary
        self.version = version
        commands = [command]
        isSingle = true
    }

    /// Runs the arguments, those of this process unless others are given, then ends the process.
    ///
    /// SIGPIPE is ignored, here and in child processes that do not ask for it back: a reader that
    /// goes away is an error of the write, for output as for sockets. When it is standard output
    /// that nobody reads any more, the program ends without a word and with 141, as shells show
    /// the status of every tool that `head` has had enough of.
    public func main(_ arguments: [Argument] = Argument.ofThisProcess) -> Never {
        signal(SIGPIPE, SIG_IGN)
        occupyStandardDescriptors()
        var status = run(arguments)
        let failure = closeStandardOutput()
        // If something worse went wrong it has been told already.
        if let failure, status == .ok { status = report(failure, to: .standardError) }
        exit(status.code)
    }

    /// Runs `arguments` and says how it went; help goes to `output`, what is wrong to `errors`.
    public func run(
        _ arguments: [Argument],
        output: OutputFile = .standardOutput,
        errors: OutputFile = .standardError
    ) -> ExitStatus {
        do {
            return isSingle
                ? try run(commands[0], title: name, arguments, output: output, errors: errors)
                : try dispatch(arguments, output: output, errors: errors)
        } catch let error as UsageError {
            return report(error, title: name, to: errors)
        } catch {
            return report(error, to: errors)
        }
    }

    private func dispatch(
        _ arguments: [Argument],
        output: OutputFile,
        errors: OutputFile
    ) throws -> ExitStatus {
        guard let first = arguments.first else {
            try errors.write(help)
            return .usage
        }
        let rest = Array(arguments.dropFirst())
        switch first {
        case "-h", "--help":
            try output.write(help)
        case "--version":
            try output.write("\(name) \(version)\n")
        case "help":
            let topics = rest.filter { !$0.asksForHelp }
            guard topics.count <= 1 else { throw UsageError("help takes one command at a time") }
            let text = try topics.first.map { try help(of: command(named: $0)) }
            try output.write(text ?? help)
        case _ where first.looksLikeOption:
            throw UsageError(
                "unknown option \(first.quoted)"
                    + suggestion(for: first.text, from: ["--help", "--version"])
            )
        default:
            let command = try command(named: first)
            let title = "\(name) \(command.name)"
            return try run(command, title: title, rest, output: output, errors: errors)
        }
        return .ok
    }

    private func run(
        _ command: Command,
        title: String,
        _ arguments: [Argument],
        output: OutputFile,
        errors: OutputFile
    ) throws -> ExitStatus {
        if arguments.prefix(while: { $0 != "--" }).contains(where: \.asksForHelp) {
            try output.write(help(of: command))
            return .ok
        }
        if isSingle, arguments == ["--version"] {
            try output.write("\(name) \(version)\n")
            return .ok
        }
        do {
            return try command.run(arguments)
        } catch let error as UsageError {
            return report(error, title: title, to: errors)
        }
    }

    private func command(named word: Argument) throws(UsageError) -> Command {
        if let command = commands.first(where: { Argument($0.name) == word }) { return command }
        let known = commands.filter { !$0.isHidden }.map(\.name) + ["help"]
        throw UsageError(
            "unknown command \(word.quoted)" + suggestion(for: word.text, from: known)
        )
    }
}

extension Program {
    private var help: String {
        let shown = commands.filter { !$0.isHidden }.map { ($0.name, $0.summary) }
        let statuses = ExitStatus.all.map { ("\($0.code)", $0.meaning) }
        let sections = [
            "Usage: \(name) COMMAND [options]", HelpText.sentence(summary),
            HelpText.list(
                "Commands:",
                shown + [("help [COMMAND]", "show this help, or a command's")]
            ),
            HelpText.list("Exit status:", statuses + [("128+N", "interrupted by signal N")]),
        ]
        return sections.joined(separator: "\n\n") + "\n"
    }

    private func help(of command: Command) -> String {
        let body = command.help(isSingle ? name : "\(name) \(command.name)")
        let codes =
            isSingle
            ? "0 if all went well, 1 if a check failed, 64 or more for a problem"
            : "0 if all went well; '\(name) help' lists the others"
        return body + "\nExit status: \(codes).\n"
    }

    private func report(_ error: UsageError, title: String, to errors: OutputFile) -> ExitStatus {
        tell("\(title): \(error.message); see '\(title) --help'", errors)
        return .usage
    }

    private func report(_ error: any Error, to errors: OutputFile) -> ExitStatus {
        switch error {
        case let failure as CommandFailure:
            tell("\(name): \(failure)", errors)
            return failure.status
        case let failure as OutputFailure where failure.isReaderGone:
            return .interrupted(signal: SIGPIPE)
        case let failure as OutputFailure:
            tell("\(name): \(failure)", errors)
            return .ioError
        default:
            tell("\(name): unexpected error: \(error)", errors)
            return .software
        }
    }

    /// One line, whatever the text; if even that cannot be written, the status has to speak.
    private func tell(_ line: String, _ errors: OutputFile) {
        try? errors.write(Terminal.escaped(line) + "\n")
    }

    /// Writes out what was printed past `OutputFile`; some disks tell only at the close that they
    /// are full.
    private func closeStandardOutput() -> OutputFailure? {
        let name = OutputFile.standardOutput.name
        if fflush(stdout) != 0 { return OutputFailure(name: name, code: errno) }
        // A `print` that failed on the way leaves a mark, but not why.
        if ferror(stdout) != 0 { return OutputFailure(name: name, code: EIO) }
        guard close(STDOUT_FILENO) != 0, errno != EINTR else { return nil }
        return OutputFailure(name: name, code: errno)
    }

    /// Opens those of the descriptors 0, 1 and 2 that are closed.
    ///
    /// Otherwise the next file or socket would get the number, and output would end up in it. They
    /// are opened the wrong way round, so that using them is still an error.
    private func occupyStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}

extension Argument {
    fileprivate var asksForHelp: Bool { self == "-h" || self == "--help" }
}
