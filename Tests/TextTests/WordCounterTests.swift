import Testing

@testable import Text

@Suite struct WordCounterTests {
    static let alphabet: [UInt8] = [
        UInt8(ascii: "a"), 0x20, 0x0A, 0x00, 0xC2, 0x85, 0xA0, 0xE2, 0x80, 0xE3, 0xFF,
    ]

    /// The words of a text, counted through a buffer of this size.
    private func counts(
        _ bytes: [UInt8],
        _ tokenizer: Tokenizer,
        bufferBytes: Int
    ) throws -> [[UInt8]: UInt64] {
        let counter = WordCounter(tokenizer: tokenizer)
        let tally = try counter.count(bytes: bytes, as: "test", bufferBytes: bufferBytes)
        #expect(tally.bytes == bytes.count)
        #expect(tally.words == counter.table.words)
        return Reference.contents(counter.table)
    }

    @Test(arguments: Tokenizer.allCases)
    func `every short text is split as Unicode says, wherever the buffer ends`(
        tokenizer: Tokenizer
    ) throws {
        var failures = 0
        try withEveryString(of: Self.alphabet, upTo: 4) { bytes in
            let expected =
                bytes.isEmpty ? [:] : Reference.counts(Reference.words(bytes, tokenizer))
            for bufferBytes in [1, 2, 3, 64] where failures < 5 {
                let found = try counts(bytes, tokenizer, bufferBytes: bufferBytes)
                if found != expected {
                    failures += 1
                    Issue.record("\(bytes) through \(bufferBytes) bytes: \(found)")
                }
            }
        }
    }

    @Test(arguments: Tokenizer.allCases, 1...8 as ClosedRange<UInt64>)
    func `long texts come out the same through buffers of any size`(
        tokenizer: Tokenizer,
        seed: UInt64
    ) throws {
        var dice = Dice(seed: seed)
        var bytes: [UInt8] = []
        while bytes.count < 20_000 {
            switch UInt8.random(in: 0..<8, using: &dice) {
            case 0: bytes += Reference.blanks.randomElement(using: &dice) ?? []
            case 1: bytes.append(.random(in: 0...255, using: &dice))
            case 2: bytes += Array("Ж日é".utf8)
            case 3: bytes += [UInt8](repeating: 0x62, count: .random(in: 1...40, using: &dice))
            case 4: bytes.append(Self.alphabet.randomElement(using: &dice) ?? 0)
            default: bytes += [0x61, 0x20]
            }
        }
        let expected = Reference.counts(Reference.words(bytes, tokenizer))
        for bufferBytes in [1, 7, 64, 1000, 1 << 16] {
            let found = try counts(bytes, tokenizer, bufferBytes: bufferBytes)
            #expect(found == expected, "seed \(seed), \(bufferBytes) bytes")
        }
    }

    @Test func `exactly the white space of Unicode separates`() throws {
        for value in 0...0x10FFFF as ClosedRange<UInt32> where value < 0x3100 || value % 97 == 0 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array("x\(Character(scalar))y".utf8)
            let table = WordCounter().table
            _ = try WordCounter(table: table).count(bytes: bytes, as: "test", bufferBytes: 64)
            let words: UInt64 = scalar.properties.isWhitespace ? 2 : 1
            #expect(table.words == words, "U+\(String(value, radix: 16))")
        }
    }

    @Test func `with single spaces, n spaces make n + 1 words, but an empty file none`() throws {
        let table = WordTable()
        let counter = WordCounter(tokenizer: .singleSpace, table: table)
        try counter.count(bytes: [])
        #expect(table.words == 0)
        try counter.count(bytes: Array("  a\n ".utf8))
        #expect(Reference.contents(table) == [[]: 3, Array("a\n".utf8): 1])
        table.removeAll()
        try counter.count(bytes: [0x0A])
        #expect(Reference.contents(table) == [[0x0A]: 1])
    }

    @Test func `a word at the limit counts, a byte more is refused with its place`() throws {
        let longest = [UInt8](repeating: 0x61, count: Limit.wordBytesMax)
        let counter = WordCounter()
        try counter.count(bytes: longest + [0x0A] + longest)
        #expect(counter.table.count(of: longest) == 2)
        #expect(throws: TextFailure.wordTooLong(path: "test", offset: 3)) {
            try counter.count(bytes: Array("ab ".utf8) + longest + [0x61], as: "test")
        }
        #expect(throws: TextFailure.wordTooLong(path: "test", offset: 3)) {
            try counter.count(bytes: Array("ab ".utf8) + longest + Array("abc d".utf8), as: "test")
        }
    }

    @Test func `a table emptied at every checkpoint misses nothing`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("text")
            var bytes: [UInt8] = []
            for number in 0..<200_000 { bytes += Array("word\(number % 1000) ".utf8) }
            try write(bytes, to: path)
            let counter = WordCounter()
            let all = WordTable()
            var places: [UInt64] = []
            let tally = try counter.count(path) { bytesRead in
                places.append(bytesRead)
                counter.table.forEach { all.add($0, count: $1) }
                counter.table.removeAll()
            }
            #expect(tally == WordCounter.Tally(bytes: UInt64(bytes.count), words: 200_000))
            #expect(all.words == 200_000)
            #expect(all.distinct == 1000)
            #expect(places.last == tally.bytes)
            #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 <= 16 << 20 })
            #expect(places.count > 4)
        }
    }

    @Test func `an error thrown at a checkpoint ends the count`() throws {
        struct Stop: Error {}
        try withTemporaryFolder { folder in
            let path = folder.appending("text")
            try write(Array("a b".utf8), to: path)
            #expect(throws: Stop.self) { try WordCounter().count(path) { _ in throw Stop() } }
        }
    }

    @Test func `what is no regular file is refused at once`() throws {
        try withTemporaryFolder { folder in
            let counter = WordCounter()
            #expect(throws: TextFailure.notRegularFile(path: folder, kind: "a folder")) {
                try counter.count(folder)
            }
            #expect(throws: TextFailure.notRegularFile(path: "/dev/null", kind: "a device")) {
                try counter.count("/dev/null")
            }
            let pipe = folder.appending("pipe")
            makePipe(pipe)
            #expect(throws: TextFailure.notRegularFile(path: pipe, kind: "a pipe")) {
                try counter.count(pipe)
            }
            let missing = folder.appending("missing")
            let failure = #expect(throws: TextFailure.self) { try counter.count(missing) }
            #expect(
                failure?.description == "cannot open \(missing): No such file or directory"
            )
            #expect(throws: TextFailure.self) { try counter.count("a\0b") }
        }
    }
}
