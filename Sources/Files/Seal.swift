import Messaging

/// The first line of a file that notices damage: `lightcone-save 1 7 1a2b3c4d`.
///
/// It has a mark, which says what the file is, a version, words of the form's own, and the CRC-32 of all
/// the rest: of the line up to the space before it, and of the body that follows the line.
public struct Seal: Hashable, Sendable {
    /// A form: what is sealed.
    public struct Form: Hashable, Sendable {
        /// What the line begins with.
        public let mark: String
        /// Which version of the form is written, and the only one that is read.
        public let version: Int
        /// How many words of its own the form has.
        public let wordCount: Int

        /// A form.
        public init(_ mark: String, version: Int, wordCount: Int) {
            self.mark = mark
            self.version = version
            self.wordCount = wordCount
        }
    }

    /// Why there is no such file here, or not any more.
    public enum Mistake: Error, Hashable, Sendable {
        /// It does not begin with the mark: it is something else, or damaged at once.
        case otherMark
        /// Another version wrote it.
        case otherVersion(String)
        /// Its first line does not end, or does not have as many words as it should.
        case malformedLine
    }

    /// The words of the form's own.
    public let words: [String]
    /// The checksum, as the line has it.
    public let checksum: String
    /// How many bytes the line takes, with its end.
    public let lineBytes: Int
    /// The checksum of the line without its own checksum; that of the body goes on from here.
    let begun: UInt32

    /// No line is longer.
    public static let lineBytesMax = 1024

    /// The line of a file with this body.
    ///
    /// The words have no spaces, and no ends of lines.
    public init(_ form: Form, _ words: [String], sealing body: [UInt8]) {
        precondition(words.count == form.wordCount, "\(form.mark) has \(words.count) words")
        let text = Self.text(form, words)
        begun = Checksum.crc32(Array(text.utf8))
        checksum = Self.text(Checksum.crc32(body, after: begun))
        self.words = words
        lineBytes = text.utf8.count + checksum.utf8.count + 1
        precondition(lineBytes <= Self.lineBytesMax, "a line of \(lineBytes) bytes: \(text)")
    }

    /// Reads the line that these bytes begin with; what the body is, is not looked at.
    public init(
        reading bytes: UnsafeRawBufferPointer,
        _ form: Form
    ) throws(Mistake) {
        let head = bytes.prefix(Self.lineBytesMax)
        let mark = Array("\(form.mark) ".utf8)
        guard head.starts(with: mark) else { throw .otherMark }
        guard let end = head.firstIndex(of: UInt8(ascii: "\n")) else { throw .malformedLine }
        let all = String(decoding: head[..<end], as: UTF8.self)
            .split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard all.count > 2 else { throw .malformedLine }
        guard all[1] == String(form.version) else { throw .otherVersion(all[1]) }
        guard all.count == form.wordCount + 3 else { throw .malformedLine }
        words = Array(all[2...].dropLast())
        checksum = all[all.count - 1]
        lineBytes = end + 1
        // Of the bytes themselves: text that is not Unicode has changed on the way to words.
        let sealed = lineBytes - 1 - checksum.utf8.count
        guard sealed > 0 else { throw .malformedLine }
        begun = Checksum.crc32(UnsafeRawBufferPointer(rebasing: bytes[..<sealed]))
    }

    /// The line, as bytes.
    public func line(_ form: Form) -> [UInt8] {
        Array("\(Self.text(form, words))\(checksum)\n".utf8)
    }

    /// Whether this is the body that was sealed.
    public func holds(_ body: UnsafeRawBufferPointer) -> Bool {
        isRight(Checksum.crc32(body, after: begun))
    }

    func isRight(_ sum: UInt32) -> Bool { checksum == Self.text(sum) }

    private static func text(_ form: Form, _ words: [String]) -> String {
        ([form.mark, String(form.version)] + words + [""]).joined(separator: " ")
    }

    /// One of the several ways to write a number is the right one.
    private static func text(_ checksum: UInt32) -> String { String(checksum, radix: 16) }
}
