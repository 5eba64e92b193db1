public import Causality

/// A cut that is drawn across the lines of the nodes.
public struct DrawnCut: Hashable, Sendable {
    /// The cut, of `LinkedLog.execution`.
    public var cut: Cut
    /// What it is called in the picture: `checkpoint 3`.
    public var name: String

    /// A cut with a name.
    public init(_ cut: Cut, name: String = "cut") {
        self.cut = cut
        self.name = name
    }
}
