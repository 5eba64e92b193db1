/// Bytes as text: `base64url` of RFC 4648 without padding.
///
/// Of that alphabet nothing is escaped in JSON, where a list of numbers would take three times the
/// room and a hundred times as long.
enum Base64 {
    private static let letters: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )

    private static let invalid: UInt8 = 0xFF

    /// The value of each letter, ``invalid`` for all other bytes.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: invalid, count: 256)
        for (value, letter) in letters.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    /// The text that stands for bytes.
    static func text(of bytes: [UInt8]) -> String {
        let count = (bytes.count * 4 + 2) / 3
        return letters.withUnsafeBufferPointer { letters in
            String(unsafeUninitializedCapacity: count) { text in
                var index = 0
                var written = 0
                /// Writes the highest letters of 24 bits.
                func write(_ bits: UInt32, _ count: Int) {
                    for turn in 0..<count {
                        let value = Int(truncatingIfNeeded: bits &>> UInt32(18 &- 6 &* turn)) & 63
                        text[written &+ turn] = letters[value]
                    }
                    written &+= count
                }
                while index &+ 3 <= bytes.count {
                    let bits =
                        UInt32(bytes[index]) &<< 16 | UInt32(bytes[index &+ 1]) &<< 8
                        | UInt32(bytes[index &+ 2])
                    write(bits, 4)
                    index &+= 3
                }
                switch bytes.count - index {
                case 1: write(UInt32(bytes[index]) << 16, 2)
                case 2: write(UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8, 3)
                default: break
                }
                return count
            }
        }
    }

    /// The bytes that a text stands for; nil if it is not written the one right way.
    static func bytes(of text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { bytes(of: $0) }
    }

    private static func bytes(of text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        if text.count % 4 == 1 { return nil }
        let count = text.count / 4 * 3 + max(0, text.count % 4 - 1)
        // All bits of values, which stay below 64 if each letter is valid.
        var seen: UInt8 = 0
        var rest: UInt32 = 0
        let bytes = values.withUnsafeBufferPointer { values in
            [UInt8](unsafeUninitializedCapacity: count) { bytes, used in
                var index = 0
                var written = 0
                while index < text.count {
                    let letters = min(4, text.count &- index)
                    var bits: UInt32 = 0
                    for turn in 0..<letters {
                        let value = values[Int(text[index &+ turn])]
                        seen |= value
                        bits |= UInt32(value) &<< UInt32(18 &- 6 &* turn)
                    }
                    for turn in 0..<letters &- 1 {
                        bytes[written &+ turn] = UInt8(
                            truncatingIfNeeded: bits &>> UInt32(16 &- 8 &* turn)
                        )
                    }
                    // What the last letter has beyond the last byte must be zero.
                    if letters < 4 { rest = bits & (letters == 2 ? 0xFFFF : 0xFF) }
                    written &+= letters &- 1
                    index &+= letters
                }
                used = count
            }
        }
        return seen < 64 && rest == 0 ? bytes : nil
    }
}
