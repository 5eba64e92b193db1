/// Writes one JSON object, with the spaces that Python's `json.dumps` gives.
struct JSONWriter {
    private var bytes = Array("{".utf8)

    /// Adds a key with a number.
    mutating func add(_ key: String, _ number: Int) {
        begin(key)
        bytes += String(number).utf8
    }

    /// Adds a key with a text.
    mutating func add(_ key: String, _ text: String) {
        begin(key)
        append(text)
    }

    /// The object, as UTF-8.
    consuming func object() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func begin(_ key: String) {
        if bytes.count > 1 { bytes += ", ".utf8 }
        append(key)
        bytes += ": ".utf8
    }

    private mutating func append(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\r"): bytes += "\\r".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case 0x08: bytes += "\\b".utf8
            case 0x0C: bytes += "\\f".utf8
            case ..<0x20, 0x7F:
                let digits = Array("0123456789abcdef".utf8)
                bytes += "\\u00".utf8
                bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
