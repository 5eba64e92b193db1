import Text

/// What the room should do, written as plainly as can be, and slowly.
enum Reference {
    /// The words of bytes, by the definitions of Unicode alone.
    static func words(_ bytes: [UInt8], _ tokenizer: Tokenizer) -> [[UInt8]] {
        switch tokenizer {
        case .whiteSpace:
            var words: [[UInt8]] = [[]]
            var index = 0
            while index < bytes.count {
                let length = blank(bytes[index...])
                if length > 0 {
                    words.append([])
                } else {
                    words[words.count - 1].append(bytes[index])
                }
                index += max(1, length)
            }
            return words.filter { !$0.isEmpty }
        case .singleSpace:
            return bytes.split(separator: 0x20, omittingEmptySubsequences: false).map(Array.init)
        }
    }

    /// The length of the white space scalar at the front, or 0.
    private static func blank(_ bytes: ArraySlice<UInt8>) -> Int {
        blanks.first { bytes.starts(with: $0) }?.count ?? 0
    }

    /// Every scalar that Unicode calls white space, in UTF-8.
    static let blanks: [[UInt8]] = (0...0x10FFFF as ClosedRange<UInt32>)
        .compactMap(Unicode.Scalar.init)
        .filter(\.properties.isWhitespace)
        .map { Array(String(Character($0)).utf8) }

    /// How often each word comes.
    static func counts(_ words: [[UInt8]]) -> [[UInt8]: UInt64] {
        words.reduce(into: [:]) { counts, word in counts[word, default: 0] += 1 }
    }

    /// What a table holds, in a form to compare.
    static func contents(_ table: WordTable) -> [[UInt8]: UInt64] {
        var contents: [[UInt8]: UInt64] = [:]
        table.forEach { word, count in contents[Array(word)] = count }
        return contents
    }

    /// The order of `WordTable.sorted()`.
    static func sorted(_ counts: [[UInt8]: UInt64]) -> [WordCount] {
        counts.map { WordCount(word: $0.key, count: $0.value) }.sorted { left, right in
            left.count != right.count
                ? left.count > right.count : left.word.lexicographicallyPrecedes(right.word)
        }
    }
}

/// A source of chance with a seed.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// Calls `body` with every string of up to `length` of these bytes.
func withEveryString(
    of alphabet: [UInt8],
    upTo length: Int,
    _ body: ([UInt8]) throws -> Void
) rethrows {
    var string: [UInt8] = []
    func extend() throws {
        try body(string)
        if string.count == length { return }
        for byte in alphabet {
            string.append(byte)
            try extend()
            string.removeLast()
        }
    }
    try extend()
}
