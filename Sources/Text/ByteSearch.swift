#if _endian(big)
    #error("Words are taken from 64-bit loads whose lowest byte comes first.")
#endif

/// Searching eight bytes at a time in one register.
///
/// Each mask has bit 7 set in the bytes that are meant. A borrow may also set it in bytes *above*
/// the lowest one that is meant, so only the lowest may be used, but for ``markAll(_:in:)``.
enum ByteSearch {
    /// The byte in each of the eight places.
    @inline(__always)
    static func everywhere(_ byte: UInt8) -> UInt64 {
        UInt64(byte) &* 0x0101_0101_0101_0101
    }

    /// The eight bytes from here on, the first one lowest.
    @inline(__always)
    static func load(_ place: UnsafePointer<UInt8>) -> UInt64 {
        UnsafeRawPointer(place).loadUnaligned(as: UInt64.self)
    }

    /// Marks the bytes that are `byte`.
    @inline(__always)
    static func mark(_ byte: UInt8, in chunk: UInt64) -> UInt64 {
        let other = chunk ^ everywhere(byte)
        return (other &- everywhere(0x01)) & ~other & everywhere(0x80)
    }

    /// Marks the bytes that are `byte`, all of them and no others.
    @inline(__always)
    static func markAll(_ byte: UInt8, in chunk: UInt64) -> UInt64 {
        let other = chunk ^ everywhere(byte)
        // The seven low bits carry into bit 7 unless all are zero, and never beyond it.
        return ~((other & everywhere(0x7F)) &+ everywhere(0x7F) | other) & everywhere(0x80)
    }

    /// Marks the bytes that are not printable ASCII: below 0x21, or 0x80 and above.
    @inline(__always)
    static func markUnprintable(in chunk: UInt64) -> UInt64 {
        ((chunk &- everywhere(0x21)) | chunk) & everywhere(0x80)
    }

    /// Marks the bytes with which a white space scalar may begin: below 0x21, C2, E1, E2, E3.
    @inline(__always)
    static func markBlankLeads(in chunk: UInt64) -> UInt64 {
        let low = (chunk &- everywhere(0x21)) & ~chunk & everywhere(0x80)
        let e2OrE3 = mark(0xE2, in: chunk & everywhere(0xFE))
        return low | mark(0xC2, in: chunk) | mark(0xE1, in: chunk) | e2OrE3
    }

    /// The place of the lowest mark, as a number of bits: a multiple of 8.
    @inline(__always)
    static func firstBits(_ marks: UInt64) -> UInt64 {
        UInt64(truncatingIfNeeded: marks.trailingZeroBitCount) & ~7
    }

    /// The number of bytes of the white space scalar that begins here, or 0.
    ///
    /// Lead bytes are never continuation bytes, so a match of bytes is a match of scalars, even
    /// amid invalid UTF-8. Reads on only while the bytes match.
    @inline(__always)
    static func blankLength(at place: UnsafePointer<UInt8>) -> Int {
        let first = place[0]
        if first < 0x80 { return isASCIIBlank(first) ? 1 : 0 }
        return wideBlankLength(at: place)
    }

    /// Whether this byte alone is white space: U+0009 to U+000D, and U+0020.
    @inline(__always)
    static func isASCIIBlank(_ byte: UInt8) -> Bool {
        byte <= 0x20 && (0x1_0000_3E00 as UInt64) &>> UInt64(byte) & 1 == 1
    }

    private static func wideBlankLength(at place: UnsafePointer<UInt8>) -> Int {
        switch place[0] {
        case 0xC2:  // U+0085, U+00A0
            return place[1] == 0x85 || place[1] == 0xA0 ? 2 : 0
        case 0xE1:  // U+1680
            return place[1] == 0x9A && place[2] == 0x80 ? 3 : 0
        case 0xE2 where place[1] == 0x80:  // U+2000 to U+200A, U+2028, U+2029, U+202F
            switch place[2] {
            case 0x80...0x8A, 0xA8, 0xA9, 0xAF: return 3
            default: return 0
            }
        case 0xE2:  // U+205F
            return place[1] == 0x81 && place[2] == 0x9F ? 3 : 0
        case 0xE3:  // U+3000
            return place[1] == 0x80 && place[2] == 0x80 ? 3 : 0
        default:
            return 0
        }
    }
}
