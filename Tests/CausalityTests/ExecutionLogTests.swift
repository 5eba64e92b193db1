import Testing

@testable import Causality

@Suite struct ExecutionLogTests {
    private func log(_ events: [Event], nodes: [String]? = nil) -> EventLog {
        EventLog(
            header: EventLogHeader(system: "test", command: ["test"], nodes: nodes),
            events: events
        )
    }

    private func event(
        _ node: String,
        _ kind: Event.Kind,
        _ message: String? = nil,
        peer: String? = nil
    ) -> Event {
        Event(time: 0, node: node, kind: kind, message: message, peer: peer)
    }

    @Test func `events are told by node, and back`() throws {
        let log = log([
            event("A", .start), event("B", .start), event("A", .send, "A.0.0", peer: "B"),
            event("B", .note), event("B", .receive, "A.0.0", peer: "A"),
        ])
        let execution = try Execution(log)
        #expect(execution.processes == ["A", "B"])
        #expect(
            execution.steps == [[.local, .send(message: 0)], [.local, .receive(message: 0)]]
        )
        for point in execution.points {
            let index = try #require(execution.logIndex(of: point))
            #expect(execution.point(logIndex: index) == point)
            #expect(log.events[index].node == execution.processes[point.process])
        }
        #expect(execution.point(logIndex: 3) == nil, "a remark is no event of a process")
    }

    @Test func `processes stand in the order of the header, also those without events`() throws {
        let execution = try Execution(
            log([event("B", .start), event("C", .start)], nodes: ["A", "B"])
        )
        #expect(execution.processes == ["A", "B", "C"])
    }

    @Test func `a node is one process in all its lives`() throws {
        var again = event("A", .recover)
        again.incarnation = 1
        let execution = try Execution(log([event("A", .start), event("A", .crash), again]))
        #expect(execution.steps == [[.local, .local, .local]])
    }

    @Test func `a message that is received twice has two receipts`() throws {
        let execution = try Execution(
            log([
                event("A", .send, "x", peer: "B"), event("B", .receive, "x", peer: "A"),
                event("B", .receive, "x", peer: "A"),
            ])
        )
        #expect(execution.messages.map(\.receives.count) == [2])
    }

    @Test func `receipts of a message stand in the order of processes`() throws {
        let execution = try Execution(
            log(
                [
                    event("A", .send, "x"), event("C", .receive, "x", peer: "A"),
                    event("B", .receive, "x", peer: "A"),
                ],
                nodes: ["A", "B", "C"]
            )
        )
        #expect(execution.messages.map { $0.receives.map(\.process) } == [[1, 2]])
    }

    @Test func `a receipt whose sender is not in the log has no causes elsewhere`() throws {
        let execution = try Execution(log([event("B", .receive, "x", peer: "A")]))
        #expect(execution.messages.map(\.send) == [nil])
        #expect(execution.vectorClocks()[0][0].counts(nodeCount: 1) == [1])
        #expect(execution.isConsistent(execution.fullCut))
    }

    /// In a log of word count a worker gets a file and commits it under one name.
    @Test func `messages of one name and different senders are different messages`() throws {
        let execution = try Execution(
            log([
                event("Worker_0", .receive, "1-0", peer: "Redis"),
                event("Worker_0", .send, "1-0", peer: "Redis"),
            ])
        )
        #expect(execution.messages.count == 2)
    }

    @Test func `a receipt without a peer is of the message with its name`() throws {
        let execution = try Execution(log([event("A", .send, "x"), event("B", .receive, "x")]))
        let (send, receive) = (EventPoint(process: 0, index: 0), EventPoint(process: 1, index: 0))
        #expect(execution.order(send, receive) == .before)
    }

    @Test func `the order of lines at two nodes does not matter`() throws {
        let execution = try Execution(
            log([event("B", .receive, "x", peer: "A"), event("A", .send, "x", peer: "B")])
        )
        #expect(execution.messages.map(\.receives.count) == [1])
    }

    @Test func `a circle is named with the lines of the log`() {
        let log = log([
            event("A", .receive, "y", peer: "B"), event("A", .send, "x", peer: "B"),
            event("B", .receive, "x", peer: "A"), event("B", .send, "y", peer: "A"),
        ])
        let error = #expect(throws: ImpossibleExecution.self) { try Execution(log) }
        let expected =
            "line 2 (event 1 of A): y is received before line 5 (event 2 of B) can send it; "
            + "line 4 (event 1 of B): x is received before line 3 (event 2 of A) can send it"
        #expect(error?.description == expected)
    }

    @Test func `a message that is sent twice is named with both lines`() {
        let log = log([event("A", .send, "x"), event("A", .start), event("A", .send, "x")])
        let error = #expect(throws: ImpossibleExecution.self) { try Execution(log) }
        let expected =
            "line 4 (event 3 of A): x is sent again, after line 2 (event 1 of A): "
            + "a message has one send"
        #expect(error?.description == expected)
    }
}
