/// Finds words that somebody may have meant.
enum NearWords {
    /// Up to three of the candidates, the nearest first: a few letters away, or holding the word.
    static func to(_ word: String, from candidates: [String]) -> [String] {
        let letters = Array(word.utf8.prefix(lettersMax))
        let distanceMax = max(1, letters.count / 4)
        let near = candidates.enumerated().compactMap { index, candidate in
            let away = distance(letters, Array(candidate.utf8.prefix(lettersMax)))
            // Somebody may have said the half that matters.
            let holds = letters.count >= 3 && candidate.contains(word)
            return away <= distanceMax || holds ? (away: away, index: index) : nil
        }
        return near.sorted { $0 < $1 }.prefix(3).map { candidates[$0.index] }
    }

    /// Beyond these a word is not compared: the work is the product of two lengths.
    private static let lettersMax = 100

    /// How many letters are to be put in, left out or changed (Levenshtein 1966).
    private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var row = Array(0...second.count)
        for (i, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in second.enumerated() {
                let changed = diagonal + (letter == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[second.count]
    }
}
