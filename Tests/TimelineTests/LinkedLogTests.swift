import Causality
import Testing
import Timeline

@Suite struct LinkedLogTests {
    @Test func `a receipt that stands before its send is put behind it`() throws {
        let linked = try LinkedLog(Logs.log("P<m<M P:idle M>m>P", nodes: ["M", "P"]))
        #expect(linked.log.events.map(\.kind) == [.send, .receive, .idle])
    }

    @Test func `a log in order stays as it is, whatever its times`() throws {
        var log = Logs.log("M>m>P P<m<M P>n>M M<n<P")
        for place in log.events.indices { log.events[place].time = 100 - place }
        #expect(try LinkedLog(log).log == log)
    }

    @Test func `a log that contradicts itself is refused with its line`() {
        let log = Logs.log("M<n<P M>m>P P<m<M P>n>M")
        #expect {
            try LinkedLog(log)
        } throws: { error in
            "\(error)".contains("line 2 (event 1 of M): n is received before line 5")
        }
    }

    @Test func `a message that was dropped and received is not lost`() throws {
        let summary = LogSummary(try LinkedLog(Logs.log("M>m>P P!m!M P<m<M M>n>P P!n!M M>o>P")))
        #expect(summary.sent == 3)
        #expect(summary.received == 1)
        #expect(summary.lost == 1)
        #expect(summary.inFlight == 1)
        #expect(summary.remarks == 2)
    }

    @Test func `what goes out and what comes back may have one name`() throws {
        let linked = try LinkedLog(Logs.log("W<1-0<Redis W>1-0>Redis"))
        let summary = LogSummary(linked)
        #expect(summary.unknown == 1)
        #expect(summary.inFlight == 1)
    }

    @Test func `a part has clocks of its own, and takes the order of nodes that was asked for`()
        throws
    {
        let linked = try LinkedLog(Logs.timekeeping)
        let part = try linked.part(nodes: [1, 0], times: 1000...4000)
        #expect(part.nodes == ["P", "M"])
        #expect(part.log.events.map(\.node) == ["M", "P", "P"])
    }

    @Test func `a summary counts each node's events, lives and deaths`() throws {
        let summary = LogSummary(try Logs.read("faults.jsonl"))
        #expect(summary.nodes.map(\.name) == ["Client", "Server"])
        #expect(summary.nodes.map(\.lives) == [1, 2])
        #expect(summary.nodes.map(\.crashes) == [0, 1])
        #expect(summary.nodes.map(\.events) == [18, 10])
        #expect(summary.lost == 3)
        #expect(
            summary.sentence == "28 events, 10 messages sent, 7 received, 3 lost, "
                + "0 in flight at the end, 1 crash"
        )
    }
}
