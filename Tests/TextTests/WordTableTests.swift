import Testing

@testable import Text

@Suite struct WordTableTests {
    /// Words that are alike in all the ways that matter to a table.
    static func randomWord(_ dice: inout Dice) -> [UInt8] {
        let length = Int.random(in: 0...20, using: &dice)
        return (0..<length).map { _ in [0, 0x61, 0x62, 0xFF].randomElement(using: &dice) ?? 0 }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `a table counts as a dictionary does`(seed: UInt64) {
        var dice = Dice(seed: seed)
        var expected: [[UInt8]: UInt64] = [:]
        let table = WordTable()
        for _ in 0..<8000 {
            let word = Self.randomWord(&dice)
            let count = UInt64.random(in: 0...3, using: &dice)
            table.add(word, count: count)
            if count > 0 { expected[word, default: 0] += count }
        }
        #expect(Reference.contents(table) == expected, "seed \(seed)")
        #expect(table.distinct == expected.count)
        #expect(table.words == expected.values.reduce(0, +))
        #expect(expected.allSatisfy { table.count(of: $0.key) == $0.value })
        #expect(table.count(of: Array("never seen".utf8)) == 0)
        let sorted = Reference.sorted(expected)
        #expect(table.sorted() == sorted, "seed \(seed)")
        for count in [-1, 0, 1, 10, 999, 1001, 1 << 20] {
            #expect(table.top(count) == Array(sorted.prefix(max(0, count))))
        }
    }

    @Test func `words that differ only in zeros at the end are different`() {
        let table = WordTable()
        for length in 0...20 { table.add([UInt8](repeating: 0, count: length)) }
        #expect(table.distinct == 21)
        #expect(table.sorted().map(\.word.count) == Array(0...20))
    }

    @Test func `words whose keys are the same are told apart by their bytes`() throws {
        // Of 150,000 words, about five pairs share the 31 bits of the hash.
        var seen: [UInt64: [UInt8]] = [:]
        var pair: ([UInt8], [UInt8])?
        for number in 0..<1_000_000 {
            let word = Array("alike---\(10_000_000 + number)".utf8)
            let tag = word.withUnsafeBufferPointer { bytes in
                bytes.baseAddress.map { WordTable.key($0, length: bytes.count).tag }
            }
            if let other = seen.updateValue(word, forKey: try #require(tag)) {
                pair = (other, word)
                break
            }
        }
        let (one, other) = try #require(pair)
        let table = WordTable()
        table.add(one)
        table.add(other, count: 2)
        #expect(table.count(of: one) == 1)
        #expect(table.count(of: other) == 2)
    }

    @Test func `an emptied table holds nothing, and lets go of memory unless told otherwise`() {
        let table = WordTable()
        let bytesAtFirst = table.bytesHeld
        for number in 0..<10_000 { table.add(Array("a longer word \(number)".utf8)) }
        let bytesAtMost = table.bytesHeld
        #expect(bytesAtMost > bytesAtFirst)
        table.removeAll(keepingCapacity: true)
        #expect(table.distinct == 0 && table.words == 0 && table.sorted().isEmpty)
        #expect(table.bytesHeld == bytesAtMost)
        table.add([0x61])
        #expect(table.sorted() == [WordCount(word: [0x61], count: 1)])
        table.removeAll()
        #expect(table.bytesHeld == bytesAtFirst)
        #expect(table.count(of: [0x61]) == 0)
    }
}
