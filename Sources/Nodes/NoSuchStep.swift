/// A step that cannot be taken in a configuration.
public struct NoSuchStep: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why not.
    public let description: String
}
