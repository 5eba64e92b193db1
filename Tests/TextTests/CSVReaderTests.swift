import Testing

@testable import Text

/// CSV as the documentation of `Format.csv` has it, one byte at a time over the whole of it.
private struct PlainCSV {
    var rows: [(line: UInt64, fields: [[UInt8]])] = []
    var failure: (line: UInt64, fault: CSVFault)?

    init(_ all: [UInt8]) {
        let bytes = Array(all.starts(with: [0xEF, 0xBB, 0xBF]) ? all[3...] : all[...])
        let quote = UInt8(ascii: "\"")
        let comma = UInt8(ascii: ",")
        var index = 0

        func line(_ place: Int) -> UInt64 { UInt64(bytes[..<place].count { $0 == 0x0A }) + 1 }
        func rowEnd(_ place: Int) -> Int? {
            if place == bytes.count { return 0 }
            if bytes[place] == 0x0A { return 1 }
            return bytes[place...].starts(with: [0x0D, 0x0A]) ? 2 : nil
        }

        while index < bytes.count {
            if let length = rowEnd(index) {
                index += length
                continue
            }
            var fields: [[UInt8]] = []
            let rowLine = line(index)
            while true {
                var field: [UInt8] = []
                if index < bytes.count && bytes[index] == quote {
                    let start = index
                    index += 1
                    while true {
                        if index == bytes.count {
                            failure = (line(start), .unclosedQuote)
                            return
                        }
                        if bytes[index] != quote {
                            field.append(bytes[index])
                            index += 1
                        } else if bytes[index...].starts(with: [quote, quote]) {
                            field.append(quote)
                            index += 2
                        } else {
                            index += 1
                            break
                        }
                    }
                    if rowEnd(index) == nil && bytes[index] != comma {
                        failure = (line(index), .textAfterClosingQuote)
                        return
                    }
                } else {
                    while rowEnd(index) == nil && bytes[index] != comma {
                        if bytes[index] == quote {
                            failure = (line(index), .quoteInUnquotedField)
                            return
                        }
                        field.append(bytes[index])
                        index += 1
                    }
                }
                fields.append(field)
                if let length = rowEnd(index) {
                    index += length
                    break
                }
                index += 1
            }
            rows.append((rowLine, fields))
        }
    }

    /// What counting a column comes to: the words before the first fault, and the fault.
    func count(
        column: String,
        _ tokenizer: Tokenizer
    ) -> (counts: [[UInt8]: UInt64], failure: (line: UInt64, fault: CSVFault)?) {
        guard let header = rows.first else {
            return ([:], failure ?? (1, .missingColumn(column, columns: [])))
        }
        guard let wanted = header.fields.firstIndex(of: Array(column.utf8)) else {
            let names = header.fields.map { String(decoding: $0, as: UTF8.self) }
            return ([:], (header.line, .missingColumn(column, columns: names)))
        }
        var words: [[UInt8]] = []
        for (line, fields) in rows.dropFirst() {
            if fields.count != header.fields.count {
                let fault = CSVFault.fieldCount(
                    found: fields.count,
                    expected: header.fields.count
                )
                return (Reference.counts(words), (line, fault))
            }
            let field = fields[wanted]
            let isSkipped = field == [0x0A] || field == [0x0D, 0x0A]
            if tokenizer == .singleSpace && isSkipped { continue }
            words += Reference.words(field, tokenizer)
        }
        return (Reference.counts(words), failure)
    }
}

@Suite struct CSVReaderTests {
    /// Compares the reader with the plain parser, through buffers of several sizes.
    private func differences(
        _ bytes: [UInt8],
        column: String,
        _ tokenizer: Tokenizer,
        _ bufferSizes: [Int]
    ) throws -> [String] {
        let expected = PlainCSV(bytes).count(column: column, tokenizer)
        var differences: [String] = []
        for bufferBytes in bufferSizes {
            let counter = WordCounter(format: .csv(column: column), tokenizer: tokenizer)
            var found: TextFailure?
            do {
                _ = try counter.count(bytes: bytes, as: "test", bufferBytes: bufferBytes)
            } catch let failure as TextFailure {
                found = failure
            }
            let wanted = expected.failure.map {
                TextFailure.malformedCSV(path: "test", line: $0.line, fault: $0.fault)
            }
            let contents = Reference.contents(counter.table)
            // What was counted before a fault is not promised.
            if found != wanted || (wanted == nil && contents != expected.counts) {
                differences.append(
                    "\(String(decoding: bytes, as: UTF8.self).debugDescription) through"
                        + " \(bufferBytes): \(contents), \(found as Any)"
                )
            }
        }
        return differences
    }

