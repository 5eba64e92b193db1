import Chance
import Testing

@testable import Causality

/// Cuts against the definition, over all cuts of 300 small random executions.
@Suite struct CutTests {
    private func forAll(_ body: (RandomExecution) throws -> Void) throws {
        for seed: UInt64 in 1...100 {
            for processes in 2...4 {
                try body(RandomExecution(seed: seed, processes: processes, events: 7))
            }
        }
    }

    @Test func `a cut is consistent exactly when it has all causes of its events`() throws {
        try forAll { drawn in
            for cut in drawn.allCuts where drawn.execution.isConsistent(cut) != drawn.isClosed(cut)
            {
                Issue.record("seed \(drawn.seed): \(cut.counts)")
            }
        }
    }

    @Test func `a violation is a message that comes from behind the cut into it`() throws {
        var violationCount = 0
        try forAll { drawn in
            for cut in drawn.allCuts {
                guard let violation = drawn.execution.violation(of: cut) else { continue }
                violationCount += 1
                let message = drawn.execution.messages[violation.message]
                let isOne =
                    message.send == violation.send && message.receives.contains(violation.receive)
                    && !cut.contains(violation.send) && cut.contains(violation.receive)
                if !isOne { Issue.record("seed \(drawn.seed): \(cut.counts), \(violation)") }
            }
        }
        #expect(violationCount > 500)
    }

    @Test func `the greatest consistent cut below is the union of all that are below`() throws {
        try forAll { drawn in
            let consistent = drawn.allCuts.filter(drawn.isClosed)
            for cut in drawn.allCuts {
                let below = consistent.filter { $0.isSubset(of: cut) }
                let expected = below.reduce(drawn.execution.emptyCut) { $0.union($1) }
                let found = drawn.execution.greatestConsistentCut(below: cut)
                if found != expected { Issue.record("seed \(drawn.seed): \(cut.counts), \(found)") }
            }
        }
    }

    @Test func `the least consistent cut above is what all that are above share`() throws {
        try forAll { drawn in
            let consistent = drawn.allCuts.filter(drawn.isClosed)
            for cut in drawn.allCuts {
                let above = consistent.filter { cut.isSubset(of: $0) }
                let expected = above.reduce(drawn.execution.fullCut) { $0.intersection($1) }
                let found = drawn.execution.leastConsistentCut(above: cut)
                if found != expected { Issue.record("seed \(drawn.seed): \(cut.counts), \(found)") }
            }
        }
    }

    @Test func `union and intersection of consistent cuts are consistent`() throws {
        try forAll { drawn in
            let consistent = drawn.allCuts.filter(drawn.isClosed)
            let known = Set(consistent)
            for one in consistent {
                for two in consistent
                where !known.contains(one.union(two)) || !known.contains(one.intersection(two)) {
                    Issue.record("seed \(drawn.seed): \(one.counts) \(two.counts)")
                }
            }
        }
    }

    @Test func `in flight is what was sent in the cut and not received in it`() throws {
        try forAll { drawn in
            for cut in drawn.allCuts {
                var sent: Set<Int> = []
                var received: Set<Int> = []
                for point in drawn.points where cut.contains(point) {
                    switch drawn.execution[point] {
                    case .local: break
                    case .send(let message): sent.insert(message)
                    case .receive(let message): received.insert(message)
                    }
                }
                if Set(drawn.execution.inFlight(at: cut)) != sent.subtracting(received) {
                    Issue.record("seed \(drawn.seed): \(cut.counts)")
                }
            }
        }
    }

    @Test func `the frontier is the last event of each process`() throws {
        let execution = try Execution(processes: ["A", "B"], steps: [[.local, .local], [.local]])
        let frontier = execution.frontier(of: Cut(counts: [2, 0]))
        #expect(frontier == [EventPoint(process: 0, index: 1), nil])
    }

    @Test func `a cut with more events than there are is not valid`() throws {
        let execution = try Execution(processes: ["A", "B"], steps: [[.local, .local], [.local]])
        for first in -1...3 {
            for second in -1...2 {
                let isValid = execution.isValid(Cut(counts: [first, second]))
                #expect(isValid == ((0...2).contains(first) && (0...1).contains(second)))
            }
        }
        #expect(!execution.isValid(Cut(counts: [1])))
        #expect(!execution.isValid(Cut(counts: [1, 1, 0])))
    }
}
