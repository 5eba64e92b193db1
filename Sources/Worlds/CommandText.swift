/// A command line as one types it: what a report tells the reader to run.
struct CommandText: Hashable, Sendable {
    /// The words, the program's name first.
    let words: [String]

    init(_ program: String, _ command: String, _ words: [String] = []) {
        self.words = [program, command] + words
    }

    private init(words: [String]) {
        self.words = words
    }

    /// The command with more words.
    func adding(_ more: [String]) -> CommandText { CommandText(words: words + more) }

    /// The same options for another command of the program.
    func renamed(_ command: String) -> CommandText {
        CommandText(words: [words[0], command] + words.dropFirst(2))
    }

    /// For a shell: a word that it would not leave alone is in quotes.
    var text: String { words.map(Self.quoted).joined(separator: " ") }

    private static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: Array("-_./:=,+%@".utf8).contains(byte)
            }
        }
        if plain, !word.isEmpty { return word }
        let pieces = word.split(separator: "'", omittingEmptySubsequences: false)
        return "'\(pieces.joined(separator: "'\\''"))'"
    }
}
