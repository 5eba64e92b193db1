/// A durable input that cannot be read.
public struct InputFailure: Error, Hashable, Codable, Sendable, CustomStringConvertible {
    /// Which input or file.
    public let name: String
    /// Why: `No such file or directory`.
    public let reason: String

    /// That input, for that reason.
    public init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }

    /// `a.csv cannot be read: No such file or directory`.
    public var description: String { "\(name) cannot be read: \(reason)" }
}
