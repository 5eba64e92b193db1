#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why bytes are not packed counts.
public struct DecodingFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: String, Hashable, Sendable {
        /// They do not begin as packed counts do.
        case notCounts = "not packed counts, or of another version"
        /// They end in the middle of something.
        case truncated = "cut short"
        /// A number takes more bytes than it needs, or more than 64 bits.
        case malformedNumber = "a number that is not written the one right way"
        /// A word is longer than ``Limit/wordBytesMax``.
        case wordTooLong = "a word over the limit"
        /// A word is counted zero times.
        case zeroCount = "a word counted zero times"
        /// The sum of all counts does not fit into 64 bits.
        case overflow = "counts that add up to 2^64 or more"
        /// Something follows the last entry.
        case trailingBytes = "something after the last entry"
    }

    /// What is wrong.
    public let reason: Reason

    /// Where, in bytes from the start.
    public let offset: Int

    /// One line that names the place and the reason.
    public var description: String { "packed counts, byte \(offset): \(reason.rawValue)" }
}

/// The counts of a table as bytes: what a worker hands over.
///
/// The form: the bytes `LCWC`, a version byte, the number of entries; then for each entry the
/// length of the word, its bytes, and its count, at least 1. Numbers are unsigned LEB128, in as
/// few bytes as they take. The order of entries means nothing; a word that comes twice adds up.
public enum PartialCounts {
    private static let magic: [UInt8] = Array("LCWC".utf8) + [1]
    private static let numberBytesMax = 10

    /// Packs a table.
    public static func encode(_ table: WordTable) -> [UInt8] {
        // A bound instead of the sum: the bytes that are not used are never touched.
        let entryBytes = table.wordBytesBound + 2 * numberBytesMax * table.distinct
        let bytesMax = magic.count + numberBytesMax + entryBytes
        return [UInt8](unsafeUninitializedCapacity: bytesMax) { buffer, used in
            guard let start = buffer.baseAddress else { return }
            var place = start
            for byte in magic {
                place.initialize(to: byte)
                place += 1
            }
            write(UInt64(table.distinct), &place)
            table.forEach { word, count in
                write(UInt64(word.count), &place)
                if let bytes = word.baseAddress { memcpy(place, bytes, word.count) }
                place += word.count
                write(count, &place)
            }
            used = place - start
        }
    }

    /// Adds packed counts to a table.
    ///
    /// All bytes are checked before the first word is added: the table takes all or nothing.
    ///
    /// - Parameters:
    ///   - bytes: Any bytes at all.
    ///   - table: What they are added to.
    /// - Throws: ``DecodingFailure``; the table is then as it was.
    public static func merge(
        _ bytes: UnsafeRawBufferPointer,
        into table: WordTable
    ) throws(DecodingFailure) {
        var sum = table.words
        var entries = 0
        try forEachEntry(bytes) { _, _, count, offset throws(DecodingFailure) in
            let (next, overflow) = sum.addingReportingOverflow(count)
            if overflow { throw DecodingFailure(reason: .overflow, offset: offset) }
            sum = next
            entries += 1
        }
        // Words that both sides have are not known yet: the larger side is the least there will be.
        table.reserve(distinct: max(table.distinct, entries))
        try forEachEntry(bytes) { start, length, count, _ throws(DecodingFailure) in
            table.tally(start, length: length, count: count)
        }
        table.words = sum
    }

    /// Adds packed counts to a table.
    ///
    /// - Parameters:
    ///   - bytes: Any bytes at all.
    ///   - table: What they are added to.
    /// - Throws: ``DecodingFailure``; the table is then as it was.
    public static func merge(
        _ bytes: [UInt8],
        into table: WordTable
    ) throws(DecodingFailure) {
        // A closure that throws a type of its own is not accepted by every buffer call.
        let result = bytes.withUnsafeBytes { buffer in
            Result<Void, DecodingFailure> { () throws(DecodingFailure) in
                try merge(buffer, into: table)
            }
        }
        try result.get()
    }

    /// Goes through the entries, and checks all there is to check on the way.
    @inline(__always)
    private static func forEachEntry(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (
            _ start: UnsafePointer<UInt8>, _ length: Int, _ count: UInt64, _ offset: Int
        ) throws(DecodingFailure) -> Void
    ) throws(DecodingFailure) {
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            bytes.count > magic.count, memcmp(base, magic, magic.count) == 0
        else { throw DecodingFailure(reason: .notCounts, offset: 0) }
        var place = magic.count
        var left = try read(base, bytes.count, &place)
        while left > 0 {
            let start = place
            let length = try read(base, bytes.count, &place)
            if length > UInt64(Limit.wordBytesMax) {
                throw DecodingFailure(reason: .wordTooLong, offset: start)
            }
            let word = place
            if Int(length) > bytes.count - place {
                throw DecodingFailure(reason: .truncated, offset: bytes.count)
            }
            place += Int(length)
            let count = try read(base, bytes.count, &place)
            if count == 0 { throw DecodingFailure(reason: .zeroCount, offset: start) }
            try body(base + word, Int(length), count, start)
            left -= 1
        }
        if place < bytes.count { throw DecodingFailure(reason: .trailingBytes, offset: place) }
    }

    @inline(__always)
    private static func write(_ number: UInt64, _ place: inout UnsafeMutablePointer<UInt8>) {
        var rest = number
        while rest >= 0x80 {
            place.initialize(to: UInt8(truncatingIfNeeded: rest) | 0x80)
            place += 1
            rest >>= 7
        }
        place.initialize(to: UInt8(truncatingIfNeeded: rest))
        place += 1
    }

    @inline(__always)
    private static func read(
        _ base: UnsafePointer<UInt8>,
        _ end: Int,
        _ place: inout Int
    ) throws(DecodingFailure) -> UInt64 {
        let start = place
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while place < end {
            let byte = base[place]
            place += 1
            // The tenth byte holds the last bit; a last byte of zero would be one too many.
            if shift == 63 && byte > 1 || shift > 0 && byte == 0 {
                throw DecodingFailure(reason: .malformedNumber, offset: start)
            }
            number |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return number }
            shift += 7
        }
        throw DecodingFailure(reason: .truncated, offset: end)
    }
}
