import Glibc

/// What can go wrong with starting or watching a child process.
public enum ProcessFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no such program; nothing was started.
    case programNotFound(String)
    /// The system refused; nothing was started. `call` is the system call, `reason` its answer.
    case refused(call: String, reason: String)

    /// One line: what happened, and where.
    public var description: String {
        switch self {
        case .programNotFound(let program):
            program.utf8.contains(UInt8(ascii: "/"))
                ? "there is no program '\(program)'"
                : "there is no program '\(program)' on the PATH"
        case .refused(let call, let reason): "\(call): \(reason)"
        }
    }

    static func refusal(of call: String, code: Int32 = errno) -> ProcessFailure {
        .refused(call: call, reason: String(cString: strerror(code)))
    }
}
