import Messaging
import Text

/// Whether words have room in the messages of the classic course, each of which holds one.
enum ClassicWord {
    /// A word that cannot be sent.
    struct Unfit: Error, CustomStringConvertible {
        let word: [UInt8]
        let file: String
        /// How many bytes the message takes; nil if the word is no text at all.
        let messageBytes: Int?

        /// How much of a word is shown.
        static let shownScalarsMax = 24

        var description: String {
            let text = String(decoding: word, as: UTF8.self).unicodeScalars
            let shown = text.prefix(Self.shownScalarsMax).map { $0.escaped(asASCII: false) }
                .joined()
            let name =
                "the word '\(shown)\(text.count > Self.shownScalarsMax ? "…" : "")' of \(file)"
            guard let messageBytes else {
                return "\(name) is not UTF-8, and classic messages hold nothing else"
            }
            let max = ClassicCodec.objectBytesMax
            return
                "\(name) takes \(messageBytes) bytes as a classic message, and \(max) is the most"
        }
    }

    /// Finds out whether all words can be sent.
    ///
    /// - Parameters:
    ///   - counts: The words of a file.
    ///   - mapper: Which mapper will send them.
    ///   - recovery: The recovery id that it will send with them.
    ///   - file: The file.
    /// - Throws: `Unfit`, of the word that comes first in byte order.
    static func check(
        _ counts: WordCounts,
        by mapper: Int,
        recovery: Int,
        of file: String
    ) throws(Unfit) {
        let rest = #"{"type": 3, "source": "Mapper_", "key": "", "value": , "last_recovery_id": }"#
        let restBytes = rest.utf8.count + digits(UInt64(mapper)) + digits(UInt64(recovery))
        var unfit: Unfit?
        counts.forEach { word, count in
            let bytes = restBytes + digits(count) + word.reduce(0) { $0 + escapedBytes($1) }
            // Most words are short; only of others, and of those that are not ASCII, more is asked.
            let isText = word.allSatisfy { $0 < 0x80 } || isUTF8(word)
            guard bytes > ClassicCodec.objectBytesMax || !isText else { return }
            if let unfit, unfit.word.lexicographicallyPrecedes(word) { return }
            unfit = Unfit(word: Array(word), file: file, messageBytes: isText ? bytes : nil)
        }
        if let unfit { throw unfit }
    }

    /// How many bytes a byte of a text takes in the JSON that ``ClassicCodec`` writes.
    private static func escapedBytes(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x08, 0x09, 0x0A, 0x0C, 0x0D: 2
        case ..<0x20, 0x7F: 6
        default: 1
        }
    }

    private static func isUTF8(_ word: UnsafeRawBufferPointer) -> Bool {
        String(validating: word, as: UTF8.self) != nil
    }

    private static func digits(_ number: UInt64) -> Int { String(number).utf8.count }
}
