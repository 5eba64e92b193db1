/// How often each letter was counted, in the order of the letters: the words of our tweets.
struct LetterCounts: Hashable {
    /// One letter and its count.
    struct Entry: Hashable {
        let letter: String
        var count: Int
    }

    /// By letter; none has the count 0.
    private(set) var entries: [Entry] = []

    /// Nothing was counted.
    init() {}

    /// The letters of a tweet; blanks are none.
    init(of tweet: String) {
        for letter in tweet where !letter.isWhitespace { add(1, of: String(letter)) }
    }

    /// The count of a letter.
    subscript(letter: String) -> Int { entries.first { $0.letter == letter }?.count ?? 0 }

    /// Whether nothing is counted.
    var isEmpty: Bool { entries.isEmpty }

    /// Counts a letter so many times more, or less.
    mutating func add(_ count: Int, of letter: String) {
        let index = entries.firstIndex { $0.letter >= letter } ?? entries.count
        if index == entries.count || entries[index].letter != letter {
            entries.insert(Entry(letter: letter, count: 0), at: index)
        }
        entries[index].count += count
        if entries[index].count == 0 { entries.remove(at: index) }
    }

    /// Adds all that was counted elsewhere.
    static func += (counts: inout LetterCounts, other: LetterCounts) {
        for entry in other.entries { counts.add(entry.count, of: entry.letter) }
    }

    /// What is counted here more often than there.
    func excess(over other: LetterCounts) -> LetterCounts {
        var excess = LetterCounts()
        for entry in entries {
            let more = entry.count - other[entry.letter]
            if more > 0 { excess.add(more, of: entry.letter) }
        }
        return excess
    }

    /// `a:2 b:1`, or `nothing`.
    var text: String {
        isEmpty
            ? "nothing" : entries.map { "\($0.letter):\($0.count)" }.joined(separator: " ")
    }
}
