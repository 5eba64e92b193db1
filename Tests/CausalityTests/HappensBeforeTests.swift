import Chance
import Testing

@testable import Causality

/// Over 10,500 random executions of 2 to 8 processes, with events of all kinds, messages that overtake each
/// other, are lost, doubled or still in flight.
@Suite struct HappensBeforeTests {
    private static let executionsOfEachSize: UInt64 = 1500

    /// By the number of processes; drawn once for all claims.
    private static let executions: [[RandomExecution]] = (0...8).map { processes in
        guard processes >= 2 else { return [] }
        return (1...executionsOfEachSize).compactMap { seed in
            try? RandomExecution(
                seed: seed << 8 | UInt64(processes),
                processes: processes,
                events: 2 * processes + 3
            )
        }
    }

    /// Calls `body` with the executions of so many processes, to the first that it finds wrong.
    private func forAll(
        _ processes: Int,
        max: Int = .max,
        _ body: (RandomExecution) -> String?
    ) {
        let executions = Self.executions[processes]
        #expect(executions.count == Self.executionsOfEachSize, "the room refuses some")
        for drawn in executions.prefix(max) {
            if let wrong = body(drawn) {
                Issue.record("\(processes) processes, seed \(drawn.seed): \(wrong)")
                return
            }
        }
    }

    @Test(arguments: 2...8)
    func `the search finds the closure of the edges`(processes: Int) {
        forAll(processes, max: 150) { drawn in
            for (second, point) in drawn.points.enumerated() {
                let past = drawn.execution.past(of: point)
                let future = drawn.execution.future(of: point)
                for (first, other) in drawn.points.enumerated() {
                    let order = drawn.order(first, second)
                    if past.contains(other) != (order == .before || order == .equal) {
                        return "\(other) in the past of \(point)"
                    }
                    if future[other.process].contains(other.index)
                        != (order == .after || order == .equal)
                    {
                        return "\(other) in the future of \(point)"
                    }
                }
            }
            // The same questions, pair by pair: some of them, since each is a search.
            var chance = SplitMix64(seed: drawn.seed)
            for _ in 1...8 {
                let first = Int(chance.next(below: UInt64(drawn.points.count)))
                let second = Int(chance.next(below: UInt64(drawn.points.count)))
                let (one, two) = (drawn.points[first], drawn.points[second])
                let order = drawn.order(first, second)
                if drawn.execution.order(one, two) != order { return "order \(one) \(two)" }
                if drawn.execution.happensBefore(one, two) != (order == .before) {
                    return "\(one) before \(two)"
                }
            }
            return nil
        }
    }

    @Test(arguments: 2...8)
    func `C(a) < C(b) exactly when a → b, with dense clocks`(processes: Int) {
        forAll(processes) { drawn in
            let clocks = drawn.execution.vectorClocks()
            return drawn.disagreement {
                clocks[$0.process][$0.index].order(to: clocks[$1.process][$1.index])
            }
        }
    }

    @Test(arguments: 2...8)
    func `C(a) < C(b) exactly when a → b, with sparse clocks`(processes: Int) {
        forAll(processes) { drawn in
            let clocks = drawn.execution.sparseVectorClocks()
            return drawn.disagreement {
                clocks[$0.process][$0.index].order(to: clocks[$1.process][$1.index])
            }
        }
    }

    @Test(arguments: 2...8)
    func `if a → b then L(a) < L(b)`(processes: Int) {
        forAll(processes) { drawn in
            let clocks = drawn.execution.lamportClocks()
            for (first, one) in drawn.points.enumerated() {
                for (second, two) in drawn.points.enumerated()
                where drawn.happensBefore(first, second) {
                    let isLess =
                        clocks[one.process][one.index].time < clocks[two.process][two.index].time
                    guard isLess else { return "\(one) \(two)" }
                }
            }
            return nil
        }
    }

