/// A log that cannot be run again.
public struct UnplayableLog: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line of the log, the header being line 1; nil if it is not a matter of one line.
    public let line: Int?
    /// What is wrong, with the remedy where there is one.
    public let reason: String

    /// `line 7: Server.0.1 is not in flight`.
    public var description: String { line.map { "line \($0): \(reason)" } ?? reason }
}
