import Causality
import Nodes
import Simulation
import Testing

/// What is written beside the work, and whose end is watched.
@Suite struct WaitingTests {
    /// Does at its start, and at each timer, what it is made to do, and tells when it was reminded.
    struct Actor: Node {
        enum Words: Vocabulary {
            struct Message: Hashable, Codable {}
            struct Timer: Hashable, Codable { let name: String }
            struct Output: Hashable, Codable { let name: String }
            struct Saved: Hashable, Codable { let number: Int }
        }
        enum Order: Hashable, Codable {
            case write(Int, as: String), save(Int, as: String), watch(Int), kill(Int), launch(Int)
            case arm(String, milliseconds: Int), disarm(String)
            case halt
        }
        var onStart: [Order] = []
        var again: [Order] = []
        var onTimer: [String: [Order]] = [:]

        mutating func start(_ effects: inout Effects<Words>) {
            follow(effects.incarnation == 0 ? onStart : again, &effects)
        }

        mutating func fire(_ timer: Words.Timer, _ effects: inout Effects<Words>) {
            let found = (try? effects.saved("x"))?.number
            effects.emit(.init(name: timer.name + (found.map { " x=\($0)" } ?? "")))
            follow(onTimer[timer.name] ?? [], &effects)
        }

        private func follow(_ orders: [Order], _ effects: inout Effects<Words>) {
            for order in orders {
                switch order {
                case .write(let number, let name):
                    effects.write(
                        .init(number: number),
                        as: name,
                        then: .init(name: "\(number) is there"),
                        otherwise: .init(name: "\(number) is not there")
                    )
                case .save(let number, let name):
                    effects.save(.init(number: number), as: name)
                case .watch(let node):
                    effects.watch(NodeID(node), reminding: .init(name: "end of \(node)"))
                case .kill(let node): effects.kill(NodeID(node))
                case .launch(let node): effects.launch(NodeID(node))
                case .arm(let timer, let delay):
                    effects.arm(.init(name: timer), after: .milliseconds(delay))
                case .disarm(let timer): effects.disarm(.init(name: timer))
                case .halt: effects.halt()
                }
            }
        }
    }

    struct Run {
        let outcome: Outcome<Actor>
        let events: [Event]
        /// Why the log cannot be run again in the same words; nil if it can.
        let disagreement: String?
        /// What the first node waits for when the log has been run again.
        let triggers: [Agenda<Actor.Words>.Reminder.Trigger]
        /// What was wrong then.
        let failureAgain: Failure?

        func said(by index: Int) -> [String] { outcome.places[index].outputs.map(\.name) }
    }

    func run(
        _ nodes: [Actor],
        launched: Set<Int> = [],
        _ faults: String = "",
        seed: UInt64 = 1,
        properties: [Property<Actor>] = []
    ) throws -> Run {
        let names = nodes.indices.map { "Node_\($0)" }
        let system = try System(
            "actors",
            members: nodes.enumerated().map { index, node in
                .init(names[index], begins: launched.contains(index) ? .launched : .atOnce) { node }
            },
            properties: properties
        )
        let plan = try FaultPlan(parsing: faults, nodes: names)
        nonisolated(unsafe) var log = EventLog(
            header: EventLogHeader(system: system.name, command: [])
        )
        let options = SimulationOptions(seed: seed, faults: plan, timeMax: .seconds(60))
        var simulation = Simulation(system, options) { log.events.append($0) }
        let outcome = simulation.run()
        var disagreement: String?
        var failureAgain: Failure?
        var triggers: [Agenda<Actor.Words>.Reminder.Trigger] = []
        do throws(UnplayableLog) {
            let result = try Replay(system, log).run()
            let again = result.events
            failureAgain = result.failure?.failure
            triggers = result.configuration.states[0].agenda.reminders.map(\.trigger)
            let own = log.events.filter { $0.kind != .note && $0.kind != .drop }
            if again.filter({ $0.kind != .note && $0.kind != .drop }) != own {
                disagreement = "other events"
            }
        } catch {
            disagreement = "\(error)"
        }
        return Run(
            outcome: outcome,
            events: log.events,
            disagreement: disagreement,
            triggers: triggers,
            failureAgain: failureAgain
        )
    }

