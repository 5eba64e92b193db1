/// The durable inputs of a system: named lists of entries, and files, that outlive every node.
///
/// A reader keeps its own cursor, so that an entry can be read again after a crash. What stands at a place
/// never changes while a run goes on.
public struct Inputs: Sendable {
    /// One entry of an input.
    public struct Entry: Hashable, Codable, Sendable {
        /// Its place, from 1.
        public let cursor: Int
        /// What it holds.
        public let text: String

        /// That entry.
        public init(cursor: Int, text: String) {
            self.cursor = cursor
            self.text = text
        }
    }

    /// Where entries and files are that are not held in memory: on disk, or with a server.
    public protocol Source: Sendable {
        /// The entry that follows a cursor; nil at the end.
        func entry(of input: String, after cursor: Int) throws(InputFailure) -> Entry?
        /// The bytes of a file from an offset on, no more than so many; none at its end.
        func bytes(
            of file: String,
            from offset: Int,
            countMax: Int
        ) throws(InputFailure) -> [UInt8]
    }

    /// The inputs' names, in order.
    public let names: [String]
    private let lists: [String: [String]]
    private let source: any Source

    /// Inputs that hold these texts, by name, and files with these bytes.
    public init(_ lists: [String: [String]] = [:], files: [String: [UInt8]] = [:]) {
        self.init(lists, from: HeldInputs(lists: lists, files: files))
    }

    /// Inputs that are read from elsewhere.
    ///
    /// - Parameters:
    ///   - lists: What the inputs hold, by name: what is known of them beforehand.
    ///   - source: What answers when a node reads.
    public init(_ lists: [String: [String]], from source: any Source) {
        self.lists = lists
        self.source = source
        names = lists.keys.sorted()
    }

    /// How many entries all inputs hold together.
    public var count: Int { lists.values.reduce(0) { $0 + $1.count } }

    /// What an input holds; nothing if there is no such input.
    public func texts(of input: String) -> [String] { lists[input] ?? [] }

    /// The entry that follows a cursor; nil at the end, and where there is no such input.
    public func entry(of input: String, after cursor: Int) throws(InputFailure) -> Entry? {
        guard lists[input] != nil, cursor >= 0 else { return nil }
        return try source.entry(of: input, after: cursor)
    }

    /// The bytes of a file from an offset on, no more than so many; none at its end.
    public func bytes(
        of file: String,
        from offset: Int,
        countMax: Int
    ) throws(InputFailure) -> [UInt8] {
        try source.bytes(of: file, from: offset, countMax: countMax)
    }
}

/// Inputs in memory.
private struct HeldInputs: Inputs.Source {
    let lists: [String: [String]]
    let files: [String: [UInt8]]

    func entry(of input: String, after cursor: Int) -> Inputs.Entry? {
        guard let list = lists[input], cursor < list.count else { return nil }
        return Inputs.Entry(cursor: cursor + 1, text: list[cursor])
    }

    func bytes(
        of file: String,
        from offset: Int,
        countMax: Int
    ) throws(InputFailure) -> [UInt8] {
        guard let bytes = files[file] else {
            throw InputFailure(name: file, reason: "there is no such file")
        }
        return Array(bytes.dropFirst(offset).prefix(countMax))
    }
}
