#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads CSV in pieces of any size, and counts the words of one column.
///
/// A field that lies in one piece, without doubled quotes, is counted where it stands; any other
/// is handed on in parts. A field may so be larger than memory; only a word must fit.
struct CSVReader: ~Copyable {
    private enum State {
        /// The first byte of the file may still be the first of a byte order mark.
        case fileStart
        /// Nothing of a row has been seen; a newline here is a blank line.
        case rowStart
        /// A field begins here, after a comma or at the start of a row.
        case fieldStart
        /// Inside a field without quotes.
        case unquoted
        /// Inside quotes.
        case quoted
    }

    private let column: String
    private var state = State.fileStart
    private var words: WordStream

    private var buffer: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private var used = 0
    /// The place in the file of the first byte of the buffer.
    private var offset: UInt64 = 0

    /// What the header has told; nil while it is being read.
    private var header: ReadingPlace.Header?
    private var names: [[UInt8]] = []
    private var name: [UInt8] = []
    private var headerBytes = 0
    /// The column of the field at hand.
    private var current = 0

    /// The number of newlines before the buffer.
    private var linesBefore: UInt64 = 0
    private var rowMark = LineMark.known(1)
    private var quoteMark = LineMark.known(1)

    /// A place whose line is worked out only when it leaves the buffer, or an error asks for it.
    private enum LineMark {
        case inBuffer(UnsafeMutablePointer<UInt8>)
        case known(UInt64)
    }

    /// A byte order mark and one byte more must fit.
    static let bufferBytesMin = 4

    static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    static let newline = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// - Parameters:
    ///   - column: The name of the column to count.
    ///   - place: Where the bytes begin.
    ///   - table: Where its words go.
    ///   - tokenizer: How its fields are split.
    ///   - bufferBytes: How many bytes are held at a time, at least ``bufferBytesMin``.
    init(
        column: String,
        from place: ReadingPlace = .start,
        into table: WordTable,
        _ tokenizer: Tokenizer,
        bufferBytes: Int
    ) {
        precondition(bufferBytes >= Self.bufferBytesMin, "a buffer of \(bufferBytes) bytes")
        self.column = column
        offset = place.offset
        linesBefore = place.newlines
        header = place.header
        state = place.offset == 0 ? .fileStart : .rowStart
        words = WordStream(
            into: table,
            tokenizer,
            skipsLoneNewline: tokenizer == .singleSpace,
            bufferBytes: bufferBytes
        )
        capacity = bufferBytes
        buffer = .allocate(capacity: bufferBytes + WordStream.slack)
        buffer.initialize(repeating: 0, count: bufferBytes + WordStream.slack)
    }

    deinit {
        buffer.deallocate()
    }

    /// The number of words counted.
    var wordsCounted: UInt64 { words.words }

    /// The place after all bytes that were taken, if they end between two rows, or the file.
    var place: ReadingPlace {
        var place = ReadingPlace()
        place.offset = offset + UInt64(used)
        place.newlines = linesBefore
        place.header = header
        return place
    }

