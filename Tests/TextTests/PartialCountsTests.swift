import Testing

@testable import Text

@Suite struct PartialCountsTests {
    private func randomTable(seed: UInt64) -> WordTable {
        var dice = Dice(seed: seed)
        let table = WordTable()
        for _ in 0..<Int.random(in: 0...60, using: &dice) {
            let count = UInt64.random(in: 1...UInt64.max >> 8, using: &dice)
            table.add(
                WordTableTests.randomWord(&dice),
                count: count >> UInt64.random(in: 0..<56, using: &dice)
            )
        }
        return table
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func `what was packed comes out, and adds up`(seed: UInt64) throws {
        let table = randomTable(seed: seed)
        let contents = Reference.contents(table)
        let bytes = PartialCounts.encode(table)
        let other = WordTable()
        try PartialCounts.merge(bytes, into: other)
        #expect(Reference.contents(other) == contents, "seed \(seed)")
        try PartialCounts.merge(bytes, into: other)
        #expect(Reference.contents(other) == contents.mapValues { $0 * 2 }, "seed \(seed)")
        #expect(other.words == table.words * 2)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `bytes that were cut short or changed add all or nothing`(seed: UInt64) {
        var dice = Dice(seed: seed)
        let bytes = PartialCounts.encode(randomTable(seed: seed))
        for length in 0..<bytes.count {
            let table = WordTable()
            #expect(throws: DecodingFailure.self, "seed \(seed), \(length) bytes") {
                try PartialCounts.merge(Array(bytes[..<length]), into: table)
            }
            #expect(table.distinct == 0 && table.words == 0)
        }
        for _ in 0..<300 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...3, using: &dice) {
                let place = Int.random(in: 0..<bytes.count, using: &dice)
                changed[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &dice) ?? 0
            }
            let table = WordTable()
            table.add([0x61])
            do {
                try PartialCounts.merge(changed, into: table)
            } catch {
                #expect(table.distinct == 1 && table.words == 1, "seed \(seed)")
                #expect(error.offset <= changed.count)
            }
        }
    }

    @Test func `each fault has its name`() {
        func reason(_ rest: [UInt8], after start: String = "LCWC\u{1}") -> DecodingFailure.Reason? {
            do {
                let table = WordTable()
                table.add([0x62], count: 1)
                try PartialCounts.merge(Array(start.utf8) + rest, into: table)
                return nil
            } catch {
                return error.reason
            }
        }
        let most: [UInt8] = [255, 255, 255, 255, 255, 255, 255, 255, 255, 1]
        #expect(reason([0]) == nil)
        #expect(reason([1, 1, 0x61, 1]) == nil)
        #expect(reason([0], after: "LCWC\u{2}") == .notCounts)
        #expect(reason([]) == .notCounts)
        #expect(reason([1]) == .truncated)
        #expect(reason([1, 2, 0x61]) == .truncated)
        #expect(reason([0x80, 0]) == .malformedNumber)
        #expect(reason(most.dropLast() + [2]) == .malformedNumber)
        #expect(reason([1, 0xFF, 0xFF, 0xFF, 0xFF, 1]) == .wordTooLong)
        #expect(reason([1, 1, 0x61, 0]) == .zeroCount)
        #expect(reason([1, 1, 0x61] + most) == .overflow)
        #expect(reason([0, 0]) == .trailingBytes)
    }
}