    @Test(arguments: [UInt64](1...20))
    func `writes come to rest one after another, each in its time, and their node is told`(
        seed: UInt64
    ) throws {
        let run = try run(
            [
                Actor(
                    onStart: [
                        .write(1, as: "x"), .write(2, as: "x"), .arm("meanwhile", milliseconds: 1),
                    ],
                    onTimer: ["1 is there": [.write(3, as: "x")]]
                )
            ],
            seed: seed
        )
        let said = run.said(by: 0).filter { !$0.hasPrefix("meanwhile") }
        #expect(said == ["1 is there x=1", "2 is there x=2", "3 is there x=3"])
        let ends = run.events.filter { $0.kind == .written }.map { Double($0.time) / 1_000_000 }
        try #require(ends.count == 3)
        for (before, after) in zip([0] + ends, ends) { #expect((1...5).contains(after - before)) }
        #expect(run.said(by: 0).contains { $0.hasPrefix("meanwhile") })
        #expect(run.outcome.verdict == .passed)
        #expect(run.disagreement == nil)
    }

    @Test func `a kill after a save falls when the write is durable and nobody knows`() throws {
        let node = Actor(
            onStart: [.write(1, as: "x")],
            again: [.arm("second life", milliseconds: 1)]
        )
        let run = try run([node], "kill Node_0 after 1 save restart after 10ms")
        #expect(run.said(by: 0) == ["second life x=1"])
        let crash = run.events.first { $0.kind == .crash }
        #expect(crash?.effects == 0)
        #expect(run.disagreement == nil)
    }

    @Test func `what is under way at a crash is not there`() throws {
        let node = Actor(
            onStart: [.write(1, as: "x"), .write(2, as: "y")],
            again: [.arm("second life", milliseconds: 50)]
        )
        let run = try run([node], "kill Node_0 at 500us restart after 100us")
        #expect(run.said(by: 0) == ["second life"])
        #expect(run.outcome.places[0].saved.isEmpty)
        #expect(run.disagreement == nil)
    }

    @Test func `a write that ends while its node is stopped is taken when it goes on, in order`()
        throws
    {
        let node = Actor(onStart: [
            .arm("early", milliseconds: 1), .write(1, as: "x"), .arm("late", milliseconds: 6),
        ])
        let run = try run([node], "stop Node_0 at 500us for 20ms")
        #expect(run.said(by: 0) == ["early", "1 is there x=1", "late x=1"])
        #expect(run.events.filter { $0.kind == .written }.map(\.time) == [20_500_000])
        #expect(run.disagreement == nil)
    }

    @Test(arguments: ["kill Node_1 at 10ms", "", "kill Node_1 at 10ms restart after 50ms"])
    func `who watches is reminded soon after the end, whatever it was`(fault: String) throws {
        let watcher = Actor(onStart: [.watch(1)])
        let isKilled = !fault.isEmpty
        let watched = Actor(
            onStart: [.arm("end", milliseconds: isKilled ? 500 : 10)],
            onTimer: ["end": [.halt]]
        )
        let run = try run([watcher, watched], fault)
        let end = run.events.first { $0.kind == (isKilled ? .crash : .halt) }
        let notice = run.events.filter { $0.kind == .timer && $0.node == "Node_0" }
        try #require(notice.count == 1)
        let delay = notice[0].time - (end?.time ?? 0)
        #expect((500_000...2_000_000).contains(delay))
        #expect(run.said(by: 0) == ["end of 1"])
        #expect(run.disagreement == nil)
    }

    @Test func `who is killed by another is seen to end, and its next life too`() throws {
        let watcher = Actor(
            onStart: [.watch(1), .arm("kill", milliseconds: 5)],
            onTimer: [
                "kill": [.kill(1)], "end of 1": [.launch(1), .watch(1)],
            ]
        )
        let killer = Actor(
            onStart: [.arm("twice", milliseconds: 300)],
            onTimer: ["twice": [.kill(1)]]
        )
        let run = try run([watcher, Actor(), killer])
        #expect(run.said(by: 0) == ["kill", "end of 1", "end of 1"])
        #expect(run.disagreement == nil)
    }

    @Test func `where nobody lives the reminder is due at once, and a launched one is waited for`()
        throws
    {
        let watcher = Actor(
            onStart: [.watch(1)],
            onTimer: ["end of 1": [.launch(1), .watch(1), .arm("still waiting", milliseconds: 50)]]
        )
        let run = try run([watcher, Actor()], launched: [1])
        #expect(run.said(by: 0) == ["end of 1", "still waiting"])
        #expect(run.outcome.places[1].status == .running)
        #expect(run.outcome.statistics.nanoseconds < 60_000_000)
        #expect(run.disagreement == nil)
    }

    @Test func `a watch can be disarmed and put off as any timer`() throws {
        let disarmed = Actor(onStart: [.watch(1), .disarm("end of 1")])
        let moved = Actor(onStart: [.watch(1), .arm("end of 1", milliseconds: 30)])
        let gone = Actor(onStart: [.arm("end of 1", milliseconds: 30), .watch(1)])
        let watched = Actor(onStart: [.arm("end", milliseconds: 5)], onTimer: ["end": [.halt]])
        for (watcher, expected) in [(disarmed, []), (moved, [30.0]), (gone, [5.5, 7])] {
            let run = try run([watcher, watched])
            let times = run.events.filter { $0.kind == .timer && $0.node == "Node_0" }
                .map { Double($0.time) / 1_000_000 }
            #expect(times.count == min(1, expected.count))
            if let time = times.first, let first = expected.first, let last = expected.last {
                #expect((first...last).contains(time))
            }
            #expect(run.disagreement == nil)
        }
    }

    @Test func `neither a jump nor a drift of the clock moves word of an end`() throws {
        let watcher = Actor(onStart: [.watch(1), .arm("far", milliseconds: 400)])
        let watched = Actor(onStart: [.arm("end", milliseconds: 5)], onTimer: ["end": [.halt]])
        let run = try run([watcher, watched], "drift Node_0 by 300%; skew Node_0 by 1s at 4ms")
        #expect(run.said(by: 0) == ["far", "end of 1"])
        let notice = run.events.last { $0.kind == .timer }
        #expect((5_500_000...7_000_000).contains(notice?.time ?? 0))
        #expect(run.disagreement == nil)
    }

    @Test func `a stopped node learns of an end when it goes on`() throws {
        let watcher = Actor(onStart: [.watch(1)])
        let watched = Actor(onStart: [.arm("end", milliseconds: 5)], onTimer: ["end": [.halt]])
        let run = try run([watcher, watched], "stop Node_0 at 1ms for 30ms")
        #expect(run.events.last { $0.kind == .timer }?.time == 31_000_000)
        #expect(run.disagreement == nil)
    }

    @Test func `who kills, launches and then watches waits for the end of the new life`() throws {
        let watcher = Actor(
            onStart: [.watch(1), .arm("kill", milliseconds: 5), .arm("again", milliseconds: 90)],
            onTimer: ["kill": [.kill(1), .launch(1), .watch(1)], "again": [.kill(1)]]
        )
        let run = try run([watcher, Actor()])
        #expect(run.said(by: 0) == ["kill", "again", "end of 1"])
        #expect(run.disagreement == nil)
        let once = Actor(
            onStart: [.arm("kill", milliseconds: 5)],
            onTimer: ["kill": [.kill(1), .launch(1), .watch(1)]]
        )
        #expect(try self.run([once, Actor()]).triggers == [.end(of: NodeID(1))])
    }

    @Test func `to watch somebody who lives is to be at rest, in a run and in its log`() throws {
        let run = try run(
            [Actor(onStart: [.watch(1)]), Actor()],
            properties: [.eventually("it has died") { $0.places[1].status == .crashed }]
        )
        #expect(run.outcome.failure?.kind == .notReached)
        #expect(run.failureAgain?.kind == .notReached)
        let writer = try self.run(
            [Actor(onStart: [.write(1, as: "x")])],
            "stop Node_0",
            properties: [.eventually("it is there") { $0.places[0].saved["x"] != nil }]
        )
        // Nobody lets it go on: the run is at rest, and its log ends with a write under way.
        #expect(writer.outcome.failure?.kind == .notReached)
        #expect(writer.failureAgain == nil)
    }

    @Test func `a full disk refuses a write when it would come to rest, and keeps what was there`()
        throws
    {
        let node = Actor(
            onStart: [.save(1, as: "x"), .write(2, as: "x")],
            onTimer: [
                "2 is not there": [.write(3, as: "x")],
                "3 is not there": [.arm("later", milliseconds: 50)], "later": [.write(4, as: "x")],
            ]
        )
        let run = try run([node], "fill Node_0 at 500us for 30ms")
        #expect(
            run.said(by: 0) == [
                "2 is not there x=1", "3 is not there x=1", "later x=1", "4 is there x=4",
            ]
        )
        #expect(run.outcome.verdict == .passed)
        #expect(run.outcome.proofs.map(\.hits) == [2])
        #expect(run.disagreement == nil)
    }