    /// Room for more bytes, at least one; to be followed by ``filled(_:)``.
    var room: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: buffer + used, count: capacity - used)
    }

    /// Takes the bytes that were put into the room.
    mutating func filled(_ count: Int) throws(Failure) {
        used += count
        let rest = try parse(isLast: false)
        settleLines(before: rest)
        let left = buffer + used - rest
        buffer.update(from: rest, count: left)
        used = left
        offset += UInt64(rest - buffer)
    }

    /// Ends the file.
    mutating func finish() throws(Failure) {
        let end = try parse(isLast: true)
        switch state {
        case .fileStart, .rowStart:
            break
        case .fieldStart, .unquoted:
            try endField(end, 0)
            try endRow()
        case .quoted:
            throw Failure.malformed(.unclosedQuote, line: line(quoteMark))
        }
        if header == nil {
            throw Failure.malformed(.missingColumn(column, columns: []), line: 1)
        }
    }

    // MARK: - Parsing

    /// Goes through the buffer, and returns where it stopped: at the end, or one or two bytes
    /// before it where what follows decides what they are.
    private mutating func parse(isLast: Bool) throws(Failure) -> UnsafeMutablePointer<UInt8> {
        var place = buffer
        let end = buffer + used
        // Ends every search for the end of an unquoted field.
        end.pointee = Self.newline
        while place < end {
            switch state {
            case .fileStart:
                let length = Self.markLength(place, end)
                if length > 0 && length < 3 && place + length == end && !isLast { return place }
                if length == 3 { place += 3 }
                state = .rowStart
            case .rowStart:
                if place[0] == Self.newline {
                    place += 1
                } else if place[0] == Self.carriageReturn && place + 1 == end && !isLast {
                    return place
                } else if place[0] == Self.carriageReturn && place + 1 < end
                    && place[1] == Self.newline
                {
                    place += 2
                } else {
                    rowMark = .inBuffer(place)
                    current = 0
                    state = .fieldStart
                }
            case .fieldStart:
                if place[0] == Self.quote {
                    quoteMark = .inBuffer(place)
                    place += 1
                    state = .quoted
                } else {
                    state = .unquoted
                }
            case .unquoted:
                let stop = Self.endOfUnquoted(place)
                if stop == end {
                    // A carriage return at the very end may be half of a row's end.
                    let isHalf = !isLast && stop[-1] == Self.carriageReturn
                    let rest = isHalf ? stop - 1 : stop
                    try take(place, rest - place)
                    return rest
                }
                switch stop[0] {
                case Self.comma:
                    try endField(place, stop - place)
                    state = .fieldStart
                case Self.newline:
                    let hasReturn = stop > place && stop[-1] == Self.carriageReturn
                    try endField(place, stop - place - (hasReturn ? 1 : 0))
                    try endRow()
                default:
                    throw Failure.malformed(.quoteInUnquotedField, line: line(.inBuffer(stop)))
                }
                place = stop + 1
            case .quoted:
                guard let next = try parseQuoted(place, end, isLast: isLast) else {
                    return end - unread
                }
                place = next
            }
        }
        return place
    }

    /// How many bytes before the end of the buffer wait for the ones that follow.
    private var unread = 0

    /// Goes on inside quotes; nil if the buffer is used up but for ``unread`` bytes.
    private mutating func parseQuoted(
        _ place: UnsafeMutablePointer<UInt8>,
        _ end: UnsafeMutablePointer<UInt8>,
        isLast: Bool
    ) throws(Failure) -> UnsafeMutablePointer<UInt8>? {
        guard let found = memchr(place, Int32(Self.quote), end - place) else {
            try take(place, end - place)
            unread = 0
            return nil
        }
        let stop = found.assumingMemoryBound(to: UInt8.self)
        let after = stop + 1
        let isReturn = after < end && after[0] == Self.carriageReturn
        if !isLast && (after == end || (isReturn && after + 1 == end)) {
            try take(place, stop - place)
            unread = end - stop
            return nil
        }
        if after == end {
            try endField(place, stop - place)
            try endRow()
            return after
        }
        if isReturn && after + 1 < end && after[1] == Self.newline {
            try endField(place, stop - place)
            try endRow()
            return after + 2
        }
        switch after[0] {
        case Self.quote:
            // Of two quotes the first is text.
            try take(place, after - place)
        case Self.comma:
            try endField(place, stop - place)
            state = .fieldStart
        case Self.newline:
            try endField(place, stop - place)
            try endRow()
        default:
            throw Failure.malformed(.textAfterClosingQuote, line: line(.inBuffer(after)))
        }
        return after + 1
    }

    /// The first comma, newline or quote from here on; there is one, at the latest the newline set
    /// after the buffer.
    private static func endOfUnquoted(
        _ start: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var place = start
        while true {
            let chunk = ByteSearch.load(place)
            let marks =
                ByteSearch.mark(comma, in: chunk) | ByteSearch.mark(newline, in: chunk)
                | ByteSearch.mark(quote, in: chunk)
            if marks != 0 {
                return place + Int(truncatingIfNeeded: ByteSearch.firstBits(marks) &>> 3)
            }
            place += 8
        }
    }

    // MARK: - Fields and rows

    /// Takes a part of the field at hand.
    private mutating func take(_ part: UnsafeMutablePointer<UInt8>, _ count: Int) throws(Failure) {
        guard let header else {
            headerBytes += count
            if headerBytes > Limit.headerBytesMax {
                throw Failure.malformed(.headerTooLong, line: line(rowMark))
            }
            name.append(contentsOf: UnsafeBufferPointer(start: part, count: count))
            return
        }
        if current == header.wanted { try append(part, count) }
    }

    /// Takes the last part of the field at hand, which may be all of it.
    private mutating func endField(_ part: UnsafeMutablePointer<UInt8>, _ count: Int)
        throws(Failure)
    {
        if header == nil {
            // Each name costs memory of its own, so that commas alone count as well.
            headerBytes += 1
            try take(part, count)
            names.append(name)
            name = []
        } else if current == header?.wanted {
            if words.isEmpty {
                words.countWhole(part, count)
            } else {
                try append(part, count)
                do {
                    try words.finish()
                } catch {
                    throw tooLong(error, part + count)
                }
            }
        }
        current += 1
    }

    private mutating func append(
        _ part: UnsafeMutablePointer<UInt8>,
        _ count: Int
    ) throws(Failure) {
        do {
            try words.append(part, count)
        } catch {
            throw tooLong(error, part + count)
        }
    }

    private func tooLong(
        _ word: WordStream.WordTooLong,
        _ place: UnsafeMutablePointer<UInt8>
    ) -> Failure {
        .wordTooLong(
            offset: offset + UInt64(place - buffer) - UInt64(word.bytesLeft + word.bytesTaken)
        )
    }

    private mutating func endRow() throws(Failure) {
        state = .rowStart
        guard let header else {
            guard let index = names.firstIndex(of: Array(column.utf8)) else {
                let columns = names.map { String(decoding: $0, as: UTF8.self) }
                throw Failure.malformed(
                    .missingColumn(column, columns: columns),
                    line: line(rowMark)
                )
            }
            header = ReadingPlace.Header(columns: names.count, wanted: index)
            names = []
            return
        }
        if current != header.columns {
            throw Failure.malformed(
                .fieldCount(found: current, expected: header.columns),
                line: line(rowMark)
            )
        }
    }

    // MARK: - Lines

    private func line(_ mark: LineMark) -> UInt64 {
        switch mark {
        case .known(let line): line
        case .inBuffer(let place): linesBefore + Self.newlines(buffer, place) + 1
        }
    }

    /// Works out what must be known of the bytes that are about to leave the buffer.
    private mutating func settleLines(before rest: UnsafeMutablePointer<UInt8>) {
        rowMark = .known(line(rowMark))
        quoteMark = .known(line(quoteMark))
        linesBefore += Self.newlines(buffer, rest)
    }

    private static func newlines(
        _ start: UnsafeMutablePointer<UInt8>,
        _ end: UnsafeMutablePointer<UInt8>
    ) -> UInt64 {
        var count: UInt64 = 0
        var place = UnsafeMutableRawPointer(start)
        while let found = memchr(place, Int32(newline), UnsafeMutableRawPointer(end) - place) {
            count += 1
            place = found + 1
        }
        return count
    }
}
