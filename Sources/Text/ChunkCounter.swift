/// Counts the words of a file chunk by chunk, and needs nothing between two of them but a place.
///
/// A pure function of bytes: whoever calls reads the file, keeps the place, and may go on from it in
/// another process. Cut into chunks of whatever sizes, a file comes to the same counts, and to the
/// same failure, as ``WordCounter`` finds in the whole of it.
///
/// ```swift
/// let tally = try counter.count(chunk, from: place, isLast: place.offset + chunk.count == size)
/// counts.merge(tally.words)
/// chunkBytes = tally.place == place ? chunkBytes * 2 : chunkBytesAtFirst
/// place = tally.place
/// ```
public struct ChunkCounter: Hashable, Codable, Sendable {
    /// What a chunk came to.
    public struct Tally: Hashable, Codable, Sendable {
        /// The place after what was counted: where the next chunk begins.
        ///
        /// If it is the one that the chunk began at, not even one word or row was whole; come again
        /// with a larger chunk.
        public let place: ReadingPlace

        /// The words that were counted.
        public let words: WordCounts
    }

    /// What of a file is text.
    public let format: Format

    /// How text is split into words.
    public let tokenizer: Tokenizer

    /// A counter of files that are all of one format.
    ///
    /// - Parameters:
    ///   - format: What of a file is text.
    ///   - tokenizer: How text is split into words.
    public init(format: Format = .text, tokenizer: Tokenizer = .whiteSpace) {
        self.format = format
        self.tokenizer = tokenizer
    }

    /// Counts all words of a chunk that are sure to be whole: in a text those that end within it,
    /// in a CSV file those of whole rows.
    ///
    /// - Parameters:
    ///   - chunk: The bytes of the file from the place on, as many as the caller likes.
    ///   - place: ``ReadingPlace/start``, or where the chunk before came to.
    ///   - isLast: Whether the file ends with the chunk. The count then comes to the end.
    ///   - path: What an error calls the file.
    /// - Returns: The words, and the place after them.
    /// - Throws: ``TextFailure``: what ``WordCounter`` would throw for the file, and
    ///   ``CSVFault/rowTooLong`` for a row that needs chunks of more than ``Limit/rowBytesMax``.
    public func count(
        _ chunk: [UInt8],
        from place: ReadingPlace,
        isLast: Bool,
        as path: InputPath = "memory"
    ) throws(TextFailure) -> Tally {
        var words = WordCounts()
        let after = try count(chunk, from: place, isLast: isLast, as: path, into: &words)
        return Tally(place: after, words: words)
    }

    /// Counts all words of a chunk that are sure to be whole, and adds them to others.
    ///
    /// - Parameters:
    ///   - chunk: The bytes of the file from the place on, as many as the caller likes.
    ///   - place: ``ReadingPlace/start``, or where the chunk before came to.
    ///   - isLast: Whether the file ends with the chunk. The count then comes to the end.
    ///   - path: What an error calls the file.
    ///   - counts: What the words are added to. After a failure it holds some of them.
    /// - Returns: The place after the words.
    /// - Throws: ``TextFailure``, as without `counts`.
    public func count(
        _ chunk: [UInt8],
        from place: ReadingPlace,
        isLast: Bool,
        as path: InputPath = "memory",
        into counts: inout WordCounts
    ) throws(TextFailure) -> ReadingPlace {
        try count(
            chunk,
            from: place,
            isLast: isLast,
            as: path,
            into: &counts,
            rowBytesMax: Limit.rowBytesMax
        )
    }

    /// Counts a chunk with a limit of its own; a small one is soon put to the test.
    func count(
        _ chunk: [UInt8],
        from place: ReadingPlace,
        isLast: Bool,
        as path: InputPath,
        into counts: inout WordCounts,
        rowBytesMax: Int
    ) throws(TextFailure) -> ReadingPlace {
        if place.isEnd || (chunk.isEmpty && !isLast) { return place }
        let table = counts.ownTable()
        // A closure that throws a type of its own is not accepted by every buffer call.
        let result = chunk.withUnsafeBytes { bytes in
            Result<ReadingPlace, TextFailure> { () throws(TextFailure) in
                switch format {
                case .text:
                    try countText(bytes, place, isLast: isLast, path, table)
                case .csv(let column):
                    try countCSV(bytes, column, place, isLast: isLast, path, table, rowBytesMax)
                }
            }
        }
        return try result.get()
    }

    private func countText(
        _ chunk: UnsafeRawBufferPointer,
        _ place: ReadingPlace,
        isLast: Bool,
        _ path: InputPath,
        _ table: WordTable
    ) throws(TextFailure) -> ReadingPlace {
        var stream = WordStream(
            into: table,
            tokenizer,
            skipsLoneNewline: false,
            bufferBytes: Self.bufferBytes(for: chunk)
        )
        var after = place
        after.offset += UInt64(chunk.count)
        var rest = chunk[...]
        do throws(WordStream.WordTooLong) {
            while !rest.isEmpty { try stream.filled(Self.move(&rest, into: stream.room)) }
            // An empty file has no words, but after the last space there is an empty one.
            if isLast && after.offset > 0 { try stream.finish() }
        } catch {
            let taken = after.offset - UInt64(rest.count)
            throw .wordTooLong(path: path, offset: taken - UInt64(error.bytesTaken))
        }
        after.offset -= UInt64(stream.bytesLeft)
        after.isEnd = isLast
        return after
    }

    private func countCSV(
        _ chunk: UnsafeRawBufferPointer,
        _ column: String,
        _ place: ReadingPlace,
        isLast: Bool,
        _ path: InputPath,
        _ table: WordTable,
        _ rowBytesMax: Int
    ) throws(TextFailure) -> ReadingPlace {
        let whole = isLast ? chunk.count : CSVReader.bytesOfWholeRows(chunk)
        // What does not hold a whole row may still hold a fault, which a larger chunk might not
        // reach: it is looked for, and what is counted meanwhile is thrown away.
        let isSearch = whole == 0 && !isLast
        var reader = CSVReader(
            column: column,
            from: place,
            into: isSearch ? WordTable() : table,
            tokenizer,
            bufferBytes: Self.bufferBytes(for: chunk)
        )
        var rest = isSearch ? chunk[...] : chunk[..<whole]
        do throws(CSVReader.Failure) {
            while !rest.isEmpty { try reader.filled(Self.move(&rest, into: reader.room)) }
            if isLast { try reader.finish() }
        } catch {
            throw error.inFile(path)
        }
        if isSearch {
            if chunk.count <= rowBytesMax { return place }
            throw .malformedCSV(path: path, line: place.newlines + 1, fault: .rowTooLong)
        }
        var after = reader.place
        after.isEnd = isLast
        return after
    }

    /// Small for small chunks, of which a simulated run has thousands.
    private static func bufferBytes(for chunk: UnsafeRawBufferPointer) -> Int {
        min(Limit.stepBytes, max(chunk.count, CSVReader.bufferBytesMin))
    }

    /// Moves what fits, and returns how many bytes that is.
    private static func move(
        _ bytes: inout Slice<UnsafeRawBufferPointer>,
        into room: UnsafeMutableRawBufferPointer
    ) -> Int {
        let count = min(bytes.count, room.count)
        room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
        bytes = bytes.dropFirst(count)
        return count
    }
}
