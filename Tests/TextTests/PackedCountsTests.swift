import Foundation
import Testing

@testable import Text

@Suite struct PackedCountsTests {
    private func table(_ words: [String: UInt64]) -> WordTable {
        let table = WordTable()
        for (word, count) in words { table.add(Array(word.utf8), count: count) }
        return table
    }

    @Test func `sorted, they are as the documentation has them`() throws {
        let packed = table(["to": 2, "be": 1]).packed(isSorted: true)
        let bytes: [UInt8] = [
            0x4C, 0x43, 0x57, 0x43, 0x01, 0x02, 0x02, 0x62, 0x65, 0x01, 0x02, 0x74, 0x6F, 0x02,
        ]
        #expect(packed.bytes == bytes)
        #expect(packed.words == 3 && packed.entries == 2 && !packed.isEmpty)
        #expect("\(packed)" == "3 words in 2 entries, 14 bytes")
        #expect(try PackedCounts(checking: bytes) == packed)
        #expect(
            String(decoding: try JSONEncoder().encode([packed]), as: UTF8.self)
                == #"["TENXQwECAmJlAQJ0bwI"]"#
        )
    }

    @Test func `no counts are what an empty table packs`() throws {
        #expect(PackedCounts() == WordTable().packed())
        #expect(PackedCounts().isEmpty)
        #expect(try PackedCounts(checking: PackedCounts().bytes) == PackedCounts())
    }

    @Test func `a word that comes twice adds up`() throws {
        let packed = try PackedCounts(checking: Array("LCWC\u{1}\u{2}\u{1}a\u{3}\u{1}a\u{4}".utf8))
        #expect(packed.words == 7 && packed.entries == 2)
        let counts = WordCounts(packed)
        #expect(counts.words == 7 && counts.distinct == 1)
    }

    @Test func `all numbers take the bytes that were foreseen`() throws {
        let table = WordTable()
        for shift in 0..<64 as Range<UInt64> {
            table.removeAll()
            table.add([UInt8](repeating: 0x61, count: Int(shift) * 5), count: 1 << shift)
            let packed = table.packed()
            #expect(try PackedCounts(checking: packed.bytes) == packed)
            table.removeAll()
            table.add([0x61], count: (1 << shift) - 1)
            #expect(try PackedCounts(checking: table.packed().bytes) == table.packed())
        }
    }

    @Test func `decoding checks as well`() throws {
        func decode(_ text: String) throws -> PackedCounts {
            let data = Data("[\"\(text)\"]".utf8)
            return try #require(JSONDecoder().decode([PackedCounts].self, from: data).first)
        }
        let good = "TENXQwECAmJlAQJ0bwI"
        #expect(try decode(good).words == 3)
        for bad in ["", "TENXQwE", String(good.dropLast()), good + "A", good + "=", "TENXQwEB AA"] {
            let error = #expect(throws: DecodingError.self, "\(bad)") { try decode(bad) }
            guard case .dataCorrupted(let context) = error else {
                Issue.record("\(bad): \(error as Any)")
                continue
            }
            #expect(context.debugDescription.hasPrefix("packed counts"))
        }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(WordCounts.self, from: Data("\"TENXQwEB\"".utf8))
        }
    }

    @Test(arguments: Routing.allCases)
    func `split, each word is in its part, and nothing is lost`(routing: Routing) throws {
        let table = WordTable()
        var dice = Dice(seed: 1)
        for _ in 0..<500 { table.add(WordTableTests.randomWord(&dice)) }
        for number in 0..<500 { table.add(Array("\(number) and more".utf8)) }
        for letter in 0...255 as ClosedRange<UInt8> { table.add([letter]) }
        for parts in 1...5 where routing.isPossible(parts: parts) {
            for isSorted in [false, true] {
                let split = table.packed(into: parts, by: routing, isSorted: isSorted)
                #expect(split.count == parts)
                let whole = WordTable()
                for (part, packed) in split.enumerated() {
                    #expect(try PackedCounts(checking: packed.bytes) == packed)
                    whole.merge(packed)
                    packed.forEach { word, _ in
                        #expect(routing.part(of: Array(word), parts: parts) == part)
                    }
                }
                #expect(Reference.contents(whole) == Reference.contents(table))
                #expect(whole.words == table.words)
            }
        }
    }

    @Test func `base64url is that of RFC 4648, written in one way only`() {
        for (bytes, text) in [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
        ] {
            #expect(Base64.text(of: Array(bytes.utf8)) == text)
            #expect(Base64.bytes(of: text) == Array(bytes.utf8))
        }
        #expect(Base64.text(of: [0xFB, 0xFF, 0xFE]) == "-__-")
        for bad in ["A", "Zh", "Zm9", "Zm9v=", "Zg==", "Z+", "Z/", "Zé", "AAAAA", "A\u{0}AA"] {
            #expect(Base64.bytes(of: bad) == nil, "\(bad)")
        }
        for seed in 0..<200 as Range<UInt64> {
            var dice = Dice(seed: seed)
            let bytes = (0..<seed).map { _ in UInt8.random(in: 0...255, using: &dice) }
            #expect(Base64.bytes(of: Base64.text(of: bytes)) == bytes, "seed \(seed)")
        }
    }
}
