import Causality
import Chance
import Nodes
import Simulation
import Testing

@Suite struct SimulationTests {
    private func log(
        _ system: System<Chaos>,
        _ options: SimulationOptions
    ) -> (log: EventLog, outcome: Outcome<Chaos>) {
        let names = system.members.map(\.name)
        let header = EventLogHeader(system: system.name, command: [], nodes: names)
        nonisolated(unsafe) var log = EventLog(header: header)
        var simulation = Simulation(system, options) { log.events.append($0) }
        let outcome = simulation.run()
        return (log, outcome)
    }

    /// Faults of every kind, drawn from a seed.
    private func chaos(seed: UInt64, fills: Bool = false) -> FaultPlan {
        var chance = SplitMix64(seed: seed)
        func node() -> [NodePattern] { [NodePattern("Node_\(chance.next(below: 5))")] }
        let everywhere = LinkPattern(from: [NodePattern("*")], to: [NodePattern("*")])
        let some = LinkPattern(from: [NodePattern("Node_0")], to: [NodePattern("Node_*")])
        func soon() -> Fault.Trigger { .at(.milliseconds(Int(chance.next(below: 40)))) }
        let full = Fault(.fill(nodes: node()), soon(), lasting: .milliseconds(15))
        return FaultPlan(
            [
                Fault(.lose(probability: 0.1, links: everywhere)),
                Fault(.duplicate(probability: 0.2, links: everywhere)),
                Fault(.partition(links: some), soon(), lasting: .milliseconds(10)),
                Fault(.stop(nodes: node()), soon(), lasting: .milliseconds(20)),
                Fault(.slow(nodes: node(), by: .milliseconds(3)), soon()),
                Fault(.kill(nodes: node(), restartAfter: .milliseconds(4)), soon()),
                Fault(
                    .kill(nodes: node(), restartAfter: .milliseconds(4)),
                    .after(count: Int(chance.next(below: 40)), of: .effects)
                ),
                Fault(.corrupt(nodes: node(), name: nil), soon()),
                Fault(.drift(nodes: node(), percent: 30)),
                Fault(.skew(nodes: node(), by: .milliseconds(5)), soon()),
            ] + (fills ? [full] : [])
        )
    }

    @Test(arguments: 1...100) func `the same seed gives the same log, and another another`(
        seed: UInt64
    ) throws {
        let system = try Chaos.system(seed: 1)
        let first = log(system, SimulationOptions(seed: seed, faults: chaos(seed: seed)))
        let again = log(system, SimulationOptions(seed: seed, faults: chaos(seed: seed)))
        let isSame = first.log == again.log && first.outcome.places == again.outcome.places
        #expect(isSame)
        #expect(first.log.events.count > 40)
        let other = log(system, SimulationOptions(seed: seed + 1000, faults: chaos(seed: seed)))
        let isOther = first.log.events != other.log.events
        #expect(isOther)
    }

    /// The simulator and `Configuration` are two tellings of one semantics: this holds them together.
    @Test(arguments: 1...300) func `the log of any run can be run again, to the same states`(
        seed: UInt64
    ) throws {
        let fills = seed.isMultiple(of: 2)
        let system = try Chaos.system(seed: Int(seed), avoidsSaves: fills)
        let options = SimulationOptions(
            seed: seed,
            faults: seed.isMultiple(of: 3) ? FaultPlan() : chaos(seed: seed, fills: fills),
            checksPurity: false
        )
        let first = log(system, options)
        let replay = try Replay(system, first.log)
        let result = try replay.run()
        let isSame = result.configuration.states.map(\.place) == first.outcome.places
        #expect(isSame, "seed \(seed)")
        let steps: Set<Event.Kind> = [.drop, .note]
        let made = result.events.filter { !steps.contains($0.kind) }.map(\.clock)
        let logged = first.log.events.filter { !steps.contains($0.kind) }.map(\.clock)
        #expect(made == logged)
    }

    @Test(arguments: 1...100) func `the clocks of a run are those of its message graph`(
        seed: UInt64
    ) throws {
        let system = try Chaos.system(seed: Int(seed))
        let run = log(system, SimulationOptions(seed: seed, faults: chaos(seed: seed))).log
        let execution = try Execution(run)
        let clocks = execution.vectorClocks()
        for (index, event) in run.events.enumerated() {
            let point = execution.point(logIndex: index)
            #expect(event.clock == point.map { clocks[$0.process][$0.index] }, "seed \(seed)")
        }
    }

    @Test(arguments: 1...100) func `a log that is taken apart by nodes merges to the same run`(
        seed: UInt64
    ) throws {
        let system = try Chaos.system(seed: Int(seed))
        let run = log(system, SimulationOptions(seed: seed, faults: chaos(seed: seed))).log
        var chance = SplitMix64(seed: seed)
        let parts = system.members.map { member in
            // Each node's clock is wrong by up to an hour.
            let offset = Int(chance.next(below: 3_600_000_000_000))
            return EventLog(
                header: run.header,
                events: run.events.filter { $0.node == member.name }.map { event in
                    var late = event
                    late.time += offset
                    return late
                }
            )
        }
        let execution = try Execution(run)
        let merged = try Execution(EventLog.merged(parts))
        let isSame = merged.vectorClocks() == execution.vectorClocks()
        #expect(isSame, "seed \(seed)")
    }

