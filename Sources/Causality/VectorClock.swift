/// How many events of each node an event knows of, itself included: the events of its past light cone.
///
/// Fidge 1988 and Mattern 1989. Entry i belongs to the node with index i; one that is missing counts 0.
public struct VectorClock: Hashable, Codable, Sendable {
    /// How two events stand to each other.
    public enum Order: String, Hashable, Codable, Sendable, CaseIterable {
        /// The same event, or none at all on both sides.
        case equal
        /// The first happened before the second.
        case before
        /// The second happened before the first.
        case after
        /// Neither can have caused the other.
        case concurrent
    }

    /// The entries, by node; trailing zeros are left out.
    private var entries: [Int]

    /// Knows of nothing.
    public init() {
        entries = []
    }

    /// How many events of a node it knows of.
    public subscript(node: Int) -> Int { node < entries.count ? entries[node] : 0 }

    /// Counts one more event of a node.
    public mutating func tick(_ node: Int) {
        while entries.count <= node { entries.append(0) }
        entries[node] += 1
    }

    /// Learns all that another clock knows.
    public mutating func merge(_ other: VectorClock) {
        for (node, count) in other.entries.enumerated() where count > self[node] {
            while entries.count <= node { entries.append(0) }
            entries[node] = count
        }
    }

    /// How the event of this clock stands to that of another; a partial order, hence no `<`.
    public func order(to other: VectorClock) -> Order {
        var isLess = false
        var isMore = false
        for node in 0..<max(entries.count, other.entries.count) {
            if self[node] < other[node] { isLess = true }
            if self[node] > other[node] { isMore = true }
        }
        return switch (isLess, isMore) {
        case (false, false): .equal
        case (true, false): .before
        case (false, true): .after
        case (true, true): .concurrent
        }
    }

    // In the event log it is a plain list of numbers.

    /// Reads the entries.
    ///
    /// - Throws: `DecodingError` if one is negative.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        entries = try container.decode([Int].self)
        guard entries.allSatisfy({ $0 >= 0 }) else {
            let what = "a count below 0"
            throw DecodingError.dataCorruptedError(in: container, debugDescription: what)
        }
        while entries.last == 0 { entries.removeLast() }
    }

    /// Writes the entries.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(entries)
    }
}
