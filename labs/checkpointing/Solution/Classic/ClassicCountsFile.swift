import Files
import Messaging
import Text

/// A reducer's part of a checkpoint as the classic course writes it: a JSON object from word to count.
enum ClassicCountsFile {
    /// A file that is none.
    struct Malformed: Error, CustomStringConvertible {
        let path: String
        let reason: String

        var description: String { "\(path) is no file of counts: \(reason)" }
    }

    /// The bytes of the file: words in byte order, and all but ASCII escaped, as Python does.
    static func bytes(_ counts: WordCounts) -> [UInt8] {
        var bytes = Array("{".utf8)
        counts.packed().forEach { word, count in
            if bytes.count > 1 { bytes += ", ".utf8 }
            append(word, to: &bytes)
            bytes += ": \(count)".utf8
        }
        bytes += "}".utf8
        return bytes
    }

    /// The counts of a file.
    static func read(_ path: String) throws -> WordCounts {
        let bytes = try WholeFile.read(path)
        // A closure that throws a type of its own is not accepted by every buffer call.
        let result = bytes.withUnsafeBytes { bytes in
            Result<WordCounts, WireFailure> { () throws(WireFailure) in
                var counts = WordCounts()
                var reader = JSONReader(bytes)
                try reader.object { word, value throws(WireFailure) in
                    guard case .whole(let count) = value,
                        (1...ClassicTranslation.countMax).contains(count),
                        counts.count(of: Array(word.utf8)) == 0
                    else { throw .wrongValue(.value) }
                    counts.add(Array(word.utf8), count: UInt64(count))
                }
                return counts
            }
        }
        switch result {
        case .success(let counts): return counts
        case .failure(.wrongValue):
            throw Malformed(path: path, reason: "a value is no count, or a word comes twice")
        case .failure(let failure): throw Malformed(path: path, reason: "\(failure)")
        }
    }

    private static func append(_ word: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in String(decoding: word, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\"", "\\": bytes += "\\\(scalar)".utf8
            case " "..."~": bytes.append(UInt8(ascii: scalar))
            default:
                for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                    let digits = String(unit, radix: 16)
                    bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
                }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
