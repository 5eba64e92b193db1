import FoundationEssentials
import Testing

@testable import Causality

/// What both vector clocks can do; the laws below are the same for both.
private protocol Clock: Hashable, Codable {
    init()
    mutating func tick(process: Int)
    mutating func merge(_ other: Self)
    func count(process: Int) -> Int
    func order(to other: Self) -> CausalOrder
}

extension VectorClock: Clock {
    fileprivate mutating func tick(process: Int) { tick(process) }
    fileprivate func count(process: Int) -> Int { self[process] }
}

extension SparseVectorClock: Clock {
    // The alphabetical order is not that of the numbers.
    private static let names = ["b", "c", "a"]
    fileprivate mutating func tick(process: Int) { tick(Self.names[process]) }
    fileprivate func count(process: Int) -> Int { self[Self.names[process]] }
}

/// Laws of vector clocks, for all clocks over three processes with counts of at most two.
@Suite struct ClockLawTests {
    /// All clocks, each with its counts, made by ticks of the last process first.
    private func all<C: Clock>(_ type: C.Type) -> [(clock: C, counts: [Int])] {
        let digits = 0...2
        return digits.flatMap { a in
            digits.flatMap { b in
                digits.map { c in
                    var clock = C()
                    for (process, count) in [a, b, c].enumerated().reversed() {
                        for _ in 0..<count { clock.tick(process: process) }
                    }
                    return (clock, [a, b, c])
                }
            }
        }
    }

    private func checkOrderAndMerge<C: Clock>(_ type: C.Type) {
        for (left, mine) in all(C.self) {
            for (right, theirs) in all(C.self) {
                let isAtMost = zip(mine, theirs).allSatisfy { $0 <= $1 }
                let isAtLeast = zip(mine, theirs).allSatisfy { $0 >= $1 }
                let expected: CausalOrder =
                    switch (isAtMost, isAtLeast) {
                    case (true, true): .equal
                    case (true, false): .before
                    case (false, true): .after
                    case (false, false): .concurrent
                    }
                #expect(left.order(to: right) == expected, "\(C.self) \(mine) \(theirs)")
                #expect((left == right) == (mine == theirs), "\(C.self) \(mine) \(theirs)")
                var merged = left
                merged.merge(right)
                let counts = (0..<3).map { merged.count(process: $0) }
                #expect(counts == zip(mine, theirs).map { max($0, $1) }, "\(C.self)")
            }
        }
    }

    @Test func `order and merge are those of the definition`() {
        checkOrderAndMerge(VectorClock.self)
        checkOrderAndMerge(SparseVectorClock.self)
    }

    private func checkTriples<C: Clock>(_ type: C.Type) {
        let clocks = all(C.self).map(\.clock)
        for a in clocks {
            for b in clocks {
                for c in clocks {
                    if a.order(to: b) == .before, b.order(to: c) == .before {
                        #expect(a.order(to: c) == .before, "\(a) \(b) \(c)")
                    }
                    var left = a
                    left.merge(b)
                    left.merge(c)
                    var right = b
                    right.merge(c)
                    var whole = a
                    whole.merge(right)
                    if left != whole { Issue.record("\(a) \(b) \(c): \(left) is not \(whole)") }
                }
            }
        }
    }

    @Test func `before is transitive, and merging in any grouping gives the same`() {
        checkTriples(VectorClock.self)
        checkTriples(SparseVectorClock.self)
    }

    private func checkMergeIsLeast<C: Clock>(_ type: C.Type) {
        let clocks = all(C.self).map(\.clock)
        for a in clocks {
            for b in clocks {
                var merged = a
                merged.merge(b)
                var other = b
                other.merge(a)
                #expect(merged == other, "\(a) \(b)")
                let above = clocks.filter { clock in
                    [a, b].allSatisfy { [.before, .equal].contains($0.order(to: clock)) }
                }
                #expect(above.contains(merged), "\(a) \(b)")
                #expect(
                    above.allSatisfy { [.before, .equal].contains(merged.order(to: $0)) },
                    "\(a) \(b)"
                )
            }
        }
    }

    @Test func `a merged clock is the least that knows all of both`() {
        checkMergeIsLeast(VectorClock.self)
        checkMergeIsLeast(SparseVectorClock.self)
    }

    private func checkTick<C: Clock>(_ type: C.Type) {
        for (clock, counts) in all(C.self) {
            for process in 0..<3 {
                var next = clock
                next.tick(process: process)
                var expected = counts
                expected[process] += 1
                #expect((0..<3).map { next.count(process: $0) } == expected)
                #expect(clock.order(to: next) == .before)
            }
        }
    }

    @Test func `a tick counts one event of one process, and leads to a later clock`() {
        checkTick(VectorClock.self)
        checkTick(SparseVectorClock.self)
    }

    private func checkText<C: Clock>(_ type: C.Type) throws {
        for (clock, _) in all(C.self) {
            let data = try JSONEncoder().encode(clock)
            #expect(try JSONDecoder().decode(C.self, from: data) == clock)
        }
    }

    @Test func `the text form gives the clock back`() throws {
        try checkText(VectorClock.self)
        try checkText(SparseVectorClock.self)
    }

    @Test func `the text form of a sparse clock is an object of counts`() throws {
        var clock = SparseVectorClock()
        clock.tick("Q")
        let data = try JSONEncoder().encode(clock)
        #expect(String(decoding: data, as: UTF8.self) == "{\"Q\":1}")
        // A count of 0 is none at all.
        let longer = try JSONDecoder().decode(
            SparseVectorClock.self,
            from: Data("{\"P\":0,\"Q\":1}".utf8)
        )
        #expect(longer == clock)
        for text in ["{\"P\":-1}", "[1]", "{\"P\":1.5}", "{\"P\":\"a\"}"] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(SparseVectorClock.self, from: Data(text.utf8))
            }
        }
    }

    @Test func `reversing an order exchanges its sides`() {
        let clocks = all(VectorClock.self).map(\.clock)
        for a in clocks {
            for b in clocks { #expect(a.order(to: b).reversed == b.order(to: a)) }
        }
    }

    @Test func `a Lamport clock goes beyond its own time and that of the message`() {
        for own in 0...3 {
            for other in 0...3 {
                var clock = LamportClock()
                for _ in 0..<own { clock.tick() }
                #expect(clock.time == own)
                var message = LamportClock()
                for _ in 0..<other { message.tick() }
                clock.receive(message)
                #expect(clock.time == max(own, other) + 1)
            }
        }
    }
}
