/// The texts of a page, each once.
struct PageTexts: Sendable {
    private(set) var list: [String] = []
    /// How long all of them are, in UTF-8.
    private(set) var byteCount = 0
    private var numbers: [String: Int] = [:]

    /// The number of a text; -1 of none.
    mutating func number(of text: String?) -> Int {
        guard let text else { return -1 }
        if let number = numbers[text] { return number }
        numbers[text] = list.count
        list.append(text)
        byteCount += text.utf8.count
        return list.count - 1
    }

    /// Text as JSON within a script of HTML: no `<` that could end the script or begin a comment, and no end of a
    /// line that JavaScript knows and JSON does not (U+2028 and U+2029).
    static func quoted(_ text: String) -> [UInt8] {
        let plain = JSONText.quoted(text)
        guard plain.contains(where: isDangerous) else { return plain }
        var bytes: [UInt8] = []
        var index = 0
        while index < plain.count {
            let byte = plain[index]
            if byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "&") {
                bytes += "\\u00\(String(byte, radix: 16))".utf8
            } else if byte == 0xE2, index + 2 < plain.count, plain[index + 1] == 0x80,
                plain[index + 2] == 0xA8 || plain[index + 2] == 0xA9
            {
                bytes += "\\u20\(plain[index + 2] == 0xA8 ? 28 : 29)".utf8
                index += 2
            } else {
                bytes.append(byte)
            }
            index += 1
        }
        return bytes
    }

    private static func isDangerous(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), 0xE2: true
        default: false
        }
    }
}
