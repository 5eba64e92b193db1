import CLinux
import Glibc

/// A process that we started, owned by whoever holds this value.
///
/// It leads a process group of its own, so that a kill reaches what it forked as well, and a Ctrl-C
/// at the terminal does not reach it behind our back. It inherits no descriptor but those that
/// the command names. When the owner lets go of it, it is killed and reaped, and when it has ended,
/// so has what it forked: nothing stays behind.
public final class ChildProcess {
    /// How a process came to its end, and what it used.
    public struct Ending: Hashable, Sendable {
        /// The two ways to end.
        public enum Cause: Hashable, Sendable {
            /// It left by itself with this status; -1 if somebody else reaped it, so that nobody
            /// can say how it ended.
            case exited(status: Int32)
            /// This signal ended it.
            case killed(signal: Int32)
        }
        /// How it ended.
        public let cause: Cause
        /// The most memory it held at once, as the kernel counts it: mapped files included, and
        /// no less than *we* had held when we started it, since until its `exec` it was a copy of us.
        public let peakMemoryBytes: Int

        /// Whether it left by itself with status 0.
        public var isSuccess: Bool { cause == .exited(status: 0) }
    }

    /// What to start, and how.
    public struct Command: Hashable, Sendable {
        /// A path, or a name to look up on our PATH.
        public var program: String
        /// What follows the program's name.
        public var arguments: [String]
        /// Added to, or replacing, what is inherited.
        public var environment: [String: String] = [:]
        /// The folder it starts in; ours if nil.
        public var directory: String?
        /// What becomes its standard input; nil is `/dev/null`.
        public var input: Int32?
        /// What becomes its standard output; nil is `/dev/null`.
        public var output: Int32? = STDOUT_FILENO
        /// What becomes its standard error; nil is `/dev/null`.
        public var error: Int32? = STDERR_FILENO
        /// What becomes its descriptors 3, 4, 5 and so on, in this order.
        public var passed: [Int32] = []
        /// Whether it leads a session of its own, out of reach of the terminal's hang-up.
        public var ownSession = false

        /// A command with our standard output and error, and nothing to read.
        public init(_ program: String, _ arguments: [String] = []) {
            self.program = program
            self.arguments = arguments
        }
    }

    /// The process, and the group it leads; it names nobody else before `ending` is known.
    public let pid: Int32
    /// Becomes readable when the process ends; -1 on a kernel without pidfd.
    public let exitDescriptor: Int32
    /// How it ended, once it has been reaped.
    public private(set) var ending: Ending?

