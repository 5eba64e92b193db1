extension CSVReader {
    /// How many bytes the whole rows take that a chunk begins with.
    ///
    /// A row ends at a newline with an even number of quotes before it: that is so because quotes
    /// stand only around fields, and twice within them. Where they stand elsewhere, the reader finds
    /// the fault, at the latest when it reads on from the last place before it.
    ///
    /// - Parameter chunk: Bytes that begin between two rows.
    /// - Returns: The place after the newline of the last whole row, or 0.
    static func bytesOfWholeRows(_ chunk: UnsafeRawBufferPointer) -> Int {
        // Quotes are counted to the end, and only then the rows looked at, from the last one back:
        // that touches each byte once, and a few of them twice.
        var isQuoted = hasOddQuotes(chunk)
        for index in chunk.indices.reversed() {
            if chunk[index] == quote {
                isQuoted.toggle()
            } else if chunk[index] == newline && !isQuoted {
                return index + 1
            }
        }
        return 0
    }

    private static func hasOddQuotes(_ chunk: UnsafeRawBufferPointer) -> Bool {
        // A bit for each quote; of two in the same place none is left.
        var marks: UInt64 = 0
        var index = 0
        while index &+ 8 <= chunk.count {
            let eight = chunk.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            marks ^= ByteSearch.markAll(quote, in: eight)
            index &+= 8
        }
        while index < chunk.count {
            if chunk[index] == quote { marks ^= 1 }
            index &+= 1
        }
        return marks.nonzeroBitCount % 2 == 1
    }

    /// How many bytes here are those of a byte order mark, up to 3.
    static func markLength(
        _ place: UnsafeMutablePointer<UInt8>,
        _ end: UnsafeMutablePointer<UInt8>
    ) -> Int {
        if place[0] != 0xEF { return 0 }
        if end - place < 2 || place[1] != 0xBB { return 1 }
        return end - place < 3 || place[2] != 0xBF ? 2 : 3
    }
}
