/// What happens at a failpoint.
public enum FailpointAction: Hashable, Sendable {
    /// The process leaves at once with this status; nothing is flushed, nothing tidied up.
    case exit(status: UInt8)
    /// The process kills itself with SIGKILL.
    case kill
    /// The thread never goes on; it waits for the end of the process without using the processor.
    case stall
    /// The thread goes on after so many nanoseconds.
    case sleep(nanoseconds: Int)
    /// `FailpointError` is thrown; what a caller sees of it is the place's affair.
    case error
    /// The thread goes no further until whoever watches lets it go.
    case hold

    /// The longest sleep, an hour; who wants more wants `stall`.
    public static let sleepNanosecondsMax = 3_600_000_000_000
    /// The status of `exit` when none is given.
    public static let exitStatusDefault: UInt8 = 1
}

extension FailpointAction: CustomStringConvertible {
    /// As a request has it: `kill`, `exit:3`, `sleep:200ms`.
    public var description: String {
        switch self {
        case .exit(let status): "exit:\(status)"
        case .kill: "kill"
        case .stall: "stall"
        case .sleep(let nanoseconds): "sleep:\(SleepText.text(nanoseconds: nanoseconds))"
        case .error: "error"
        case .hold: "hold"
        }
    }
}
