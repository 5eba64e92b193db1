import Testing

@testable import Text

@Suite struct RoutingTests {
    @Test func `the classic split is before m and from m on`() {
        let before = ["", "a", "lzz", "Z", "7", " m", "\u{0}", "l\u{FFFF}"]
        let after = ["m", "mm", "zoo", "{", "é", "日"]
        for word in before {
            #expect(Routing.firstLetter.part(of: Array(word.utf8), parts: 2) == 0)
        }
        for word in after { #expect(Routing.firstLetter.part(of: Array(word.utf8), parts: 2) == 1) }
        #expect((0...4).filter(Routing.firstLetter.isPossible) == [2])
        #expect((-1...4).filter(Routing.hash.isPossible) == [1, 2, 3, 4])
    }

    @Test func `a word goes to the same part in every run`() {
        // Worked out apart from this code.
        let words = ["", "a", "to", "be", "or", "not", "longer than eight"]
        let parts = words.map { Routing.hash.part(of: Array($0.utf8), parts: 1000) }
        #expect(parts == [957, 10, 253, 68, 162, 157, 288])
    }

    @Test(arguments: 1...9) func `parts are of about one size`(parts: Int) {
        var sizes = [Int](repeating: 0, count: parts)
        for number in 0..<9000 {
            sizes[Routing.hash.part(of: Array("word\(number)".utf8), parts: parts)] += 1
        }
        let fair = 9000 / parts
        #expect(sizes.allSatisfy { abs($0 - fair) < fair / 5 }, "\(sizes)")
        // Not all letters in one place, either.
        let letters = Set((0x61...0x7A).map { Routing.hash.part(of: [$0], parts: parts) })
        #expect(letters.count > parts / 2)
    }

    @Test(arguments: [2, 4, 8]) func `the words of a part are spread over a table`(parts: Int) {
        // Homes in a table of 64 slots, of the words of each part.
        var homes = [[Int]](repeating: [Int](repeating: 0, count: 64), count: parts)
        for number in 0..<64_000 {
            let word = Array("word\(number)".utf8)
            let key = word.withUnsafeBufferPointer { bytes in
                bytes.baseAddress.map { WordTable.key($0, length: bytes.count) }
            }
            let home = WordTable.home(of: key?.tag ?? 0, mask: 63)
            homes[Routing.hash.part(of: word, parts: parts)][home] += 1
        }
        let fair = 1000 / parts
        #expect(homes.joined().allSatisfy { $0 > fair / 2 && $0 < fair * 2 })
    }
}
