/// Names one node of a system: its index in the system's list of members.
///
/// The name that people read, such as `Mapper_0`, belongs to the system: `System.name(of:)`.
public struct NodeID: Hashable, Codable, Sendable, Comparable, CustomStringConvertible {
    /// The place in the system's list, from 0.
    public let index: Int

    /// The node at that place.
    public init(_ index: Int) {
        self.index = index
    }

    /// By index.
    public static func < (left: NodeID, right: NodeID) -> Bool { left.index < right.index }

    /// `#3`.
    public var description: String { "#\(index)" }

    // One number, not an object with one field: node identities stand in most messages.

    /// Reads the index.
    public init(from decoder: any Decoder) throws {
        index = try decoder.singleValueContainer().decode(Int.self)
    }

    /// Writes the index.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(index)
    }
}
