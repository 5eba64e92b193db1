import Foundation
import Testing

@testable import Text

@Suite struct ChunkCounterTests {
    /// What a file came to: its counts, or why it could not be counted.
    private typealias Outcome = Result<WordCounts, TextFailure>

    private func whole(_ bytes: [UInt8], _ format: Format, _ tokenizer: Tokenizer) -> Outcome {
        let counter = WordCounter(format: format, tokenizer: tokenizer)
        do {
            try counter.count(bytes: bytes, as: "test")
            return .success(WordCounts(counter.table))
        } catch let failure as TextFailure {
            return .failure(failure)
        } catch {
            Issue.record("\(error)")
            return .success(WordCounts())
        }
    }

    /// Counts in chunks, whose ends `end` names.
    ///
    /// `end` is asked for the end of the next chunk, and again, with a larger number of fruitless
    /// chunks, while nothing was whole.
    private func chunked(
        _ bytes: [UInt8],
        _ format: Format,
        _ tokenizer: Tokenizer,
        tellsEnd: Bool = true,
        onPlace: (ReadingPlace) -> Void = { _ in },
        end: (_ place: Int, _ fruitless: Int) -> Int
    ) -> Outcome {
        let counter = ChunkCounter(format: format, tokenizer: tokenizer)
        var counts = WordCounts()
        var place = ReadingPlace.start
        var fruitless = 0
        while !place.isEnd {
            let start = Int(place.offset)
            let stop = min(bytes.count, end(start, fruitless))
            // Who does not know the size of a file learns of its end by reading nothing more.
            let isLast = stop == bytes.count && (tellsEnd || fruitless > 0)
            do {
                let tally = try counter.count(
                    Array(bytes[start..<stop]),
                    from: place,
                    isLast: isLast,
                    as: "test"
                )
                counts.merge(tally.words)
                let isStuck = tally.place == place
                if isStuck && !tally.words.isEmpty || isStuck && isLast {
                    Issue.record("\(bytes): words at \(place), and no step from it")
                    return .success(counts)
                }
                fruitless = isStuck ? fruitless + 1 : 0
                place = tally.place
                onPlace(place)
            } catch {
                return .failure(error)
            }
        }
        #expect(place.offset == bytes.count)
        return .success(counts)
    }

    /// Compares all ways to cut a file with the whole of it.
    private func differences(
        _ bytes: [UInt8],
        _ format: Format,
        _ tokenizer: Tokenizer,
        isThorough: Bool = false
    ) -> [String] {
        let expected = whole(bytes, format, tokenizer)
        let count = bytes.count
        var differences: [String] = []
        func check(_ found: Outcome, _ how: String) {
            if found == expected { return }
            let text = String(decoding: bytes, as: UTF8.self).debugDescription
            differences.append("\(text) \(tokenizer) \(how): \(found) for \(expected)")
        }
        for size in 1...max(1, count) {
            check(
                chunked(bytes, format, tokenizer) { $0 + size + $1 },
                "in chunks of \(size)"
            )
        }
        for cut in 0...count {
            let found = chunked(bytes, format, tokenizer, tellsEnd: !isThorough) {
                $0 < cut && $1 == 0 ? cut : count
            }
            check(found, "cut at \(cut)")
            if !isThorough { continue }
            for other in cut...count {
                let found = chunked(bytes, format, tokenizer) {
                    $0 < cut && $1 == 0 ? cut : $0 < other && $1 < 2 ? other : count
                }
                check(found, "cut at \(cut) and \(other)")
            }
        }
        return differences
    }

    private static let nastyTexts =
        [
            "", " ", "  ", "a", "a ", " a", "a  b ", "a b", "\n", "\r\n", "a\r\nb\n", "\u{FEFF}a b",
            "a\u{2003}b\u{A0}", "a\u{2028}\u{3000}\u{1680}b", "Ж日é Ж日é", "word\tword\u{0}word x",
            "longer-than-eight-bytes longer-than-eight-byteS  longer",
        ].map { Array($0.utf8) } + [
            [0xE2], [0xE2, 0x80], [0x61, 0xC2], [0xC2, 0x20, 0xE3, 0x80, 0x20],
        ]