    @Test
    func `such runs hold writes that end, that are refused and that a crash follows, and watches`()
        throws
    {
        var written = 0
        var refused = 0
        var unknown = 0
        for seed in UInt64(1)...300 where seed.isMultiple(of: 2) && !seed.isMultiple(of: 3) {
            let system = try Chaos.system(seed: Int(seed), avoidsSaves: true)
            let faults = chaos(seed: seed, fills: true)
            let events = log(system, SimulationOptions(seed: seed, faults: faults)).log.events
            written += events.count { $0.kind == .written }
            refused += events.count { $0.kind == .refused }
            for (event, next) in zip(events, events.dropFirst().filter { $0.kind != .note })
            where event.kind == .written && next.kind == .crash && next.node == event.node {
                unknown += 1
            }
        }
        #expect(written > 200)
        #expect(refused > 20)
        #expect(unknown > 0)
    }

    @Test(arguments: 1...40) func `a message is never received before it was sent`(
        seed: UInt64
    ) throws {
        let first = log(
            try Chaos.system(seed: Int(seed)),
            SimulationOptions(seed: seed, faults: chaos(seed: seed), checksPurity: false)
        )
        var sent: [String: Event] = [:]
        var last: [String: Int] = [:]
        for event in first.log.events {
            #expect(event.time >= 0)
            guard let message = event.message else { continue }
            switch event.kind {
            case .send: sent[message] = event
            case .receive:
                let send = try #require(sent[message])
                let cause = try #require(send.clock)
                #expect(event.clock.map { cause.order(to: $0) } == .before)
                guard event.link == "stream" else { continue }
                // First in, first out, for each pair of lives.
                let number = try #require(Int(message.split(separator: ".").last ?? ""))
                let way = "\(send.node).\(send.incarnation)>\(event.node).\(event.incarnation)"
                #expect(last[way] ?? 0 < number, "seed \(seed), \(way)")
                last[way] = number
            default: continue
            }
        }
    }

    private struct Careless: Node {
        enum Words: Vocabulary {
            struct Message: Hashable, Codable {}
        }
        let peers: Set<NodeID>
        mutating func start(_ effects: inout Effects<Words>) {
            for peer in peers { effects.send(.init(), to: peer, over: .datagram) }
        }
    }

    @Test func `a handler that walks a set into its effects is found by the second run`() throws {
        let system = try System<Careless>(
            "careless",
            members: (0..<9).map { index in
                .init("Node_\(index)") { Careless(peers: Set((0..<9).map { NodeID($0) })) }
            }
        )
        var simulation = Simulation(system, SimulationOptions(seed: 1, checksPurity: true))
        let failure = try #require(simulation.run().failure)
        #expect(failure.kind == .impure)
        #expect(failure.details.contains("asked once more, it leaves other effects"))
        var unchecked = Simulation(system, SimulationOptions(seed: 1, checksPurity: false))
        #expect(unchecked.run().failure == nil)
    }

    private struct Stray: Node {
        enum Words: Vocabulary {
            struct Message: Hashable, Codable {}
        }
        mutating func start(_ effects: inout Effects<Words>) {
            effects.send(.init(), to: NodeID(7), over: .stream)
        }
    }

    @Test func `a message to nobody ends the run with one line`() throws {
        let system = try System<Stray>("stray", members: [.init("Stray") { Stray() }])
        var simulation = Simulation(system, SimulationOptions(seed: 1))
        let failure = try #require(simulation.run().failure)
        #expect(failure.description == "impossible: Stray sends to node #7, and the last is #0")
    }

    private struct Clockwork: Node {
        enum Words: Vocabulary {
            struct Message: Hashable, Codable {}
            enum Timer: Hashable, Codable { case tick }
        }
        mutating func start(_ effects: inout Effects<Words>) {
            effects.pause(NodeID(0))
            effects.send(.init(), to: effects.me, over: .stream)
            effects.arm(.tick, after: .seconds(1))
        }
        mutating func fire(_ timer: Words.Timer, _ effects: inout Effects<Words>) {
            effects.arm(.tick, after: .seconds(1))
        }
    }

    @Test func `a run that does not end says what it waits for`() throws {
        let system = try System<Clockwork>("clock", members: [.init("Clock") { Clockwork() }])
        var byTime = Simulation(system, SimulationOptions(seed: 1, timeMax: .seconds(10)))
        let late = try #require(byTime.run().failure)
        #expect(
            late.description == """
                the run does not end: 10.0 seconds of virtual time are over
                  Clock: running; timers armed: tick; holds back Clock; 1 in flight to it
                """
        )
        var byEvents = Simulation(system, SimulationOptions(seed: 1, eventsMax: 5))
        let many = try #require(byEvents.run().failure)
        #expect(many.subject == "it has had 5 events")
    }
}