    @Test func `a full disk that nothing was written to has hit nothing`() throws {
        let node = Actor(onStart: [.write(1, as: "x")])
        let run = try run([node], "fill Node_0 after 1 save for 100ms")
        #expect(run.said(by: 0) == ["1 is there x=1"])
        #expect(run.outcome.verdict == .inconclusive(run.outcome.proofs))
    }

    @Test func `a save on a full disk ends the run with one line`() throws {
        let node = Actor(
            onStart: [.arm("save", milliseconds: 5)],
            onTimer: ["save": [.save(1, as: "x")]]
        )
        let run = try run([node], "fill *")
        #expect(
            run.outcome.failure?.description
                == "impossible: Node_0 saves x, and its disk is full"
        )
        #expect(run.outcome.proofs.map(\.hits) == [1])
        #expect(run.outcome.places[0].saved.isEmpty)
    }

    @Test func `a disk is the machine's: it is full for each life`() throws {
        let node = Actor(onStart: [.write(1, as: "x")], again: [.write(2, as: "x")])
        let run = try run([node], "fill Node_0; kill Node_0 at 500us restart after 1ms")
        #expect(run.said(by: 0) == ["2 is not there"])
        #expect(run.outcome.proofs.map(\.hits) == [1, 1])
        #expect(run.disagreement == nil)
    }

    @Test func `a run that does not end says who writes and who watches`() throws {
        let writer = Actor(onStart: [.write(1, as: "x")], onTimer: ["1 is there x=1": []])
        let watcher = Actor(
            onStart: [.watch(0), .arm("tick", milliseconds: 1)],
            onTimer: ["tick": [.arm("tick", milliseconds: 1)]]
        )
        let run = try run([writer, watcher], "stop Node_0 at 500us")
        let details = run.outcome.failure?.details ?? ""
        #expect(details.contains("Node_0: running; stopped; is writing x"))
        #expect(details.contains("watches Node_0"))
    }
}
