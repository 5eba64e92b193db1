import Chance

/// Makes the bytes of a corpus, file by file.
struct CorpusWriter {
    private let layout: Corpus.Layout
    private let vocabulary = Vocabulary()
    private let ranks: ZipfRanks
    private var chance: SplitMix64

    /// The number of different words.
    private let distinct: UInt64
    /// Each word is set once at a place of its own, whatever is drawn; so many have been.
    private var set: UInt64 = 0
    /// The ranks that are set: `setFirst`, then each time `setStep` further, going round.
    private var setRank: UInt64
    private let setStep: UInt64
    /// All words are set by the time that so many bytes are written.
    private let setBytes: UInt64
    private var bytesBefore: UInt64 = 0
    private var row: UInt64 = 0

    /// No line, and no row with all its quotes doubled, is longer.
    private static let lineBytesMax = 2048
    private static let lineWords: ClosedRange<UInt64> = 8...19
    private static let header: StaticString =
        "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"

    init(_ corpus: Corpus) {
        layout = corpus.layout
        distinct = UInt64(corpus.distinct)
        ranks = ZipfRanks(count: distinct)
        chance = SplitMix64(seed: corpus.seed)
        setRank = chance.next(below: distinct)
        setStep = Self.step(through: distinct)
        // A little early, since the last line of a file leaves some bytes unused.
        setBytes = UInt64(corpus.megabytes) * 950_000
    }

    /// The bytes of the next file, a line less than `bytesMax` at the least.
    mutating func nextFile(bytesMax: Int) -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: bytesMax) { buffer, used in
            guard let start = buffer.baseAddress else { return }
            let line = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.lineBytesMax)
            defer { line.deallocate() }
            var place = start
            if layout == .csv { Self.put(Self.header, &place) }
            while bytesMax - (place - start) >= Self.lineBytesMax {
                let written = bytesBefore + UInt64(place - start)
                let end = fillLine(line, bytesBefore: written)
                switch layout {
                case .text:
                    place.update(from: line, count: end - line)
                    place += end - line
                    place.pointee = UInt8(ascii: "\n")
                    place += 1
                case .csv:
                    putRow(line, end, &place)
                }
            }
            used = place - start
        }
        bytesBefore += UInt64(bytes.count)
        return bytes
    }

    /// Checks that every word has found its place.
    func finish() {
        precondition(set == distinct, "\(set) of \(distinct) words after \(bytesBefore) bytes")
    }

    /// Writes the words of a line, and returns the place after them.
    private mutating func fillLine(
        _ line: UnsafeMutablePointer<UInt8>,
        bytesBefore: UInt64
    ) -> UnsafeMutablePointer<UInt8> {
        var place = line
        let span = Self.lineWords.upperBound - Self.lineWords.lowerBound + 1
        var left = Self.lineWords.lowerBound + chance.next(below: span)
        while true {
            let written = bytesBefore + UInt64(place - line)
            place += vocabulary.write(nextRank(bytesBefore: written), to: place)
            left -= 1
            if left == 0 { return place }
            putSeparator(&place)
        }
    }

    private mutating func nextRank(bytesBefore: UInt64) -> UInt64 {
        if set == distinct { return ranks.draw(&chance) }
        let due = (bytesBefore + 1).multipliedFullWidth(by: distinct)
        let isDue =
            bytesBefore >= setBytes || setBytes.dividingFullWidth(due).quotient > set
        if !isDue { return ranks.draw(&chance) }
        set += 1
        setRank = (setRank + setStep) % distinct
        return setRank
    }

    /// Mostly a space; now and then something else that separates words.
    private mutating func putSeparator(_ place: inout UnsafeMutablePointer<UInt8>) {
        let drawn = chance.next() >> 56
        switch drawn {
        case 0: Self.put("\t", &place)
        case 1: Self.put("  ", &place)
        case 2: Self.put("\u{A0}", &place)
        case 3: Self.put("\u{2003}", &place)
        case 4: Self.put("\u{3000}", &place)
        case 5...8 where layout == .csv: Self.put("\n", &place)
        default:
            place.pointee = 0x20
            place += 1
        }
    }

    private mutating func putRow(
        _ text: UnsafeMutablePointer<UInt8>,
        _ end: UnsafeMutablePointer<UInt8>,
        _ place: inout UnsafeMutablePointer<UInt8>
    ) {
        row += 1
        let drawn = chance.next()
        Self.put(row, digits: 1, &place)
        Self.put(",", &place)
        Self.put(100_000 + drawn % 9973, digits: 1, &place)
        Self.put(drawn >> 32 & 1 == 0 ? ",True,Tue Oct " : ",False,Tue Oct ", &place)
        Self.put((drawn >> 33) % 5 * 7 + 3, digits: 2, &place)
        Self.put(" ", &place)
        Self.put((drawn >> 40) % 24, digits: 2, &place)
        Self.put(":", &place)
        Self.put((drawn >> 45) % 60, digits: 2, &place)
        Self.put(":", &place)
        Self.put((drawn >> 51) % 60, digits: 2, &place)
        Self.put(" +0000 2017,", &place)
        Self.putField(text, end, &place)
        Self.put(",", &place)
        if drawn >> 57 & 1 == 0 { Self.put(row + 1, digits: 1, &place) }
        Self.put(",", &place)
        if drawn >> 58 & 1 == 0 && row > 1 { Self.put(row - 1, digits: 1, &place) }
        Self.put("\n", &place)
    }

    /// Writes a field, in quotes if it needs them.
    private static func putField(
        _ text: UnsafeMutablePointer<UInt8>,
        _ end: UnsafeMutablePointer<UInt8>,
        _ place: inout UnsafeMutablePointer<UInt8>
    ) {
        let quote = UInt8(ascii: "\"")
        let bytes = UnsafeBufferPointer(start: text, count: end - text)
        let needsQuotes = bytes.contains { $0 == quote || $0 == 0x2C || $0 == 0x0A }
        if needsQuotes { put("\"", &place) }
        for byte in bytes {
            if byte == quote { put("\"", &place) }
            place.pointee = byte
            place += 1
        }
        if needsQuotes { put("\"", &place) }
    }

    private static func put(_ text: StaticString, _ place: inout UnsafeMutablePointer<UInt8>) {
        place.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
        place += text.utf8CodeUnitCount
    }

    private static func put(
        _ number: UInt64,
        digits: Int,
        _ place: inout UnsafeMutablePointer<UInt8>
    ) {
        var length = digits
        var bound = digits == 1 ? 10 : 100 as UInt64
        while number >= bound {
            length += 1
            let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
            if overflow { break }
            bound = next
        }
        var rest = number
        for index in stride(from: length - 1, through: 0, by: -1) {
            place[index] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        place += length
    }

    /// A step that leads through all of 0 ..< `count` before it comes back, in long strides.
    private static func step(through count: UInt64) -> UInt64 {
        var step = count * 618 / 1000 + 1
        while greatestCommonDivisor(step, count) != 1 { step += 1 }
        return step
    }

    private static func greatestCommonDivisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
        right == 0 ? left : greatestCommonDivisor(right, left % right)
    }
}
