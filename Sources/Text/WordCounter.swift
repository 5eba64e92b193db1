/// Counts the words of files into a table, in bounded memory whatever the size of the files.
public struct WordCounter {
    /// What was counted in one file.
    public struct Tally: Hashable, Sendable {
        /// The number of bytes read.
        public var bytes: UInt64
        /// The number of words counted.
        public var words: UInt64
    }

    /// What of a file is text.
    public let format: Format

    /// How text is split into words.
    public let tokenizer: Tokenizer

    /// Where the counts are.
    ///
    /// The caller may empty it whenever the counter is not at work, and inside a checkpoint.
    public let table: WordTable

    /// A counter of files that are all of one format.
    ///
    /// - Parameters:
    ///   - format: What of a file is text.
    ///   - tokenizer: How text is split into words.
    ///   - table: Where the counts go.
    public init(
        format: Format = .text,
        tokenizer: Tokenizer = .whiteSpace,
        table: WordTable = WordTable()
    ) {
        self.format = format
        self.tokenizer = tokenizer
        self.table = table
    }

    /// Counts the words of a file.
    ///
    /// - Parameters:
    ///   - path: A regular file, or a link to one. If it shrinks or grows meanwhile, what is read
    ///     is counted.
    ///   - checkpoint: Called with the number of bytes read so far, after every 64 KiB and once
    ///     at the end. The table may be packed and emptied here: the file goes on with what is
    ///     left. Only at the end are all words sure to have reached the table. An error thrown
    ///     here ends the count and is passed on; the table keeps what it has.
    /// - Returns: What was counted, whether or not it is still in the table.
    /// - Throws: ``TextFailure``, or what `checkpoint` throws. The words before the failure are
    ///   in the table; the caller decides whether a part of a file is worth anything.
    @discardableResult
    public func count(
        _ path: InputPath,
        checkpoint: (_ bytesRead: UInt64) throws -> Void = { _ in }
    ) throws -> Tally {
        let file = try ByteFile(reading: path)
        return try count(
            from: path,
            bufferBytes: Limit.stepBytes,
            read: { try file.read(into: $0) },
            checkpoint: checkpoint
        )
    }

    /// Counts the words of bytes in memory, as if they were a file.
    ///
    /// - Parameters:
    ///   - bytes: What would be in the file.
    ///   - path: What an error calls it.
    /// - Returns: What was counted.
    /// - Throws: ``TextFailure``, as for a file.
    @discardableResult
    public func count(bytes: [UInt8], as path: InputPath = "memory") throws -> Tally {
        try count(bytes: bytes, as: path, bufferBytes: Limit.stepBytes)
    }

    /// Counts bytes through a buffer of this size; small ones put every seam to the test.
    func count(bytes: [UInt8], as path: InputPath, bufferBytes: Int) throws -> Tally {
        try bytes.withUnsafeBytes { source in
            var taken = 0
            return try count(
                from: path,
                bufferBytes: bufferBytes,
                read: { room in
                    let step = min(room.count, source.count - taken)
                    room.copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: source[taken..<taken + step])
                    )
                    taken += step
                    return step
                },
                checkpoint: { _ in }
            )
        }
    }

    private func count(
        from path: InputPath,
        bufferBytes: Int,
        read: (UnsafeMutableRawBufferPointer) throws -> Int,
        checkpoint: (UInt64) throws -> Void
    ) throws -> Tally {
        var tally = Tally(bytes: 0, words: 0)
        do {
            switch format {
            case .text:
                try countText(&tally, bufferBytes, read, checkpoint)
            case .csv(let column):
                try countCSV(column, &tally, bufferBytes, read, checkpoint)
            }
        } catch let failure as CSVReader.Failure {
            throw failure.inFile(path)
        } catch let word as WordStream.WordTooLong {
            throw TextFailure.wordTooLong(
                path: path,
                offset: tally.bytes - UInt64(word.bytesTaken)
            )
        }
        try checkpoint(tally.bytes)
        return tally
    }

    private func countText(
        _ tally: inout Tally,
        _ bufferBytes: Int,
        _ read: (UnsafeMutableRawBufferPointer) throws -> Int,
        _ checkpoint: (UInt64) throws -> Void
    ) throws {
        var stream = WordStream(
            into: table,
            tokenizer,
            skipsLoneNewline: false,
            bufferBytes: bufferBytes
        )
        while true {
            let count = try read(stream.room)
            if count == 0 { break }
            tally.bytes += UInt64(count)
            try stream.filled(count)
            try checkpoint(tally.bytes)
        }
        if tally.bytes > 0 { try stream.finish() }
        tally.words = stream.words
    }

    private func countCSV(
        _ column: String,
        _ tally: inout Tally,
        _ bufferBytes: Int,
        _ read: (UnsafeMutableRawBufferPointer) throws -> Int,
        _ checkpoint: (UInt64) throws -> Void
    ) throws {
        var reader = CSVReader(
            column: column,
            into: table,
            tokenizer,
            bufferBytes: bufferBytes
        )
        while true {
            let count = try read(reader.room)
            if count == 0 { break }
            tally.bytes += UInt64(count)
            try reader.filled(count)
            try checkpoint(tally.bytes)
        }
        try reader.finish()
        tally.words = reader.wordsCounted
    }
}