    private static let alphabet = Array("a\",\n\r ".utf8)

    @Test(arguments: ["", "a\n", "a,b\n", "b,a\r\n"], Tokenizer.allCases)
    func `every short file is read as a plain parser reads it`(
        header: String,
        tokenizer: Tokenizer
    ) throws {
        var failures: [String] = []
        try withEveryString(of: Self.alphabet, upTo: 5) { bytes in
            if failures.count < 5 {
                failures += try differences(
                    Array(header.utf8) + bytes,
                    column: "a",
                    tokenizer,
                    [4, 64]
                )
            }
        }
        #expect(failures == [])
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `long files come out the same through buffers of any size`(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let pieces = ["a", "ж", "\u{A0}", " ", "\"\"", ",", "\n", "\r", "word word", "\r\n"]
        var text = seed % 2 == 0 ? "\u{FEFF}" : ""
        text += "id,the text\n"
        for row in 0..<200 {
            let field = (0..<Int.random(in: 0...30, using: &dice)).map { _ in
                pieces.randomElement(using: &dice) ?? ""
            }.joined()
            text += "\(row),\"\(field)\"\(Bool.random(using: &dice) ? "\n" : "\r\n")"
        }
        for tokenizer in Tokenizer.allCases {
            let found = try differences(
                Array(text.utf8),
                column: "the text",
                tokenizer,
                [4, 5, 13, 100, 1 << 16]
            )
            #expect(found == [], "seed \(seed)")
        }
    }

    @Test(arguments: [
        ("id,body\n1,x\n", 1, CSVFault.missingColumn("text", columns: ["id", "body"])),
        ("", 1, .missingColumn("text", columns: [])),
        ("id,text\n1,a\n\n2\n", 4, .fieldCount(found: 1, expected: 2)),
        ("id,text\n1,a,b\n", 2, .fieldCount(found: 3, expected: 2)),
        ("id,text\n1,\"a\nb\"\n2,c\"d\n", 4, .quoteInUnquotedField),
        ("id,text\n1,\"a\"b\n", 2, .textAfterClosingQuote),
        ("id,text\n1,a\n2,\"b\nc\nd", 3, .unclosedQuote),
    ])
    func `a fault is named with its line`(text: String, line: UInt64, fault: CSVFault) throws {
        for bufferBytes in [4, 64] {
            let counter = WordCounter(format: .csv(column: "text"))
            #expect(throws: TextFailure.malformedCSV(path: "test", line: line, fault: fault)) {
                try counter.count(bytes: Array(text.utf8), as: "test", bufferBytes: bufferBytes)
            }
        }
    }

    @Test func `a header without end is refused before it fills the memory`() throws {
        let commas = [UInt8](repeating: 0x2C, count: Limit.headerBytesMax + 1)
        let fault = CSVFault.headerTooLong
        #expect(throws: TextFailure.malformedCSV(path: "test", line: 1, fault: fault)) {
            try WordCounter(format: .csv(column: "a")).count(bytes: commas, as: "test")
        }
    }

    @Test func `a word over the limit is refused with its place, a field may be larger`() throws {
        let word = [UInt8](repeating: 0x61, count: Limit.wordBytesMax - 1)
        let start = Array("id,text\n1,\"".utf8)
        let counter = WordCounter(format: .csv(column: "text"))
        try counter.count(bytes: start + word + [0x20] + word + Array("\"\n2,b\n".utf8))
        #expect(counter.table.count(of: word) == 2)
        #expect(counter.table.words == 3)
        let offset = UInt64(start.count + 2)
        #expect(throws: TextFailure.wordTooLong(path: "test", offset: offset)) {
            try counter.count(
                bytes: start + Array("b ".utf8) + word + Array("aa\"\n".utf8),
                as: "test"
            )
        }
    }
}
