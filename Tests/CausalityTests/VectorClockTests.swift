import FoundationEssentials
import Testing

@testable import Causality

@Suite struct VectorClockTests {
    /// All clocks over three nodes with counts up to two.
    private static let clocks: [(clock: VectorClock, counts: [Int])] = {
        var list: [(VectorClock, [Int])] = []
        for a in 0...2 {
            for b in 0...2 {
                for c in 0...2 {
                    var clock = VectorClock()
                    for (node, count) in [a, b, c].enumerated() {
                        for _ in 0..<count { clock.tick(node) }
                    }
                    list.append((clock, [a, b, c]))
                }
            }
        }
        return list
    }()

    @Test func `order and merge are those of the definition, for all pairs`() {
        for (left, leftCounts) in Self.clocks {
            for (right, rightCounts) in Self.clocks {
                let isAtMost = zip(leftCounts, rightCounts).allSatisfy { $0 <= $1 }
                let isAtLeast = zip(leftCounts, rightCounts).allSatisfy { $0 >= $1 }
                let expected: CausalOrder =
                    switch (isAtMost, isAtLeast) {
                    case (true, true): .equal
                    case (true, false): .before
                    case (false, true): .after
                    case (false, false): .concurrent
                    }
                #expect(left.order(to: right) == expected, "\(leftCounts) \(rightCounts)")
                #expect((left == right) == (leftCounts == rightCounts))
                var merged = left
                merged.merge(right)
                for node in 0..<3 {
                    #expect(merged[node] == max(leftCounts[node], rightCounts[node]))
                }
            }
        }
    }

    @Test func `a receive comes after its send and after what the receiver did before`() {
        var sender = VectorClock()
        var receiver = VectorClock()
        receiver.tick(5)
        let before = receiver
        sender.tick(0)
        receiver.merge(sender)
        receiver.tick(5)
        #expect(sender.order(to: receiver) == .before)
        #expect(before.order(to: receiver) == .before)
        #expect(before.order(to: sender) == .concurrent)
        #expect(receiver[5] == 2 && receiver[0] == 1 && receiver[99] == 0)
    }

    @Test func `the text form is a list, and only counts are read`() throws {
        var clock = VectorClock()
        clock.tick(2)
        let data = try JSONEncoder().encode(clock)
        #expect(String(decoding: data, as: UTF8.self) == "[0,0,1]")
        #expect(try JSONDecoder().decode(VectorClock.self, from: data) == clock)
        // Zeros at the end make no difference.
        let longer = try JSONDecoder().decode(VectorClock.self, from: Data("[0,0,1,0]".utf8))
        #expect(longer == clock)
        for text in ["[-1]", "{}", "[1.5]", "[\"a\"]"] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(VectorClock.self, from: Data(text.utf8))
            }
        }
    }
}
