/// How often each word was seen, as a value: the state of a node.
///
/// A ``WordTable`` that copies share until one of them changes; the change then costs a copy of the
/// table's memory. No words cost nothing at all.
///
/// Equal values may walk in different orders (``forEach(_:)``); a node sends what is sorted, or what
/// it has counted in the same call.
public struct WordCounts: @unchecked Sendable {
    /// Nil while there are no words.
    ///
    /// Sharing it between threads is safe, since it only changes while this value is its only user.
    private var table: WordTable?

    /// No words.
    public init() {}

    /// The counts of a table as they are now.
    public init(_ table: WordTable) {
        if table.distinct > 0 { self.table = WordTable(copying: table) }
    }

    /// Counts that arrived packed.
    public init(_ packed: PackedCounts) {
        merge(packed)
    }

    /// The number of words: the sum of all counts.
    public var words: UInt64 { table?.words ?? 0 }

    /// The number of different words.
    public var distinct: Int { table?.distinct ?? 0 }

    /// Whether there are no words.
    public var isEmpty: Bool { distinct == 0 }

    /// The memory that is held, in bytes; copies share it.
    public var bytesHeld: Int { table?.bytesHeld ?? 0 }

    /// How often a word was seen.
    public func count(of word: [UInt8]) -> UInt64 { table?.count(of: word) ?? 0 }

    // MARK: - Changing

    /// Adds to the count of a word.
    ///
    /// - Parameters:
    ///   - word: The bytes of the word.
    ///   - count: How often it was seen; 0 changes nothing. The sum of all must stay below 2^64.
    public mutating func add(_ word: [UInt8], count: UInt64 = 1) {
        if count > 0 { ownTable().add(word, count: count) }
    }

    /// Adds counts that have been checked, without checking them again.
    ///
    /// - Parameter packed: The counts. The sum of all must stay below 2^64; where strangers may have
    ///   sent them, ask ``hasRoom(for:)``.
    public mutating func merge(_ packed: PackedCounts) {
        if !packed.isEmpty { ownTable().merge(packed) }
    }

    /// Adds other counts.
    ///
    /// - Parameter other: The counts. The sum of all must stay below 2^64.
    public mutating func merge(_ other: WordCounts) {
        // The smaller side is added to the larger one.
        var smaller = other
        if smaller.distinct > distinct { swap(&self, &smaller) }
        guard let added = smaller.table else { return }
        ownTable().merge(added)
    }

    /// Whether the sum of all counts would stay below 2^64.
    public func hasRoom(for packed: PackedCounts) -> Bool {
        !words.addingReportingOverflow(packed.words).overflow
    }

    /// The table, to be changed: this value is its only user.
    mutating func ownTable() -> WordTable {
        if isKnownUniquelyReferenced(&table), let table { return table }
        let own = table.map(WordTable.init(copying:)) ?? WordTable()
        table = own
        return own
    }

    // MARK: - Walking

    /// Calls `body` with each word and its count, in an order that depends on the history.
    ///
    /// The bytes are valid during the call only.
    public func forEach<Failure: Error>(
        _ body: (_ word: UnsafeRawBufferPointer, _ count: UInt64) throws(Failure) -> Void
    ) throws(Failure) {
        try table?.forEach(body)
    }

    /// All words: highest count first, equal counts in byte order.
    public func sorted() -> [WordCount] { table?.sorted() ?? [] }

    /// The first `count` words of ``sorted()``, or all if there are fewer.
    public func top(_ count: Int) -> [WordCount] { table?.top(count) ?? [] }

    // MARK: - Packing

    /// All counts as bytes.
    ///
    /// - Parameter isSorted: Whether the words come in byte order: equal values then give equal
    ///   bytes. If not, it takes less time, and the order depends on the history.
    /// - Returns: Each word once.
    public func packed(isSorted: Bool = true) -> PackedCounts {
        table?.packed(isSorted: isSorted) ?? PackedCounts()
    }

    /// All counts as bytes, split by word.
    ///
    /// - Parameters:
    ///   - parts: How many there are.
    ///   - routing: Which word goes where; it must be possible with so many parts.
    ///   - isSorted: Whether the words of a part come in byte order, so that equal values give
    ///     equal bytes.
    /// - Returns: As many as there are parts, some of them maybe empty.
    public func packed(
        into parts: Int,
        by routing: Routing,
        isSorted: Bool = true
    ) -> [PackedCounts] {
        (table ?? WordTable()).packed(into: parts, by: routing, isSorted: isSorted)
    }
}

extension WordCounts: Hashable {
    /// Whether both have the same counts, whatever their histories.
    public static func == (left: WordCounts, right: WordCounts) -> Bool {
        guard let one = left.table, let other = right.table else {
            return left.distinct == right.distinct
        }
        return one.holdsSame(as: other)
    }

    /// Feeds what follows from the counts into a hash, whatever their history.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words)
        hasher.combine(table?.sumOfHashes ?? 0)
    }
}

extension WordCounts: Codable {
    /// Decodes packed counts, and checks them.
    public init(from decoder: any Decoder) throws {
        self.init(try PackedCounts(from: decoder))
    }

    /// Encodes packed counts in byte order: equal values give equal bytes.
    public func encode(to encoder: any Encoder) throws {
        try packed().encode(to: encoder)
    }
}

extension WordCounts: CustomStringConvertible {
    /// How much it is: `12 words, 5 different`.
    public var description: String {
        "\(words) \(words == 1 ? "word" : "words"), \(distinct) different"
    }
}
