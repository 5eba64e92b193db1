/// The command line asks for something the program does not do: the user must change it.
///
/// `Program` shows it as one line, `wordcount run: <message>; see 'wordcount run --help'`, and exits
/// with `ExitStatus.usage`. A command may throw one from its `run`, for contradictions that the
/// rules of the options cannot say.
public struct UsageError: Error, Hashable, Sendable {
    /// What is wrong, in words that continue "wordcount run: …".
    public let message: String

    /// An error with this message.
    public init(_ message: String) {
        self.message = message
    }
}
