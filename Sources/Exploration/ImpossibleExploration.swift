/// A search that cannot be: its options must be mended.
public struct ImpossibleExploration: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why not, in one line.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
