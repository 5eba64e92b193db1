/// A word and how often it was seen.
public struct WordCount: Hashable, Sendable {
    /// The bytes of the word.
    public let word: [UInt8]

    /// How often it was seen, at least once.
    public let count: UInt64

    /// A word and its count.
    public init(word: [UInt8], count: UInt64) {
        self.word = word
        self.count = count
    }

    /// The word as text; what is not UTF-8 shows as U+FFFD.
    public var text: String { String(decoding: word, as: UTF8.self) }
}