    @Test func `a lower Lamport time does not mean that it happened before`() throws {
        let execution = try Execution(processes: ["A", "B"], steps: [[.local], [.local, .local]])
        let clocks = execution.lamportClocks()
        #expect(clocks[0][0].time < clocks[1][1].time)
        let order = execution.order(.init(process: 0, index: 0), .init(process: 1, index: 1))
        #expect(order == .concurrent)
    }

    @Test(arguments: 2...8)
    func `a vector time counts the events of the past light cone`(processes: Int) {
        forAll(processes) { drawn in
            let clocks = drawn.execution.vectorClocks()
            let wrong = drawn.points.first { point in
                clocks[point.process][point.index].counts(nodeCount: processes)
                    != drawn.execution.past(of: point).counts
            }
            return wrong.map { "\($0)" }
        }
    }

    @Test(arguments: 2...8)
    func `the causal sequence has every event once, behind its causes`(processes: Int) {
        forAll(processes, max: 300) { drawn in
            let sequence = drawn.execution.causalSequence
            guard sequence.sorted() == drawn.points.sorted() else { return "not every event once" }
            var places: [EventPoint: Int] = [:]
            for (place, point) in sequence.enumerated() { places[point] = place }
            for (first, one) in drawn.points.enumerated() {
                for (second, two) in drawn.points.enumerated()
                where drawn.happensBefore(first, second) {
                    guard places[one] ?? 0 < places[two] ?? 0 else { return "\(one) \(two)" }
                }
            }
            return nil
        }
    }

    /// Without this the claims above could be about executions in which hardly anything happens.
    @Test func `the random executions have all that is claimed of them`() {
        var found: Set<String> = []
        forAll(4) { drawn in
            var received: [[Int]] = Array(repeating: [], count: 16)
            for (process, steps) in drawn.steps.enumerated() {
                for step in steps {
                    switch step {
                    case .local: found.insert("local")
                    case .send: found.insert("sent")
                    case .receive(let message):
                        let sender = drawn.execution.messages[message].send?.process ?? 0
                        let isLate = received[4 * sender + process].contains { $0 > message }
                        if isLate { found.insert("overtaken") }
                        received[4 * sender + process].append(message)
                    }
                }
            }
            for message in drawn.execution.messages {
                switch message.receives.count {
                case 0: found.insert("lost or in flight")
                case 1: found.insert("received")
                default: found.insert("doubled")
                }
            }
            return nil
        }
        let all: Set = [
            "local", "sent", "received", "overtaken", "lost or in flight", "doubled",
        ]
        #expect(found == all)
    }

    @Test func `a long chain of causes is no deeper than a short one`() throws {
        // Two processes that answer each other: all events are one chain.
        let rounds = 50_000
        var steps: [[Execution.Step]] = [[], []]
        for round in 0..<rounds {
            steps[0] += [.send(message: 2 * round), .receive(message: 2 * round + 1)]
            steps[1] += [.receive(message: 2 * round), .send(message: 2 * round + 1)]
        }
        let execution = try Execution(processes: ["A", "B"], steps: steps)
        let last = EventPoint(process: 0, index: 2 * rounds - 1)
        #expect(execution.past(of: last) == execution.fullCut)
        #expect(execution.lamportClocks()[0].last?.time == 4 * rounds)
        let nothing = execution.greatestConsistentCut(below: Cut(counts: [0, 2 * rounds]))
        #expect(nothing == execution.emptyCut)
    }
}

extension RandomExecution {
    /// Two events whose clocks say something else than happens-before; nil if there are none.
    fileprivate func disagreement(
        _ clocksSay: (EventPoint, EventPoint) -> CausalOrder
    ) -> String? {
        for (second, two) in points.enumerated() {
            for (first, one) in points[...second].enumerated() {
                let said = clocksSay(one, two)
                guard said == order(first, second), clocksSay(two, one) == said.reversed else {
                    return "\(one) \(two): the clocks say \(said)"
                }
            }
        }
        return nil
    }
}
