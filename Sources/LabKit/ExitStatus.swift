/// What a process tells its parent when it ends; the numbers are those of `sysexits.h`.
public struct ExitStatus: Hashable, Sendable {
    /// The number that `exit` is called with.
    public let code: Int32
    /// What it means, in a few words, for help and documentation.
    public let meaning: String

    /// The work is done and the answer is yes.
    public static let ok = ExitStatus(code: 0, meaning: "all went well")
    /// The work is done and the answer is no: a check failed, two results differ.
    public static let wrong = ExitStatus(code: 1, meaning: "the result is wrong, a check failed")
    /// The command line is wrong.
    public static let usage = ExitStatus(code: 64, meaning: "the command line is wrong")
    /// The input is wrong.
    public static let data = ExitStatus(code: 65, meaning: "the input is not what it should be")
    /// The input cannot be found or read.
    public static let noInput = ExitStatus(code: 66, meaning: "the input is not there")
    /// Something that the command needs is not there: a server, a program, a process.
    public static let unavailable = ExitStatus(code: 69, meaning: "a service is not available")
    /// A bug in this program.
    public static let software = ExitStatus(code: 70, meaning: "a bug in the program")
    /// The operating system refused: no processes, no memory, no sockets left.
    public static let osError = ExitStatus(code: 71, meaning: "the system refused")
    /// The output file cannot be made.
    public static let cantCreate = ExitStatus(code: 73, meaning: "the output cannot be created")
    /// Reading or writing failed half-way.
    public static let ioError = ExitStatus(code: 74, meaning: "reading or writing failed")
    /// No verdict this time; another try may give one.
    public static let temporary = ExitStatus(code: 75, meaning: "inconclusive, try again")
    /// The other side did not keep to the protocol.
    public static let `protocol` = ExitStatus(code: 76, meaning: "a peer broke the protocol")
    /// The permission is missing.
    public static let noPermission = ExitStatus(code: 77, meaning: "permission is missing")
    /// The configuration is wrong.
    public static let configuration = ExitStatus(code: 78, meaning: "the configuration is wrong")

    /// Ended by a signal, numbered as shells number it: 128 and the signal.
    public static func interrupted(signal: Int32) -> ExitStatus {
        ExitStatus(code: 128 + signal, meaning: "interrupted by signal \(signal)")
    }

    /// The statuses a program may end with of its own accord, by number.
    public static let all: [ExitStatus] = [
        .ok, .wrong, .usage, .data, .noInput, .unavailable, .software, .osError, .cantCreate,
        .ioError, .temporary, .protocol, .noPermission, .configuration,
    ]
}
