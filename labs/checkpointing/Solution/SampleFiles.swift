import Chance
import Text

/// Made-up files, for whoever has none at hand: always the same.
struct SampleFiles {
    /// So many different words there are.
    static let vocabulary = (0..<36).map { "\(consonants[$0 / 6])\(endings[$0 % 6])" }
    private static let consonants = ["b", "d", "l", "n", "r", "t"]
    private static let endings = ["an", "el", "ip", "om", "up", "yr"]

    private(set) var names: [String] = []
    private(set) var files: [String: [UInt8]] = [:]

    /// - Parameters:
    ///   - count: How many files.
    ///   - wordsPerFile: How many words each has, ten on a line.
    ///   - format: Whether they are texts or tables.
    init(count: Int, wordsPerFile: Int, _ format: Format) {
        var chance = SplitMix64(seed: 2)
        for number in 0..<count {
            var lines: [String] = []
            if case .csv(let column) = format { lines.append(column) }
            var words: [String] = []
            for word in 0..<wordsPerFile {
                words.append(
                    Self.vocabulary[Int(chance.next(below: UInt64(Self.vocabulary.count)))]
                )
                if words.count == 10 || word == wordsPerFile - 1 {
                    lines.append(words.joined(separator: " "))
                    words = []
                }
            }
            let name = "file \(number + 1)"
            names.append(name)
            files[name] = Array((lines.joined(separator: "\n") + "\n").utf8)
        }
    }
}
