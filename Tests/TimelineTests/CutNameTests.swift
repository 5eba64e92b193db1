import Causality
import Testing
import Timeline

@Suite struct CutNameTests {
    private func counts(_ text: String, _ log: EventLog = Logs.timekeeping) throws -> [Int] {
        try Cut(named: text, of: Execution(log)).counts
    }

    @Test(arguments: [
        ("m1,p1,q1", [1, 1, 1]), ("M:2,P:1", [2, 1, 0]), (" q2 , m0 ", [0, 0, 2]),
        ("P2,Q:0", [0, 2, 0]), ("p:1", [0, 1, 0]), ("m1 p1 q1", [1, 1, 1]),
        (" M:2\tp1, q2 ", [2, 1, 2]),
    ])
    func `an event is named by its node and its number`(text: String, expected: [Int]) throws {
        #expect(try counts(text) == expected)
    }

    @Test func `a name that ends in a digit can be cut short as long as one reading is left`()
        throws
    {
        let log = Logs.log("Map_0:start Map_1:start Map_1:idle Map_1:idle Reduce:start")
        #expect(try counts("map_13", log) == [0, 3, 0])
        #expect(try counts("Map_1:2,r1", log) == [0, 2, 1])
        #expect(try counts("reduce:1", log) == [0, 0, 1])
    }

    @Test(arguments: [
        ("", CutMistake.malformed("")),
        ("m", .malformed("m")),
        ("3", .malformed("3")),
        ("M:", .malformed("M:")),
        ("M:-1", .malformed("M:-1")),
        ("m1,,p1", .malformed("")),
        ("m1, ", .malformed("")),
        ("M:99999999999999999999", .numberTooLarge("M:99999999999999999999")),
        ("m99999999999999999999", .numberTooLarge("m99999999999999999999")),
        ("x99999999999999999999", .unknownNode("x", known: ["M", "P", "Q"])),
        ("x1", .unknownNode("x", known: ["M", "P", "Q"])),
        ("X:1", .unknownNode("X", known: ["M", "P", "Q"])),
        ("m1,M:1", .namedTwice("M")),
        ("m3", .noSuchEvent(node: "M", number: 3, count: 2)),
    ])
    func `what names no event says what to write`(text: String, mistake: CutMistake) {
        #expect(throws: mistake) { try counts(text) }
    }

    @Test func `white space in a node's name does not divide`() throws {
        #expect(
            try counts(
                "a b:1,c1",
                Logs.log([
                    Event(time: 0, node: "A b", kind: .idle),
                    Event(time: 0, node: "C", kind: .idle),
                ])
            ) == [1, 1]
        )
    }

    @Test(arguments: [
        (["0"], "there is only '0'"), (["0", "a b"], "there are '0', 'a b'"),
    ])
    func `the checkpoints that there are stand in quotes`(known: [String], words: String) {
        let mistake = CutMistake.noSuchCheckpoint("1", known: known)
        #expect("\(mistake)" == "there is no checkpoint '1' in this log; " + words)
    }

    @Test func `first letters of several nodes are refused`() throws {
        let log = Logs.log("Map_0:start Map_1:start")
        #expect(throws: CutMistake.ambiguousNode("m1", fitting: ["Map_0", "Map_1"])) {
            try counts("m1", log)
        }
    }

    @Test func `a verdict names the pair of events that breaks a cut`() throws {
        let linked = try LinkedLog(Logs.timekeeping)
        let verdict = CutVerdict(try Cut(named: "m1,p1", of: linked.execution), of: linked)
        #expect(!verdict.isConsistent)
        #expect(
            verdict.reason
                == "P has received m in its event 1, and M sends it only in its event 2"
        )
    }

    @Test func `a verdict tells what crosses a cut from what never arrives`() throws {
        let linked = try LinkedLog(Logs.log("M>m>P M>n>P P<m<M", nodes: ["M", "P"]))
        let verdict = CutVerdict(Cut(counts: [2, 0]), of: linked)
        #expect(verdict.summary == "consistent, 2 messages in flight, 1 never received")
        #expect(verdict.crossing == [0])
        #expect(verdict.unreceived == [1])
    }
}
