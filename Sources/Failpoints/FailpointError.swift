/// What a failpoint throws when it was asked to; the place decides what a caller sees of it.
public struct FailpointError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The failpoint's name.
    public let name: String

    /// One line.
    public var description: String { "the failpoint \(name) was asked for an error" }
}
