import Chance
import Testing

@testable import Causality

@Suite struct MergingTests {
    private func log(_ events: [Event], system: String = "test", nodes: [String]? = nil) -> EventLog
    {
        EventLog(
            header: EventLogHeader(system: system, command: ["test"], nodes: nodes),
            events: events
        )
    }

    private func event(
        _ node: String,
        _ kind: Event.Kind,
        _ message: String? = nil,
        peer: String? = nil,
        at time: Int = 0,
        life: Int = 0
    ) -> Event {
        Event(time: time, node: node, incarnation: life, kind: kind, message: message, peer: peer)
    }

    private func refusal(_ logs: [EventLog], names: [String] = []) -> String? {
        do throws(UnmergeableLogs) {
            _ = try EventLog.merged(logs, names: names)
            return nil
        } catch {
            return error.description
        }
    }

    /// One log for each process of a random execution, on machines whose clocks lie by hours.
    private func logs(_ drawn: RandomExecution) -> [EventLog] {
        var chance = SplitMix64(seed: drawn.seed)
        let execution = drawn.execution
        return execution.steps.enumerated().map { process, steps in
            let hour: UInt64 = 3_600_000_000_000
            let offset = Int(chance.next(below: 10 * hour))
            let events = steps.enumerated().map { index, step in
                let name = execution.processes[process]
                let time = offset + 1000 * index
                switch step {
                case .local: return event(name, .idle, at: time)
                case .send(let message): return event(name, .send, "\(message)", at: time)
                case .receive(let message):
                    let sender = execution.messages[message].send.map {
                        execution.processes[$0.process]
                    }
                    return event(name, .receive, "\(message)", peer: sender, at: time)
                }
            }
            return log(events, nodes: execution.processes)
        }
    }

    @Test(arguments: 2...6)
    func `whatever the clocks say, no event stands before a cause of it`(processes: Int) throws {
        for seed: UInt64 in 1...200 {
            let drawn = try RandomExecution(seed: seed, processes: processes, events: 30)
            let logs = logs(drawn)
            let merged = try EventLog.merged(logs)
            for (process, name) in drawn.execution.processes.enumerated()
            where merged.events.filter({ $0.node == name }) != logs[process].events {
                Issue.record("seed \(seed): the events of \(name)")
            }
            // What comes out is the execution that went in, and each receipt is below its send.
            let execution = try Execution(merged)
            if execution.steps.map(\.count) != drawn.steps.map(\.count)
                || execution.vectorClocks() != drawn.execution.vectorClocks()
            {
                Issue.record("seed \(seed): another execution")
            }
            for message in execution.messages {
                guard let send = message.send.flatMap(execution.logIndex(of:)) else { continue }
                for receive in message.receives.compactMap(execution.logIndex(of:))
                where receive < send {
                    Issue.record("seed \(seed): \(message.name)")
                }
            }
        }
    }

    @Test func `where nothing else decides, time does, then the name, then the log`() throws {
        let merged = try EventLog.merged([
            log([event("C", .idle, at: 5), event("C", .idle, at: 6)]),
            log([event("B", .idle, at: 5)]),
            log([event("A", .idle, at: 6), event("A", .idle, at: 4)]),
        ])
        #expect(merged.events.map { "\($0.node)\($0.time)" } == ["B5", "C5", "A6", "A4", "C6"])
    }

    @Test func `the order of the logs does not matter`() throws {
        let drawn = try RandomExecution(seed: 7, processes: 5, events: 40)
        let logs = logs(drawn)
        let merged = try EventLog.merged(logs)
        #expect(try EventLog.merged(logs.reversed()).events == merged.events)
    }

    @Test func `a log alone stays as it is, if it is in a causal order of its times`() throws {
        let log = log([
            event("A", .send, "x", peer: "B", at: 1), event("B", .receive, "x", peer: "A", at: 2),
            event("B", .drop, "y", peer: "A", at: 3), event("A", .halt, at: 4),
        ])
        #expect(try EventLog.merged([log]) == log)
    }

