/// A system that cannot be: its author must mend it.
public struct ImpossibleSystem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why not.
    public let description: String

    /// Because of this.
    public init(_ description: String) {
        self.description = description
    }
}
