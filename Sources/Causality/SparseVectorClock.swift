/// A vector clock for a set of processes that grows: only those it knows of have an entry.
///
/// The laws are those of `VectorClock`: a name without an entry counts 0. What is not known takes no room,
/// so that nobody needs to know beforehand who will take part.
public struct SparseVectorClock: Hashable, Codable, Sendable {
    /// How many events of one process the clock knows of.
    public struct Entry: Hashable, Sendable {
        /// The process.
        public let name: String
        /// How many of its events; above 0.
        public fileprivate(set) var count: Int
    }

    /// What it knows, sorted by name.
    public private(set) var entries: [Entry]

    /// Knows of nothing.
    public init() {
        entries = []
    }

    /// How many events of a process it knows of.
    ///
    /// - Complexity: O(log n) for n entries.
    public subscript(name: String) -> Int {
        let place = place(of: name)
        return place < entries.count && entries[place].name == name ? entries[place].count : 0
    }

    /// Counts one more event of a process.
    ///
    /// - Complexity: O(log n) if the process is known, O(n) if it is not.
    public mutating func tick(_ name: String) {
        let place = place(of: name)
        if place < entries.count, entries[place].name == name {
            entries[place].count += 1
        } else {
            entries.insert(Entry(name: name, count: 1), at: place)
        }
    }

    /// Learns all that another clock knows.
    ///
    /// - Complexity: O(n) for n entries of both.
    public mutating func merge(_ other: SparseVectorClock) {
        var merged: [Entry] = []
        merged.reserveCapacity(max(entries.count, other.entries.count))
        walk(other) { name, mine, theirs in
            merged.append(Entry(name: name, count: max(mine, theirs)))
        }
        entries = merged
    }

    /// How the event of this clock stands to that of another; a partial order, hence no `<`.
    ///
    /// - Complexity: O(n) for n entries of both.
    public func order(to other: SparseVectorClock) -> CausalOrder {
        var isLess = false
        var isMore = false
        walk(other) { _, mine, theirs in
            if mine < theirs { isLess = true }
            if mine > theirs { isMore = true }
        }
        return CausalOrder(isLess: isLess, isMore: isMore)
    }

    /// The first place whose name is not below this one.
    private func place(of name: String) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Calls `body` with each name of either clock, in order, and its counts in both.
    private func walk(
        _ other: SparseVectorClock,
        _ body: (_ name: String, _ mine: Int, _ theirs: Int) -> Void
    ) {
        let theirs = other.entries
        var (left, right) = (0, 0)
        while left < entries.count || right < theirs.count {
            if right == theirs.count
                || left < entries.count && entries[left].name < theirs[right].name
            {
                body(entries[left].name, entries[left].count, 0)
                left += 1
            } else if left == entries.count || theirs[right].name < entries[left].name {
                body(theirs[right].name, 0, theirs[right].count)
                right += 1
            } else {
                body(entries[left].name, entries[left].count, theirs[right].count)
                left += 1
                right += 1
            }
        }
    }

    // Its text form is an object: {"A":2,"C":1}.

    /// Reads the entries.
    ///
    /// - Throws: `DecodingError` if a count is negative.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let counts = try container.decode([String: Int].self)
        guard counts.values.allSatisfy({ $0 >= 0 }) else {
            let what = "a count below 0"
            throw DecodingError.dataCorruptedError(in: container, debugDescription: what)
        }
        entries = counts.filter { $0.value > 0 }.map { Entry(name: $0.key, count: $0.value) }
            .sorted { $0.name < $1.name }
    }

    /// Writes the entries.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let pairs = entries.map { ($0.name, $0.count) }
        try container.encode(Dictionary(uniqueKeysWithValues: pairs))
    }
}
