import Foundation
import Testing

@testable import Text

@Suite struct WordCountsTests {
    private func word(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func contents(_ counts: WordCounts) -> [[UInt8]: UInt64] {
        var contents: [[UInt8]: UInt64] = [:]
        counts.forEach { word, count in contents[Array(word)] = count }
        return contents
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `counts change as dictionaries do, and no copy notices`(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        var values = [WordCounts](repeating: WordCounts(), count: 3)
        var models = [[[UInt8]: UInt64]](repeating: [:], count: 3)
        for _ in 0..<500 {
            let one = Int.random(in: 0..<3, using: &dice)
            let other = Int.random(in: 0..<3, using: &dice)
            // Sums double with each merge; they must not reach the limit.
            let isSmall = values[one].words < 1 << 40 && values[other].words < 1 << 40
            switch Int.random(in: 0..<20, using: &dice) {
            case 0:
                values[one] = values[other]
                models[one] = models[other]
            case 1 where isSmall:
                values[one].merge(values[other])
                models[one].merge(models[other]) { $0 + $1 }
            case 2 where isSmall:
                let isSorted = Bool.random(using: &dice)
                values[one].merge(values[other].packed(isSorted: isSorted))
                models[one].merge(models[other]) { $0 + $1 }
            case 3:
                values[one] = WordCounts()
                models[one] = [:]
            default:
                let word = WordTableTests.randomWord(&dice)
                let count = UInt64.random(in: 0...3, using: &dice)
                values[one].add(word, count: count)
                if count > 0 { models[one][word, default: 0] += count }
            }
            for (value, model) in zip(values, models) {
                try #require(contents(value) == model, "seed \(seed)")
                #expect(value.distinct == model.count && value.isEmpty == model.isEmpty)
                #expect(value.words == model.values.reduce(0, +))
            }
            #expect((values[one] == values[other]) == (models[one] == models[other]))
        }
        #expect(values[0].sorted() == Reference.sorted(models[0]))
        #expect(values[0].top(3) == Array(Reference.sorted(models[0]).prefix(3)))
        #expect(models[0].allSatisfy { values[0].count(of: $0.key) == $0.value })
    }

    @Test func `values are equal exactly if their counts are`() {
        // All counts from 0 to 2 of words that are alike in all ways.
        let words = [[], [0x61], word("12345678"), word("123456789"), word("12345678A")]
        var values: [WordCounts] = [WordCounts()]
        var models: [[UInt64]] = [[]]
        for word in words {
            var longer: [WordCounts] = []
            for value in values {
                for count in 0...2 as ClosedRange<UInt64> {
                    var next = value
                    next.add(word, count: count)
                    longer.append(next)
                }
            }
            values = longer
            models = models.flatMap { model in [0, 1, 2].map { model + [$0] } }
        }
        #expect(values.count == 243)
        for (one, left) in values.enumerated() {
            for (other, right) in values.enumerated() {
                #expect((left == right) == (models[one] == models[other]))
            }
        }
        #expect(Set(values).count == 243)
        #expect(Set(values.map(\.hashValue)).count == 243)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `equal values have equal hashes and bytes, whatever their history`(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let words = (0..<Int.random(in: 1...2000, using: &dice)).map { _ in
            WordTableTests.randomWord(&dice)
        }
        var one = WordCounts()
        for word in words { one.add(word) }
        // In another order, and out of a table that was once larger.
        let table = WordTable()
        for number in 0..<1000 { table.add(word("\(number)")) }
        table.removeAll(keepingCapacity: true)
        for word in words.shuffled(using: &dice) { table.add(word) }
        let other = WordCounts(table)
        #expect(one == other && one.hashValue == other.hashValue)
        #expect(one.packed() == other.packed())
        let json = try JSONEncoder().encode(one)
        #expect(try JSONEncoder().encode(other) == json)
        #expect(try JSONDecoder().decode(WordCounts.self, from: json) == one)
        #expect(
            one.packed(into: 3, by: .hash) == other.packed(into: 3, by: .hash),
            "seed \(seed)"
        )
        var packedWords: [[UInt8]] = []
        one.packed().forEach { word, _ in packedWords.append(Array(word)) }
        #expect(packedWords == Set(words).sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test func `no words have no table, and are the same as words that are gone`() {
        #expect(WordCounts().bytesHeld == 0)
        #expect(WordCounts(WordTable()).bytesHeld == 0)
        var counts = WordCounts()
        counts.add(word("a"), count: 0)
        counts.merge(WordCounts())
        counts.merge(PackedCounts())
        #expect(counts.bytesHeld == 0 && counts == WordCounts())
        // A step that found nothing has a table, and nothing in it.
        _ = counts.ownTable()
        #expect(counts.bytesHeld > 0 && counts == WordCounts())
        #expect(counts.hashValue == WordCounts().hashValue)
        #expect(counts.packed(into: 2, by: .firstLetter) == [PackedCounts(), PackedCounts()])
        #expect(WordCounts().packed(into: 2, by: .hash) == [PackedCounts(), PackedCounts()])
    }

    @Test func `five words are small`() {
        var counts = WordCounts()
        for text in ["to", "be", "or", "not", "that"] { counts.add(word(text)) }
        #expect(counts.bytesHeld < 1000)
    }

    @Test func `it tells how much it is, and whether more would be too much`() {
        var counts = WordCounts()
        #expect("\(counts)" == "0 words, 0 different")
        counts.add(word("a"))
        #expect("\(counts)" == "1 word, 1 different")
        counts.add(word("b"), count: .max - 2)
        #expect("\(counts)" == "18446744073709551614 words, 2 different")
        var more = WordCounts()
        more.add(word("a"))
        #expect(counts.hasRoom(for: more.packed()))
        more.add(word("a"))
        #expect(!counts.hasRoom(for: more.packed()))
    }
}
