/// The program of a process that reads: all that it is, is how far it has read.
///
/// A tweet is a string of letters, and each letter is a word, as in the course: of "aab" it says a twice and b
/// once.
struct Mapper: Hashable, Codable {
    /// The place of the last tweet that it has read, 0 at the beginning.
    private(set) var cursor = 0

    /// Reads the next tweet.
    ///
    /// - Returns: What it says to those who count, in the order of the words.
    mutating func read(_ tweet: String) -> [Snapshots.Count] {
        cursor += 1
        return Self.counts(of: tweet)
    }

    /// The words of a tweet, each once.
    static func counts(of tweet: String) -> [Snapshots.Count] {
        var counts: [Snapshots.Count] = []
        for letter in tweet.sorted() {
            let word = String(letter)
            let times = counts.last?.word == word ? counts.removeLast().times : 0
            counts.append(.init(word: word, times: times + 1))
        }
        return counts
    }
}
