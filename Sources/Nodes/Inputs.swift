/// The durable inputs of a system: named lists of entries that outlive every node.
///
/// A reader keeps its own cursor, so that an entry can be read again after a crash.
public struct Inputs: Hashable, Codable, Sendable {
    /// One entry of an input.
    public struct Entry: Hashable, Codable, Sendable {
        /// Its place, from 1.
        public let cursor: Int
        /// What it holds.
        public let text: String
    }

    private let lists: [String: [String]]
    /// The inputs' names, in order.
    public let names: [String]

    /// Inputs that hold these texts, by name.
    public init(_ lists: [String: [String]] = [:]) {
        self.lists = lists
        names = lists.keys.sorted()
    }

    /// How many entries all inputs hold together.
    public var count: Int { lists.values.reduce(0) { $0 + $1.count } }

    /// The entry that follows a cursor; nil at the end, and where there is no such input.
    public func entry(of input: String, after cursor: Int) -> Entry? {
        guard let list = lists[input], cursor >= 0, cursor < list.count else { return nil }
        return Entry(cursor: cursor + 1, text: list[cursor])
    }
}
