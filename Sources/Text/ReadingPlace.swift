/// How far a file has been counted, and what is needed to go on from there.
///
/// It stands between two words of a text, or between two rows of a CSV file.
public struct ReadingPlace: Hashable, Sendable {
    /// What the first row of a CSV file has told.
    struct Header: Hashable, Sendable {
        /// The number of columns.
        let columns: Int
        /// The index of the column to count.
        let wanted: Int
    }

    /// The place in bytes from the start of the file: where the next chunk begins.
    public internal(set) var offset: UInt64 = 0

    /// Whether all of the file has been counted.
    public internal(set) var isEnd = false

    /// The number of newlines before it, of a CSV file.
    var newlines: UInt64 = 0

    /// Nil in a text, and before the header of a CSV file.
    var header: Header?

    /// Where every file begins.
    public static let start = ReadingPlace()
}

extension ReadingPlace: Codable {
    private enum CodingKeys: String, CodingKey {
        case offset, isEnd, newlines, columns, wanted
    }

    /// Decodes a place that can be one.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        offset = try values.decode(UInt64.self, forKey: .offset)
        isEnd = try values.decode(Bool.self, forKey: .isEnd)
        newlines = try values.decode(UInt64.self, forKey: .newlines)
        // Offsets are those of files; a larger one would be added to until it overflows.
        var isPossible = offset <= UInt64(Int64.max) && newlines <= offset
        if let columns = try values.decodeIfPresent(Int.self, forKey: .columns) {
            let wanted = try values.decode(Int.self, forKey: .wanted)
            isPossible = isPossible && wanted >= 0 && wanted < columns
            header = Header(columns: columns, wanted: wanted)
        }
        if !isPossible {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription: "a place that no file has: \(self)"
                )
            )
        }
    }

    /// Encodes all of it.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(offset, forKey: .offset)
        try values.encode(isEnd, forKey: .isEnd)
        try values.encode(newlines, forKey: .newlines)
        try values.encodeIfPresent(header?.columns, forKey: .columns)
        try values.encodeIfPresent(header?.wanted, forKey: .wanted)
    }
}

extension ReadingPlace: CustomStringConvertible {
    /// For people: `byte 4096`, and `, the end` there.
    public var description: String { "byte \(offset)\(isEnd ? ", the end" : "")" }
}