    @Test func `a loss stands below the send of what was lost`() throws {
        let merged = try EventLog.merged([
            log([event("B", .drop, "x", peer: "A", at: 0)]),
            log([event("A", .send, "x", peer: "B", at: 9)]),
        ])
        #expect(merged.events.map(\.kind) == [.send, .drop])
    }

    @Test func `lives of a node in several logs come one after the other`() throws {
        let second = log([event("A", .recover, at: 1, life: 1)])
        let first = log([event("A", .start, at: 5), event("A", .crash, at: 6)])
        let merged = try EventLog.merged([second, first])
        #expect(merged.events.map(\.kind) == [.start, .crash, .recover])
    }

    @Test func `a receipt whose sender's log is lost waits for nobody`() throws {
        let merged = try EventLog.merged([log([event("B", .receive, "x", peer: "A")])])
        #expect(merged.events.count == 1)
    }

    @Test func `entries of clocks are put into one order`() throws {
        var a = event("A", .idle)
        a.clock = VectorClock(counts: [1])
        var b = event("B", .idle, at: 1)
        b.clock = VectorClock(counts: [2, 3])
        let merged = try EventLog.merged([log([a], nodes: ["A"]), log([b], nodes: ["B", "A"])])
        #expect(merged.header.nodes == ["A", "B"])
        #expect(merged.events.map { $0.clock?.counts(nodeCount: 2) } == [[1, 0], [3, 2]])
    }

    @Test func `the header tells of all that was asked for, and of a seed that all had`() throws {
        var first = log([])
        first.header.seed = 4
        first.header.faults = ["kill A", "kill B"]
        var second = first
        second.header.faults = ["kill B", "kill C"]
        #expect(try EventLog.merged([first, second]).header.seed == 4)
        #expect(
            try EventLog.merged([first, second]).header.faults == ["kill A", "kill B", "kill C"]
        )
        second.header.seed = 5
        #expect(try EventLog.merged([first, second]).header.seed == nil)
    }

    @Test func `logs that wait for each other are refused with their lines`() {
        let a = log([event("A", .receive, "y", peer: "B"), event("A", .send, "x", peer: "B")])
        let b = log([
            event("B", .start), event("B", .receive, "x", peer: "A"),
            event("B", .send, "y", peer: "A"),
        ])
        let expected =
            "these wait for each other: "
            + "a.jsonl, line 2 (A: receive y) for b.jsonl, line 4 (B: send y); "
            + "b.jsonl, line 3 (B: receive x) for a.jsonl, line 3 (A: send x)"
        #expect(refusal([a, b], names: ["a.jsonl", "b.jsonl"]) == expected)
    }

    @Test func `a life that waits for one that never ends is in the circle of the latter`() {
        let first = log([event("A", .receive, "x", peer: "A")])
        let second = log([event("A", .send, "x", peer: "A", life: 1)])
        let expected =
            "these wait for each other: log 1, line 2 (A: receive x) for log 2, line 2 (A: send x)"
        #expect(refusal([first, second]) == expected)
    }

    @Test func `a message that two logs send is refused`() {
        let a = log([event("A", .send, "x")])
        let b = log([event("A", .send, "x", life: 1)])
        let expected =
            "log 2, line 2 (A: send x): sent again, after log 1, line 2 (A: send x): "
            + "a message has one send"
        #expect(refusal([a, b]) == expected)
    }

    @Test func `one life in two logs is refused`() {
        let log = log([event("A", .start)])
        #expect(refusal([log, log])?.hasPrefix("life 0 of A is in log 1 and in log 2") == true)
    }

    @Test func `logs of two systems, and no logs, are refused`() {
        #expect(refusal([])?.hasPrefix("there is no log") == true)
        let two = [log([], system: "x"), log([], system: "y")]
        #expect(refusal(two)?.hasPrefix("log 1 is of x, log 2 of y") == true)
    }

    @Test func `a clock with entries for nobody is refused`() {
        var event = event("A", .idle)
        event.clock = VectorClock(counts: [1, 1])
        let logs = [log([event], nodes: ["A"]), log([], nodes: ["B"])]
        #expect(refusal(logs)?.hasPrefix("log 1, line 2 (A: idle): a clock has entries") == true)
    }
}
