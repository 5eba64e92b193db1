/// Counts of words as bytes that have been checked: what travels from one node to another.
///
/// The form: the bytes `LCWC`, a version byte, the number of entries; then for each entry the
/// length of the word, its bytes, and its count, at least 1. Numbers are unsigned LEB128, in as
/// few bytes as they take. The order of entries means nothing; a word that comes twice adds up.
///
/// Equal bytes make equal values, so that the same counts in another order are another value; use
/// ``WordCounts`` to compare counts, or pack them sorted.
public struct PackedCounts: Sendable {
    /// The number of words: the sum of all counts.
    public let words: UInt64

    /// The number of entries: that of different words, unless a word comes twice.
    ///
    /// Tables pack each word once; bytes from elsewhere may do otherwise.
    public let entries: Int

    /// The packed bytes.
    public let bytes: [UInt8]

    /// No counts.
    public init() {
        self.init(checked: PackedForm.magic + [0], PackedForm.Totals())
    }

    /// Takes bytes that come from anywhere, if they are packed counts.
    ///
    /// - Parameter bytes: Any bytes at all.
    /// - Throws: ``DecodingFailure`` with the place and the reason.
    public init(checking bytes: [UInt8]) throws(DecodingFailure) {
        // A closure that throws a type of its own is not accepted by every buffer call.
        let result = bytes.withUnsafeBytes { buffer in
            Result<PackedForm.Totals, DecodingFailure> { () throws(DecodingFailure) in
                try PackedForm.check(buffer)
            }
        }
        self.init(checked: bytes, try result.get())
    }

    /// Takes bytes that a table has just written, or that were checked.
    init(checked bytes: [UInt8], _ totals: PackedForm.Totals) {
        self.bytes = bytes
        words = totals.words
        entries = totals.entries
    }

    /// Whether there are no counts.
    public var isEmpty: Bool { entries == 0 }

    /// Calls `body` with each entry, in the order of the bytes.
    ///
    /// The bytes of a word are valid during the call only.
    public func forEach(_ body: (_ word: UnsafeRawBufferPointer, _ count: UInt64) -> Void) {
        bytes.withUnsafeBytes { buffer in
            PackedForm.forEachEntry(checked: buffer) { start, length, count in
                body(UnsafeRawBufferPointer(start: start, count: length), count)
            }
        }
    }
}

extension PackedCounts: Hashable {
    /// Whether both have the same bytes.
    public static func == (left: PackedCounts, right: PackedCounts) -> Bool {
        left.words == right.words && left.bytes == right.bytes
    }

    /// Feeds the bytes into a hash.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes)
    }
}

extension PackedCounts: Codable {
    /// Decodes text that stands for the bytes, and checks them.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        func corrupted(_ reason: String) -> DecodingError {
            .dataCorruptedError(in: container, debugDescription: reason)
        }
        guard let bytes = Base64.bytes(of: text) else {
            throw corrupted("packed counts: not base64url without padding")
        }
        do { try self.init(checking: bytes) } catch { throw corrupted("\(error)") }
    }

    /// Encodes the bytes as one text (base64url), which every encoder can take at once.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Base64.text(of: bytes))
    }
}

extension PackedCounts: CustomStringConvertible {
    /// How much it is: `12 words in 5 entries, 40 bytes`.
    public var description: String {
        "\(words) \(words == 1 ? "word" : "words") in \(entries) "
            + "\(entries == 1 ? "entry" : "entries"), \(bytes.count) bytes"
    }
}
