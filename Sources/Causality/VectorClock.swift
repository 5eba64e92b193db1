/// How many events of each node an event knows of, itself included: the events of its past light cone.
///
/// Fidge 1988 and Mattern 1989. Entry i belongs to the node with index i; one that is missing counts 0.
/// For a set of nodes that grows there is `SparseVectorClock`, under the same laws.
public struct VectorClock: Hashable, Codable, Sendable {
    /// The entries, by node; trailing zeros are left out.
    private(set) var entries: [Int]

    /// Knows of nothing.
    public init() {
        entries = []
    }

    /// Knows of so many events of each node.
    ///
    /// - Parameter counts: By node; at least 0 each.
    public init(counts: [Int]) {
        precondition(counts.allSatisfy { $0 >= 0 }, "a count below 0: \(counts)")
        entries = counts
        while entries.last == 0 { entries.removeLast() }
    }

    /// How many events of a node it knows of.
    public subscript(node: Int) -> Int { node < entries.count ? entries[node] : 0 }

    /// The entries of the first nodes, with their zeros: `(1,0,0)` as papers write it.
    ///
    /// - Parameter nodeCount: How many entries.
    /// - Returns: The entries; those of further nodes are left out.
    public func counts(nodeCount: Int) -> [Int] { (0..<nodeCount).map { self[$0] } }

    /// Counts one more event of a node.
    public mutating func tick(_ node: Int) {
        while entries.count <= node { entries.append(0) }
        entries[node] += 1
    }

    /// Learns all that another clock knows.
    ///
    /// - Complexity: O(nodes).
    public mutating func merge(_ other: VectorClock) {
        for (node, count) in other.entries.enumerated() where count > self[node] {
            while entries.count <= node { entries.append(0) }
            entries[node] = count
        }
    }

    /// How the event of this clock stands to that of another; a partial order, hence no `<`.
    ///
    /// - Complexity: O(nodes).
    public func order(to other: VectorClock) -> CausalOrder {
        var isLess = false
        var isMore = false
        for node in 0..<max(entries.count, other.entries.count) {
            if self[node] < other[node] { isLess = true }
            if self[node] > other[node] { isMore = true }
        }
        return CausalOrder(isLess: isLess, isMore: isMore)
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

extension CausalOrder {
    /// What two clocks say: whether an entry of the first is less, and whether one is more.
    init(isLess: Bool, isMore: Bool) {
        self =
            switch (isLess, isMore) {
            case (false, false): .equal
            case (true, false): .before
            case (false, true): .after
            case (true, true): .concurrent
            }
    }
}