    /// Starts `command`.
    ///
    /// - Throws: `ProcessFailure`; then nothing was started.
    public init(_ command: Command) throws(ProcessFailure) {
        pid = try spawn(command)
        exitDescriptor = linux_pidfd_open(pid)
        if exitDescriptor >= 0 { _ = fcntl(exitDescriptor, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        if ending == nil { kill() }
        if exitDescriptor >= 0 { close(exitDescriptor) }
    }

    /// Reaps the process if it has ended; what is left of its group is killed then.
    @discardableResult public func poll() -> Ending? { reap(WNOHANG) }

    /// Waits for the end, at most `limit`; nil if it has not come by then.
    public func wait(upTo limit: Duration) -> Ending? {
        let deadline = ContinuousClock.now + limit
        while true {
            if let ending = poll() { return ending }
            let left = deadline - .now
            guard left > .zero else { return nil }
            if exitDescriptor >= 0 {
                _ = waitReadable([exitDescriptor], upTo: left)
            } else {
                pause(for: min(left, .milliseconds(5)))
            }
        }
    }

    /// Sends `signal` to the process alone; one that has ended gets nothing.
    public func signal(_ signal: Int32) {
        if ending == nil { Glibc.kill(pid, signal) }
    }

    /// Kills the process and all of its group with SIGKILL, and reaps it.
    @discardableResult public func kill() -> Ending? {
        signal(SIGKILL)
        return reap(0)
    }

    /// Waits until nobody is left in the group of a process that has ended, at most `limit`.
    ///
    /// What was killed is not gone at once: until then it may still end a system call it is in.
    ///
    /// - Returns: Whether the group is empty.
    @discardableResult public func waitForGroup(upTo limit: Duration) -> Bool {
        let deadline = ContinuousClock.now + limit
        // The number of a group that has members is nobody else's, and signal 0 does no harm.
        while Glibc.kill(-pid, 0) == 0 {
            guard ContinuousClock.now < deadline else { return false }
            pause(for: .milliseconds(1))
        }
        return true
    }

    private func reap(_ options: Int32) -> Ending? {
        if let ending { return ending }
        // Looked at first, and reaped after what it left in its group was killed: the group's
        // number cannot be reused while its leader is unreaped.
        var news = siginfo_t()
        var looked = waitid(P_PID, id_t(pid), &news, WEXITED | WNOWAIT | options)
        while looked < 0 && errno == EINTR {
            looked = waitid(P_PID, id_t(pid), &news, WEXITED | WNOWAIT | options)
        }
        if looked == 0 {
            guard news.si_signo != 0 else { return nil }
            Glibc.kill(-pid, SIGKILL)
        }
        var status: Int32 = 0
        var usage = rusage()
        var reaped = wait4(pid, &status, 0, &usage)
        while reaped < 0 && errno == EINTR { reaped = wait4(pid, &status, 0, &usage) }
        let cause: Ending.Cause =
            if reaped < 0 {
                // ECHILD: somebody else reaped it.
                .exited(status: -1)
            } else if status & 0x7f == 0 {
                .exited(status: (status >> 8) & 0xff)
            } else {
                .killed(signal: status & 0x7f)
            }
        ending = Ending(cause: cause, peakMemoryBytes: usage.ru_maxrss * 1024)
        return ending
    }
}

extension ChildProcess.Ending: CustomStringConvertible {
    /// `left with status 3`, `killed by signal 9`.
    public var description: String {
        switch cause {
        case .exited(let status): "left with status \(status)"
        case .killed(let signal): "killed by signal \(signal)"
        }
    }
}

private func spawn(_ command: ChildProcess.Command) throws(ProcessFailure) -> pid_t {
    let environmentLines = inheritedEnvironment(with: command.environment)
    // C would take such a text for one that ends at its zero.
    let texts = [command.program, command.directory ?? ""] + command.arguments + environmentLines
    guard !texts.contains(where: { $0.utf8.contains(0) }) else {
        throw .refusal(of: "starting \(command.program)", code: EINVAL)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // One of our own descriptors with a number that the child gives to another would be overwritten
    // before it is used: it is moved out of the way first.
    var moved: [Int32] = []
    defer { moved.forEach { close($0) } }
    let sources = [command.input, command.output, command.error] + command.passed
    let count = Int32(sources.count)
    for (target, source) in sources.enumerated() {
        let target = Int32(target)
        if var source {
            // Also one with the right number: to put it onto itself would leave it closed on `exec`.
            if source < count {
                source = fcntl(source, F_DUPFD_CLOEXEC, count)
                guard source >= 0 else { throw .refusal(of: "starting \(command.program)") }
                moved.append(source)
            }
            posix_spawn_file_actions_adddup2(&actions, source, target)
        } else {
            let mode = target == STDIN_FILENO ? O_RDONLY : O_WRONLY
            posix_spawn_file_actions_addopen(&actions, target, "/dev/null", mode, 0)
        }
    }
    posix_spawn_file_actions_addclosefrom_np(&actions, count)
    if let directory = command.directory {
        posix_spawn_file_actions_addchdir_np(&actions, directory)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var flags = linux_spawn_setsigdef | linux_spawn_setsigmask
    flags |= command.ownSession ? linux_spawn_setsid : linux_spawn_setpgroup
    posix_spawnattr_setflags(&attributes, flags)
    posix_spawnattr_setpgroup(&attributes, 0)
    // What we ignore or block is our affair: the child starts with the system's defaults.
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)

    var arguments = ([command.program] + command.arguments).map { strdup($0) } + [nil]
    var environment = environmentLines.map { strdup($0) } + [nil]
    defer { (arguments + environment).forEach { free($0) } }
    var pid: pid_t = 0
    let code = posix_spawnp(
        &pid,
        command.program,
        &actions,
        &attributes,
        &arguments,
        &environment
    )
    switch code {
    case 0: return pid
    case ENOENT:
        if let directory = command.directory, access(directory, F_OK) != 0 {
            throw .refusal(of: "starting \(command.program) in \(directory)", code: code)
        }
        throw .programNotFound(command.program)
    default: throw .refusal(of: "starting \(command.program)", code: code)
    }
}

private func inheritedEnvironment(with changes: [String: String]) -> [String] {
    var lines: [String] = []
    var next = environ
    while let line = next.pointee {
        let text = String(cString: line)
        let name = text.prefix { $0 != "=" }
        if changes[String(name)] == nil { lines.append(text) }
        next += 1
    }
    return lines + changes.map { "\($0.key)=\($0.value)" }.sorted()
}
