import Messaging

/// The form of one saved value on disk.
///
/// First comes a line, `lightcone-save 1 7 1a2b3c4d`, and then the value as JSON. The numbers are the
/// version, the number of the save, and the CRC-32 of all the rest.
struct SaveFile {
    static let suffix = ".save"
    static let unfinished = "~"
    private static let mark = "lightcone-save"
    private static let version = 1
    /// No first line is longer.
    static let lineBytesMax = 128

    let number: Int
    let body: [UInt8]

    init(number: Int, body: [UInt8]) {
        self.number = number
        self.body = body
    }

    /// Nil if the bytes are not a save that is whole.
    init?(parsing bytes: [UInt8]) {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
            let number = Self.number(in: bytes)
        else { return nil }
        self.init(number: number, body: Array(bytes[(end + 1)...]))
        // A number can be written in several ways, of which only ours is right.
        guard self.bytes == bytes else { return nil }
    }

    var bytes: [UInt8] {
        let words = "\(Self.mark) \(Self.version) \(number) "
        // The number counts too: by it one finds out whether a save took place.
        let checksum = String(Checksum.crc32(Array(words.utf8) + body), radix: 16)
        return Array("\(words)\(checksum)\n".utf8) + body
    }

    /// The number in the first line, whatever follows it.
    static func number(in bytes: [UInt8]) -> Int? {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        guard words.count == 4, words[0] == mark, Int(words[1]) == version else { return nil }
        return Int(words[2])
    }

    /// The name of the file: bytes that a path gives a meaning to, or that are hard to type, as `%2F`.
    static func file(named name: String) -> String {
        var text = ""
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return text + suffix
    }

    /// The name under which the value was saved.
    static func name(ofFile file: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(file.utf8.dropLast(suffix.utf8.count))[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
