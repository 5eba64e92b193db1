/// A step that a configuration cannot take.
public struct NoSuchStep: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why not.
    public let description: String
}
