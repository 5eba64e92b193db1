import Testing

@testable import Causality

/// The timekeeping example of the course, with a mapper M and reducers P and Q.
///
/// M handles "ab" in its first event, which sends to both, and "aa" in its second, which sends to P.
@Suite struct CourseTests {
    private let execution: Execution

    init() throws {
        execution = try Execution(
            processes: ["M", "P", "Q"],
            steps: [
                [.send(message: 0), .send(message: 1)],
                [.receive(message: 0), .receive(message: 1)],
                [.receive(message: 0)],
            ],
            messageNames: ["ab", "aa"]
        )
    }

    private let m1 = EventPoint(process: 0, index: 0)
    private let m2 = EventPoint(process: 0, index: 1)
    private let p2 = EventPoint(process: 1, index: 1)
    private let q1 = EventPoint(process: 2, index: 0)

    @Test func `the vector times are those of the course`() {
        let times = execution.vectorClocks().map { $0.map { $0.counts(nodeCount: 3) } }
        #expect(
            times == [
                [[1, 0, 0], [2, 0, 0]],
                [[1, 1, 0], [2, 2, 0]],
                [[1, 0, 1]],
            ]
        )
    }

    @Test func `m1 → p2, and p2 ∥ q1, with and without clocks`() {
        #expect(execution.order(m1, p2) == .before)
        #expect(execution.order(p2, q1) == .concurrent)
        let clocks = execution.vectorClocks()
        #expect(clocks[0][0].order(to: clocks[1][1]) == .before)
        #expect(clocks[1][1].order(to: clocks[2][0]) == .concurrent)
    }

    @Test func `the cut before m2 and after p2 is broken by the message between them`() throws {
        let cut = Cut(counts: [1, 2, 1])
        let violation = try #require(execution.violation(of: cut))
        #expect(violation.send == m2)
        #expect(violation.receive == p2)
        #expect(execution.messages[violation.message].name == "aa")
    }

    @Test func `the nearest consistent cuts leave p2 out, or take m2 in`() {
        let cut = Cut(counts: [1, 2, 1])
        #expect(execution.greatestConsistentCut(below: cut).counts == [1, 1, 1])
        #expect(execution.leastConsistentCut(above: cut).counts == [2, 2, 1])
    }

    @Test func `a consistent cut need not have been at any moment of the run`() {
        // Q had its message before P had the second one; this cut has the second, and Q nothing.
        let cut = Cut(counts: [2, 2, 0])
        #expect(execution.isConsistent(cut))
        #expect(execution.inFlight(at: Cut(counts: [2, 1, 1])) == [1])
    }
}
