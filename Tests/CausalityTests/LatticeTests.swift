import Chance
import Testing

@testable import Causality

/// The lattice of consistent cuts against brute force: over all cuts, and over all ways through them.
@Suite struct LatticeTests {
    private func forAll(_ body: (RandomExecution) throws -> Void) throws {
        for seed: UInt64 in 1...80 {
            for processes in 2...3 {
                try body(RandomExecution(seed: seed, processes: processes, events: 7))
            }
        }
    }

    @Test func `the walk meets every consistent cut once, smaller ones first`() throws {
        try forAll { drawn in
            let cuts = try drawn.execution.consistentCuts()
            let expected = drawn.allCuts.filter(drawn.isClosed).sorted {
                $0.size != $1.size
                    ? $0.size < $1.size : $0.counts.lexicographicallyPrecedes($1.counts)
            }
            if cuts != expected { Issue.record("seed \(drawn.seed)") }
        }
    }

    @Test func `the number of consistent cuts is that of all cuts with all causes`() throws {
        try forAll { drawn in
            let expected = drawn.allCuts.count(where: drawn.isClosed)
            if try drawn.execution.consistentCutCount() != expected {
                Issue.record("seed \(drawn.seed)")
            }
        }
    }

    /// All orders in which the run could have been seen, as cuts from the empty to the full one.
    private func observations(_ drawn: RandomExecution) -> [[Cut]] {
        var whole: [[Cut]] = []
        var open = [[drawn.execution.emptyCut]]
        while let way = open.popLast() {
            guard let cut = way.last, cut != drawn.execution.fullCut else {
                whole.append(way)
                continue
            }
            for process in drawn.steps.indices
            where cut.counts[process] < drawn.steps[process].count {
                var next = cut
                next.counts[process] += 1
                if drawn.isClosed(next) { open.append(way + [next]) }
            }
        }
        return whole
    }

    /// Anything: of this seed's cuts, one in so many.
    private func predicate(_ seed: UInt64, oneIn rarity: UInt64) -> (Cut) -> Bool {
        { cut in
            let number = cut.counts.reduce(seed) { SplitMix64.mixed($0 &+ UInt64($1) &+ 1) }
            return number % rarity == 0
        }
    }

    @Test(arguments: [3, 5, 8] as [UInt64])
    func `possibly and definitely are what some and all observations say`(rarity: UInt64) throws {
        var answers: [Bool: Int] = [:]
        try forAll { drawn in
            let predicate = predicate(drawn.seed, oneIn: rarity)
            let observations = observations(drawn)
            let possibly = try drawn.execution.possibly(predicate)
            if (possibly != nil) != observations.contains(where: { $0.contains(where: predicate) })
            {
                Issue.record("seed \(drawn.seed): possibly")
            }
            if let possibly, !predicate(possibly) || !drawn.isClosed(possibly) {
                Issue.record("seed \(drawn.seed): \(possibly.counts) is no such cut")
            }
            let definitely = try drawn.execution.definitely(predicate)
            if definitely != observations.allSatisfy({ $0.contains(where: predicate) }) {
                Issue.record("seed \(drawn.seed): definitely")
            }
            answers[definitely, default: 0] += 1
            let avoiding = try drawn.execution.observation(avoiding: predicate)
            if let avoiding,
                !observations.contains(avoiding) || avoiding.contains(where: predicate)
            {
                Issue.record("seed \(drawn.seed): that is no observation without it")
            }
        }
        // Both answers came up, or the claim above would be about nothing.
        #expect(answers[true] ?? 0 >= 10 && answers[false] ?? 0 >= 10)
    }

    @Test func `a walk stops at its limit, and not before`() throws {
        // 3 · 4 cuts: nothing is sent.
        let execution = try Execution(
            processes: ["A", "B"],
            steps: [[.local, .local], [.local, .local, .local]]
        )
        #expect(try execution.consistentCutCount(cutsMax: 12) == 12)
        #expect(throws: TooManyCuts(cutsMax: 11)) {
            try execution.consistentCutCount(cutsMax: 11)
        }
        #expect(throws: TooManyCuts(cutsMax: 0)) { try execution.consistentCuts(cutsMax: 0) }
        // What is found before the limit is an answer.
        #expect(try execution.possibly(cutsMax: 3) { $0.size == 1 }?.counts == [0, 1])
        #expect(try execution.definitely(cutsMax: 3) { $0.size == 1 })
    }

    @Test func `an execution without events has one cut`() throws {
        let execution = try Execution(processes: [], steps: [])
        #expect(try execution.consistentCuts() == [Cut(counts: [])])
        #expect(try !execution.definitely { _ in false })
    }
}