    private static let nastyTables =
        [
            "", "\n", "\n\r\n", "a", "a\n", "a\r\n", "\u{FEFF}a\nx y\n", "\u{FEFF}",
            "\u{FEFF}\n\na\nx",
            "a,b\nx y,1\nz,2\n", "a,b\r\nx y,1\r\nz,2",
            "b,a\n1,\"x \"\"y\"\" z\"\n2,\"p\nq\r\nr\"\n",
            "a\n\"\n\"\n\"\r\n\"\n\n\nx\n", "a\n\"\"\n \nx  y \n", "a,b\n,\n,\n",
            "\"a\",b\n\"x\",\"\"\n",
            "a\nx\ry\n\r\nz\r", "a\n\"x\"\r\n\"y\"", "\"a\nb\",a\n1,x\n", "a\n\"x,y\",\n",
            "a,b\nx\n",
            "a\nx\"y\nz\n", "a\n\"x\"y\nz\n", "a\nx\n\"y\nz\nw", "b\nx\n",
            "a,b\n1,2\n\n\n3,\"\n4\n",
            "a\n1\n2\n3\n4\n5,5\n6\n", "a\nx\n\"y\"\"", "a\n\"\r\"\n\"\n\n\"\n\"\r\r\n\"",
        ].map { Array($0.utf8) } + [
            [0xEF], [0xEF, 0xBB], [0xEF, 0x0A, 0x61], [0xEF, 0xBB, 0xBE, 0x0A],
        ]

    @Test(arguments: Tokenizer.allCases)
    func `a nasty text comes to the same wherever it is cut`(tokenizer: Tokenizer) {
        for bytes in Self.nastyTexts {
            #expect(differences(bytes, .text, tokenizer, isThorough: true) == [])
        }
    }

    @Test(arguments: Tokenizer.allCases)
    func `a nasty table comes to the same wherever it is cut`(tokenizer: Tokenizer) {
        for bytes in Self.nastyTables {
            #expect(differences(bytes, .csv(column: "a"), tokenizer, isThorough: true) == [])
        }
    }

    @Test(arguments: Tokenizer.allCases)
    func `every short text comes to the same wherever it is cut`(tokenizer: Tokenizer) {
        var failures: [String] = []
        withEveryString(of: WordCounterTests.alphabet, upTo: 3) { bytes in
            if failures.count < 5 { failures += differences(bytes, .text, tokenizer) }
        }
        #expect(failures == [])
    }

    @Test(arguments: ["", "a\n", "a,b\n"], Tokenizer.allCases)
    func `every short table comes to the same wherever it is cut`(
        header: String,
        tokenizer: Tokenizer
    ) {
        var failures: [String] = []
        let length = header.isEmpty ? 3 : 4
        withEveryString(of: Array("a\",\n\r ".utf8), upTo: length) { bytes in
            if failures.count < 5 {
                let file = Array(header.utf8) + bytes
                failures += differences(file, .csv(column: "a"), tokenizer)
            }
        }
        #expect(failures == [])
    }

    @Test(arguments: Tokenizer.allCases, 1...20 as ClosedRange<UInt64>)
    func `long files come to the same in chunks of any sizes`(tokenizer: Tokenizer, seed: UInt64) {
        var dice = Dice(seed: seed)
        let pieces = [
            "a", "ж", "\u{A0}", " ", "\"\"", ",", "\n", "\r", "word word", "\r\n", "\u{3000}",
        ]
        var text = seed % 2 == 0 ? "\u{FEFF}" : ""
        text += "id,the text\r\n"
        for row in 0..<100 {
            let field = (0..<Int.random(in: 0...30, using: &dice)).map { _ in
                pieces.randomElement(using: &dice) ?? ""
            }.joined()
            text += "\(row),\"\(field)\"\(Bool.random(using: &dice) ? "\n" : "\r\n")"
            if Int.random(in: 0..<2000, using: &dice) == 0 { text += "a fault" }
        }
        let bytes = Array(text.utf8)
        for format in [Format.text, .csv(column: "the text")] {
            let expected = whole(bytes, format, tokenizer)
            for sizeMax in [1, 3, 10, 100, 1000, 5000] {
                var sizes = Dice(seed: seed)
                let found = chunked(bytes, format, tokenizer, tellsEnd: seed % 3 > 0) {
                    $0 + Int.random(in: 1...sizeMax, using: &sizes) + $1 * 20
                }
                #expect(found == expected, "seed \(seed), \(format), up to \(sizeMax) bytes")
            }
        }
    }

