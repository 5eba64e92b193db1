/// One life of a peer: which node, and which of its incarnations.
///
/// A node that comes back after a crash is another life under the same index. What was meant for the
/// life before never reaches it.
public struct PeerLife: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Which node of the system.
    public let index: Int
    /// Which of its lives, from 0.
    public let incarnation: Int

    /// This life of this node.
    public init(index: Int, incarnation: Int) {
        self.index = index
        self.incarnation = incarnation
    }

    /// By index, then by incarnation.
    public static func < (left: PeerLife, right: PeerLife) -> Bool {
        (left.index, left.incarnation) < (right.index, right.incarnation)
    }

    /// `3.1` is the second life of node 3.
    public var description: String { "\(index).\(incarnation)" }
}
