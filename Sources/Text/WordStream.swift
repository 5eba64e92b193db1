/// Text that arrives in pieces, on its way into a table.
///
/// Pieces are gathered in a buffer. When it is full, its words are counted and the one that may go
/// on is moved to the front, so that every word lies in one stretch of memory when it is counted;
/// the buffer grows only for a word that is longer than it.
struct WordStream: ~Copyable {
    /// A word grew beyond ``Limit/wordBytesMax``.
    struct WordTooLong: Error {
        /// How many bytes of it have been taken.
        let bytesTaken: Int
        /// How many bytes of the piece at hand have not been looked at.
        let bytesLeft: Int
    }

    /// The number of words counted.
    private(set) var words: UInt64 = 0

    private let table: WordTable
    private let tokenizer: Tokenizer
    private let skipsLoneNewline: Bool
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var used = 0
    /// Whether words of the text at hand have left the buffer.
    private var isUnderWay = false

    /// The bytes that the scan may use beyond a block: one to mark the end, eight to load.
    static let slack = 9

    /// - Parameters:
    ///   - table: Where the words go.
    ///   - tokenizer: How to split.
    ///   - skipsLoneNewline: Whether a text that is just one newline holds no words.
    ///   - bufferBytes: The size of the buffer to begin with.
    init(
        into table: WordTable,
        _ tokenizer: Tokenizer,
        skipsLoneNewline: Bool,
        bufferBytes: Int
    ) {
        self.table = table
        self.tokenizer = tokenizer
        self.skipsLoneNewline = skipsLoneNewline
        capacity = bufferBytes
        buffer = .allocate(capacity: bufferBytes + Self.slack)
        buffer.initialize(repeating: 0, count: bufferBytes + Self.slack)
    }

    deinit {
        buffer.deallocate()
    }

    /// Whether nothing of the text at hand has been seen yet.
    var isEmpty: Bool { used == 0 && !isUnderWay }

    /// How many bytes at the end of what was taken are not counted, as their word may go on.
    var bytesLeft: Int { used }

    /// Room for more bytes, at least one; to be followed by ``filled(_:)``.
    var room: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: buffer + used, count: capacity - used)
    }

    /// Takes the bytes that were put into the room, and counts what words are whole.
    mutating func filled(_ count: Int) throws(WordTooLong) {
        used += count
        try countWholeWords(bytesLeft: 0)
    }

    /// Takes a piece of text.
    mutating func append(_ piece: UnsafePointer<UInt8>, _ count: Int) throws(WordTooLong) {
        var taken = 0
        while taken < count {
            let step = min(count - taken, capacity - used)
            (buffer + used).update(from: piece + taken, count: step)
            used += step
            taken += step
            if used == capacity { try countWholeWords(bytesLeft: count - taken) }
        }
    }

    /// Ends the text at hand: what is in the buffer are its last words.
    mutating func finish() throws(WordTooLong) {
        if used > Limit.wordBytesMax { try countWholeWords(bytesLeft: 0) }
        if isUnderWay || !isSkipped(buffer, used) {
            words +=
                table.countWords(from: buffer, to: buffer + used, isLast: true, tokenizer)
                .words
        }
        used = 0
        isUnderWay = false
    }

    /// Counts a whole text that lies in one block with ``slack`` writable bytes after it.
    mutating func countWhole(_ text: UnsafeMutablePointer<UInt8>, _ count: Int) {
        if isSkipped(text, count) { return }
        words += table.countWords(from: text, to: text + count, isLast: true, tokenizer).words
    }

    private mutating func countWholeWords(bytesLeft: Int) throws(WordTooLong) {
        let scan = table.countWords(from: buffer, to: buffer + used, isLast: false, tokenizer)
        words += scan.words
        let rest = buffer + used - scan.rest
        if rest > Limit.wordBytesMax { throw WordTooLong(bytesTaken: rest, bytesLeft: bytesLeft) }
        if rest < used {
            buffer.update(from: scan.rest, count: rest)
            isUnderWay = true
        }
        used = rest
        if rest == capacity { grow() }
    }

    private mutating func grow() {
        // One byte above the limit is enough to see that a word is over it.
        let larger = min(capacity * 2, Limit.wordBytesMax + 1)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + Self.slack)
        moved.initialize(repeating: 0, count: larger + Self.slack)
        moved.update(from: buffer, count: used)
        buffer.deallocate()
        buffer = moved
        capacity = larger
    }

    /// Whether this is the whole of a text that holds no words.
    private func isSkipped(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if !skipsLoneNewline { return false }
        return switch count {
        case 1: text[0] == 0x0A
        case 2: text[0] == 0x0D && text[1] == 0x0A
        default: false
        }
    }
}
