import Nodes
import Testing

@Suite struct SummaryTests {
    private enum Word: Hashable { case plain, ping(number: Int), to(NodeID, Int), wrapped(Word2) }
    private struct Word2: Hashable { var set: Set<Int> = [3, 1, 2], map = ["b": 2, "a": 1] }

    @Test func `values are shown in one way only, sets and dictionaries sorted`() {
        let summary = Summary(names: ["Client", "Server"])
        #expect(summary(Word.plain) == "plain")
        #expect(summary(Word.ping(number: 3)) == "ping(number: 3)")
        #expect(summary(Word.to(NodeID(1), 4)) == "to(Server, 4)")
        let inner = "Word2(set: {1, 2, 3}, map: {\"a\": 1, \"b\": 2})"
        #expect(summary(Word.wrapped(Word2())) == "wrapped(\(inner))")
        #expect(summary([NodeID(0), NodeID(9)]) == "[Client, #9]")
        #expect(summary(Int?.none as Any) == "nil")
        #expect(summary(Duration.milliseconds(5)) == "0.005 seconds")
    }
}