    @Test func `a place comes back from its bytes, and one that no file has is refused`() throws {
        var places: [ReadingPlace] = [.start]
        for bytes in Self.nastyTables {
            _ = chunked(bytes, .csv(column: "a"), .whiteSpace, onPlace: { places.append($0) }) {
                $0 + 1 + $1
            }
        }
        #expect(Set(places).count > 30)
        for place in places {
            let json = try JSONEncoder().encode(place)
            #expect(try JSONDecoder().decode(ReadingPlace.self, from: json) == place)
        }
        for json in [
            #"{"offset":18446744073709551615,"isEnd":false,"newlines":0}"#,
            #"{"offset":5,"isEnd":false,"newlines":6}"#,
            #"{"offset":5,"isEnd":false,"newlines":1,"columns":2,"wanted":2}"#,
            #"{"offset":5,"isEnd":false,"newlines":1,"columns":2,"wanted":-1}"#,
        ] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(ReadingPlace.self, from: Data(json.utf8))
            }
        }
    }

    @Test func `after the end nothing is counted any more`() throws {
        let counter = ChunkCounter(tokenizer: .singleSpace)
        let tally = try counter.count(Array("a ".utf8), from: .start, isLast: true)
        #expect(tally.place.isEnd && tally.words.words == 2)
        let again = try counter.count([], from: tally.place, isLast: true)
        #expect(again.place == tally.place && again.words.isEmpty)
        #expect("\(tally.place)" == "byte 2, the end")
    }

    @Test func `a word over the limit is refused with its place, whatever the chunks`() throws {
        let word = [UInt8](repeating: 0x61, count: Limit.wordBytesMax + 1)
        let text = Array("ab ".utf8) + word + Array("a b".utf8)
        let table = Array("a,b\n1,2\nb \"".utf8).dropLast() + word + Array("a,2\n".utf8)
        for size in [9 << 20, 40 << 20] {
            for (bytes, format) in [(text, Format.text), (table, .csv(column: "a"))] {
                let expected = whole(bytes, format, .whiteSpace)
                let found = chunked(bytes, format, .whiteSpace) { $0 + size << $1 }
                #expect(found == expected && expected != .success(WordCounts()))
            }
        }
    }

    @Test func `a row that never ends is refused, and so is a header`() throws {
        let counter = ChunkCounter(format: .csv(column: "a"))
        let file = Array("a\n\nx\n\"y z\n\n  ".utf8)
        func place(_ chunk: ArraySlice<UInt8>, _ place: ReadingPlace, _ max: Int) throws
            -> ReadingPlace
        {
            var counts = WordCounts()
            return try counter.count(
                Array(chunk),
                from: place,
                isLast: false,
                as: "test",
                into: &counts,
                rowBytesMax: max
            )
        }
        // There are whole rows in the first chunk, and none after them.
        let row = try place(file[...], .start, 1)
        #expect(row.offset == 5)
        let rest = file[5...]
        #expect(try place(rest, row, rest.count) == row)
        let failure = TextFailure.malformedCSV(path: "test", line: 4, fault: .rowTooLong)
        #expect(throws: failure) { try place(rest, row, rest.count - 1) }
        #expect(failure.description.hasPrefix("test:4: the row that begins here is longer"))

        let commas = [UInt8](repeating: 0x2C, count: Limit.headerBytesMax + 1)
        #expect(
            throws: TextFailure.malformedCSV(path: "test", line: 1, fault: .headerTooLong)
        ) { try counter.count(commas, from: .start, isLast: false, as: "test") }
    }

    @Test func `a fault is found before the end of a quote that is left open`() {
        let counter = ChunkCounter(format: .csv(column: "a"))
        // The quote in the second row turns all that follows inside out.
        let chunk = Array("a\nx\"y\nz\nw\n".utf8)
        #expect(
            throws: TextFailure.malformedCSV(path: "test", line: 2, fault: .quoteInUnquotedField)
        ) {
            let tally = try counter.count(chunk, from: .start, isLast: false, as: "test")
            #expect(tally.place.offset == 2)
            _ = try counter.count(Array(chunk[2...]), from: tally.place, isLast: false, as: "test")
        }
    }
}
