import Testing

@testable import Causality

@Suite struct ExecutionTests {
    private func refusal(
        _ processes: [String],
        _ steps: [[Execution.Step]],
        _ names: [String] = []
    ) -> String? {
        do throws(ImpossibleExecution) {
            _ = try Execution(processes: processes, steps: steps, messageNames: names)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `a receipt that nobody sends for is refused`() {
        let reason = refusal(["A", "B"], [[.local], [.local, .receive(message: 0)]], ["hello"])
        #expect(reason == "event 2 of B: hello is received, and nobody sends it")
    }

    @Test func `a message that is sent twice is refused`() {
        let reason = refusal(["A", "B"], [[.send(message: 0)], [.send(message: 0)]])
        let expected = "event 1 of B: 0 is sent again, after event 1 of A: a message has one send"
        #expect(reason == expected)
    }

    @Test func `a receipt before its own send is refused`() {
        let reason = refusal(["A"], [[.receive(message: 0), .send(message: 0)]])
        #expect(reason == "event 1 of A: 0 is received before event 2 of A can send it")
    }

    @Test func `receipts that wait for each other are refused, and only they are named`() {
        let steps: [[Execution.Step]] = [
            [.receive(message: 0)],
            [.receive(message: 1), .send(message: 0)],
            [.local, .receive(message: 0), .send(message: 1)],
        ]
        let reason = refusal(["A", "B", "C"], steps, ["x", "y"])
        let expected =
            "event 1 of B: y is received before event 3 of C can send it; "
            + "event 2 of C: x is received before event 2 of B can send it"
        #expect(reason == expected)
    }

    @Test(arguments: [[-1], [1], [0, 2], [0, 3, 1, 4], [Int.max], [Int.min, 0]])
    func `messages that are not numbered from 0 without a gap are refused`(numbers: [Int]) {
        let steps = numbers.map { Execution.Step.send(message: $0) }
        #expect(refusal(["A"], [steps])?.contains("number them from 0, without a gap") == true)
    }

    @Test func `a message that nobody sends or receives is refused by its number`() {
        let steps: [Execution.Step] = [
            .send(message: 0), .receive(message: 0), .receive(message: 0), .send(message: 2),
        ]
        #expect(refusal(["A"], [steps])?.hasPrefix("message 1 is missing") == true)
    }

    @Test func `names and lists that do not belong together are refused`() {
        #expect(refusal(["A"], [[], []])?.hasPrefix("1 names of processes, 2 lists") == true)
        #expect(refusal(["A", "A"], [[], []])?.hasPrefix("two processes are called A") == true)
    }

    @Test func `every refusal is one line`() throws {
        let steps: [[Execution.Step]] = [[.receive(message: 0), .send(message: 0)]]
        #expect(try #require(refusal(["A"], steps)).contains("\n") == false)
    }
}
