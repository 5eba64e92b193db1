/// Names several nodes at once: `Mapper_0`, or `Mapper_*`, where `*` stands for any characters.
public struct NodePattern: Hashable, Codable, Sendable, CustomStringConvertible {
    /// As it is written.
    public let description: String

    /// The pattern that is written so.
    public init(_ text: String) {
        description = text
    }

    /// Whether a node of that name is meant.
    public func matches(_ name: String) -> Bool {
        // The pieces between the stars must follow each other in the name; the first and the last are
        // bound to its ends.
        let pieces = description.split(separator: "*", omittingEmptySubsequences: false)
        guard pieces.count > 1, let first = pieces.first, let last = pieces.last else {
            return name == description
        }
        guard name.hasPrefix(first) else { return false }
        var rest = name.dropFirst(first.count)
        guard rest.count >= last.count, rest.hasSuffix(last) else { return false }
        rest = rest.dropLast(last.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let end = Self.end(of: piece, in: rest) else { return false }
            rest = rest[end...]
        }
        return true
    }

    /// Whether a byte may stand in a member's name.
    public static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default:
            false
        }
    }

    /// Where the first occurrence of a piece ends.
    private static func end(of piece: Substring, in text: Substring) -> Substring.Index? {
        var start = text.startIndex
        while true {
            let tail = text[start...]
            if tail.hasPrefix(piece) { return text.index(start, offsetBy: piece.count) }
            guard start < text.endIndex else { return nil }
            start = text.index(after: start)
        }
    }
}
