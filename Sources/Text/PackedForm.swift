#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The bytes of packed counts: to check them, to walk over those that were checked, to write them.
///
/// The form: the bytes `LCWC`, a version byte, the number of entries; then for each entry the
/// length of the word, its bytes, and its count, at least 1. Numbers are unsigned LEB128, in as
/// few bytes as they take. The order of entries means nothing; a word that comes twice adds up.
enum PackedForm {
    /// What the bytes come to.
    struct Totals {
        /// The number of entries.
        var entries = 0
        /// The sum of all counts.
        var words: UInt64 = 0
    }

    /// How packed counts begin.
    static let magic: [UInt8] = Array("LCWC".utf8) + [1]

    // MARK: - Checking

    /// Checks all there is to check.
    ///
    /// - Parameters:
    ///   - bytes: Any bytes at all.
    ///   - sum: What the counts will be added to.
    /// - Returns: What the counts come to, without `sum`.
    /// - Throws: ``DecodingFailure`` with the place and the reason.
    static func check(
        _ bytes: UnsafeRawBufferPointer,
        addingTo sum: UInt64 = 0
    ) throws(DecodingFailure) -> Totals {
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            bytes.count > magic.count, memcmp(base, magic, magic.count) == 0
        else { throw DecodingFailure(reason: .notCounts, offset: 0) }
        var totals = Totals()
        var sum = sum
        var place = magic.count
        var left = try readChecked(base, bytes.count, &place)
        while left > 0 {
            let start = place
            let length = try readChecked(base, bytes.count, &place)
            if length > UInt64(Limit.wordBytesMax) {
                throw DecodingFailure(reason: .wordTooLong, offset: start)
            }
            if Int(length) > bytes.count - place {
                throw DecodingFailure(reason: .truncated, offset: bytes.count)
            }
            place += Int(length)
            let count = try readChecked(base, bytes.count, &place)
            if count == 0 { throw DecodingFailure(reason: .zeroCount, offset: start) }
            let (next, overflow) = sum.addingReportingOverflow(count)
            if overflow { throw DecodingFailure(reason: .overflow, offset: start) }
            sum = next
            totals.words += count
            totals.entries += 1
            left -= 1
        }
        if place < bytes.count { throw DecodingFailure(reason: .trailingBytes, offset: place) }
        return totals
    }

    @inline(__always)
    private static func readChecked(
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

    // MARK: - Walking

    /// Goes through the entries of bytes that ``check(_:addingTo:)`` let pass.
    @inline(__always)
    static func forEachEntry<Failure: Error>(
        checked bytes: UnsafeRawBufferPointer,
        _ body: (_ start: UnsafePointer<UInt8>, _ length: Int, _ count: UInt64) throws(Failure) ->
            Void
    ) throws(Failure) {
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        var place = base + magic.count
        var left = read(&place)
        while left > 0 {
            let length = Int(truncatingIfNeeded: read(&place))
            let word = place
            place += length
            try body(word, length, read(&place))
            left -= 1
        }
    }

    @inline(__always)
    private static func read(_ place: inout UnsafePointer<UInt8>) -> UInt64 {
        var byte = place.pointee
        place += 1
        var number = UInt64(byte & 0x7F)
        var shift: UInt64 = 7
        while byte >= 0x80 {
            byte = place.pointee
            place += 1
            number |= UInt64(byte & 0x7F) &<< shift
            shift += 7
        }
        return number
    }

    // MARK: - Writing

    /// How many bytes all entries take, and what is written before them.
    static func bytes(ofEntries entryBytes: Int, count: Int) -> Int {
        magic.count + bytes(of: UInt64(count)) + entryBytes
    }

    /// How many bytes an entry takes.
    static func entryBytes(length: Int, count: UInt64) -> Int {
        bytes(of: UInt64(length)) + length + bytes(of: count)
    }

    private static func bytes(of number: UInt64) -> Int {
        max(1, (64 - number.leadingZeroBitCount + 6) / 7)
    }

    /// Writes what comes before the entries.
    static func writeStart(entries: Int, _ place: inout UnsafeMutablePointer<UInt8>) {
        for byte in magic {
            place.initialize(to: byte)
            place += 1
        }
        write(UInt64(entries), &place)
    }

    /// Writes an entry.
    @inline(__always)
    static func write(
        _ word: UnsafeRawBufferPointer,
        count: UInt64,
        _ place: inout UnsafeMutablePointer<UInt8>
    ) {
        write(UInt64(word.count), &place)
        if let bytes = word.baseAddress { memcpy(place, bytes, word.count) }
        place += word.count
        write(count, &place)
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
}
