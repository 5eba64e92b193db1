import Causality
import Testing

/// One event may tell several processes the same: that is one message, which each receives once.
@Suite struct SharedMessageTests {
    /// A tells B and C; B gets it twice.
    private func execution() throws -> Execution {
        try Execution(
            processes: ["A", "B", "C"],
            steps: [
                [.send(message: 0)], [.receive(message: 0), .receive(message: 0)],
                [.receive(message: 0)],
            ]
        )
    }

    @Test func `it is in flight until each of its receivers has it, and then no more`() throws {
        let execution = try execution()
        for b in 0...2 {
            for c in 0...1 {
                let isMissing = b == 0 || c == 0
                let cut = Cut(counts: [1, b, c])
                #expect(execution.inFlight(at: cut) == (isMissing ? [0] : []), "\(cut)")
                #expect(execution.inFlight(at: Cut(counts: [0, b, c])) == [])
            }
        }
    }

    @Test func `all its receivers know of its send`() throws {
        let clocks = try execution().vectorClocks().map { $0.map { $0.counts(nodeCount: 3) } }
        #expect(clocks == [[[1, 0, 0]], [[1, 1, 0], [1, 2, 0]], [[1, 0, 1]]])
    }
}
