import Causality
import Exploration
import Nodes
import ReferenceModels
import Testing

@Suite struct VerdictTests {
    private typealias Rules = [(Puppet.Trigger, [Puppet.Action])]

    private func run(
        _ puppets: [Rules],
        _ properties: [Property<Puppet>] = [],
        _ options: ExplorationOptions = ExplorationOptions()
    ) throws -> ExplorationResult<Puppet> {
        let members = puppets.enumerated().map { place, rules in
            let puppet = Puppet(rules)
            return System<Puppet>.Member("P\(place)") { puppet }
        }
        let system = try System("puppets", members: members, properties: properties)
        return try Exploration(system, options: options).run()
    }

    private func limits(_ result: ExplorationResult<Puppet>) -> [ExplorationLimit] {
        if case .notExhaustive(let limits) = result.verdict { return limits }
        return []
    }

    private let asks: [[(Puppet.Trigger, [Puppet.Action])]] = [
        [(.message(1), [.send(2, to: 1, .datagram)])],
        [(.start, [.send(1, to: 0, .datagram)])],
    ]
    private let isAnswered = Property<Puppet>.eventually("it is answered") {
        $0[NodeID(1)]?.told == [2]
    }

    @Test func `what must hold at the end is looked at where nothing more can happen`() throws {
        let sure = ExplorationOptions(datagrams: .consumed(dropsMax: 0, duplicatesMax: 0))
        guard case .holds = try run(asks, [isAnswered], sure).verdict else {
            Issue.record("not answered though nothing is lost")
            return
        }
        let lossy = ExplorationOptions(datagrams: .consumed(dropsMax: 1, duplicatesMax: 0))
        let violation = try #require(try run(asks, [isAnswered], lossy).violation)
        #expect(violation.kind == .property("it is answered", isAboutTheEnd: true))
        // Two begin, and the question is lost.
        #expect(violation.steps.count == 3)
        #expect(violation.events.last?.kind == .drop)
    }

    /// Sends once, and whoever is told may be told so or not when all is over.
    @Test(arguments: PromiseTests.bothForms)
    func `after a crash of its sender, an end is judged with and without what was acknowledged`(
        form: ExplorationOptions.Datagrams
    ) throws {
        let sends: [Rules] = [[], [(.start, [.send(1, to: 0, .acknowledged), .emit(1)])]]
        let comes = Property<Puppet>.eventually("it comes") { state in
            // A crash of the receiver is another matter.
            state.outputs(of: NodeID(1)).isEmpty || state[NodeID(0)]?.told != []
        }
        let doesNot = Property<Puppet>.eventually("it does not come") { state in
            state.places[1].status != .crashed || state[NodeID(0)]?.told != [1]
        }
        var options = ExplorationOptions(datagrams: form)
        guard case .holds = try run(sends, [comes], options).verdict else {
            Issue.record("it does not come though nobody crashes")
            return
        }
        options.crashesMax = 1
        options.restarts = false
        for property in [comes, doesNot] {
            let violation = try #require(try run(sends, [property], options).violation)
            #expect(violation.kind == .property(property.name, isAboutTheEnd: true))
            #expect(violation.events.contains { $0.kind == .crash })
            let isLost = violation.events.contains { $0.kind == .drop && $0.link == "acknowledged" }
            #expect(isLost == (property.name == "it comes"))
        }
    }

    /// A crash may happen, and need not: with one in the budget, a state may still be an end.
    @Test func `faults need not happen`() throws {
        let options = ExplorationOptions(
            datagrams: .consumed(dropsMax: 0, duplicatesMax: 0),
            crashesMax: 1
        )
        let somebodyDies = Property<Puppet>.eventually("somebody dies") { state in
            state.places.contains { $0.incarnation > 0 }
        }
        let violation = try #require(try run(asks, [somebodyDies], options).violation)
        #expect(!violation.events.contains { $0.kind == .crash })
    }

    @Test func `what no state shows is said`() throws {
        let result = try run(
            asks,
            [
                .sometimes("told 2") { $0[NodeID(1)]?.told == [2] },
                .sometimes("told 3") { $0[NodeID(1)]?.told == [3] },
            ],
            ExplorationOptions(datagrams: .consumed(dropsMax: 0, duplicatesMax: 0))
        )
        guard case .neverReached(["told 3"]) = result.verdict else {
            Issue.record("\(result.verdict)")
            return
        }
        #expect(result.reached == ["told 2"])
    }

    @Test func `each bound that is met is named, and nothing is called proved`() throws {
        let ticking: Rules = [
            (.start, [.arm(1, from: 1, to: 1)]),
            (.timer(1), [.arm(1, from: 1, to: 1)]),
        ]
        var options = ExplorationOptions(timerFiringsMax: 3)
        #expect(try limits(run([ticking], [], options)) == [.timerFirings])
        options = ExplorationOptions(depthMax: 5)
        #expect(try limits(run([ticking], [], options)) == [.depth])
        #expect(try run([ticking], [], options).depthMax == 5)
        options.order = .depthFirst
        #expect(try limits(run([ticking], [], options)) == [.depth])
        options = ExplorationOptions(statesMax: 10)
        #expect(try limits(run([ticking], [], options)) == [.states])
        options.order = .depthFirst
        #expect(try limits(run([ticking], [], options)) == [.states])
        options.order = .randomWalk(seed: 1, walks: 2)
        #expect(try limits(run([ticking], [], options)) == [.states, .randomWalk])
        let chatty: Rules = [
            (.start, [.arm(1, from: 1, to: 1)]),
            (.timer(1), [.arm(1, from: 1, to: 1), .send(1, to: 1, .stream)]),
        ]
        let deaf: Rules = [(.start, [.pause(0)])]
        options = ExplorationOptions(depthMax: 9, inFlightMax: 4)
        #expect(try limits(run([chatty, deaf], [], options)) == [.inFlight])
    }

    @Test func `a beginning that is beyond the bound is said, too`() throws {
        let chatty: Rules = [(.start, [.send(1, to: 1, .datagram), .send(2, to: 1, .datagram)])]
        for order in [ExplorationOptions.Order.breadthFirst, .depthFirst] {
            let options = ExplorationOptions(order: order, inFlightMax: 1)
            #expect(try limits(run([chatty, []], [], options)) == [.inFlight])
        }
        // Taken one by one: a puppet keeps all that it is told.
        let once = ExplorationOptions.Datagrams.consumed(dropsMax: 0, duplicatesMax: 0)
        let wide = ExplorationOptions(datagrams: once, inFlightMax: 2)
        #expect(try limits(run([chatty, []], [], wide)) == [])
        // What is acknowledged counts as often as it was sent, even where datagrams are remembered.
        let same: Rules = [
            (.start, [.send(1, to: 1, .acknowledged), .send(1, to: 1, .acknowledged)])
        ]
        let narrow = ExplorationOptions(inFlightMax: 1)
        #expect(try limits(run([same, []], [], narrow)) == [.inFlight])
        #expect(try limits(run([same, []], [], ExplorationOptions(inFlightMax: 2))) == [])
    }

    @Test func `a bound on memory ends the search`() throws {
        for order in [ExplorationOptions.Order.breadthFirst, .depthFirst] {
            let options = ExplorationOptions(
                order: order,
                memoryBytesMax: 1 << 20,
                checksPurity: false
            )
            let system = try TwoPhaseCommit.system(resources: 7)
            let result = try Exploration(system, options: options).run()
            guard case .notExhaustive([.memory]) = result.verdict else {
                Issue.record("\(result.verdict)")
                return
            }
            #expect(result.visitedBytes + result.queueBytesMax < 3 << 20)
        }
    }

    @Test func `what a node asks for and cannot have ends the search, with the way to it`() throws {
        let bad: [Rules] = [
            [(.message(1), [.send(5, to: 9, .datagram)])],
            [(.start, [.send(3, to: 0, .stream), .send(1, to: 0, .stream)])],
        ]
        let violation = try #require(try run(bad).violation)
        #expect(violation.kind == .impossible("P0 sends to node #9, and the last is #1"))
        #expect(violation.steps.count == 4)
        let atOnce = try #require(try run([[(.start, [.launch(4)])]]).violation)
        #expect(atOnce.kind == .impossible("P0 launches node #4, and the last is #0"))
        #expect(atOnce.steps.count == 1)
    }

    @Test(arguments: [
        (ExplorationOptions(statesMax: 0), "statesMax is 0, and must be at least 1"),
        (ExplorationOptions(depthMax: 0), "depthMax is 0, and must be 1 to 2147483647"),
        (
            ExplorationOptions(memoryBytesMax: 5),
            "memoryBytesMax is 5, and must be at least 1048576"
        ),
        (ExplorationOptions(inFlightMax: 0), "inFlightMax is 0, and must be 1 to 65535"),
        (ExplorationOptions(cores: 0), "cores is 0, and must be 1 to 256"),
        (ExplorationOptions(crashesMax: -1), "crashesMax is -1, and must be 0 to 65535"),
        (ExplorationOptions(timerFiringsMax: 0), "timerFiringsMax is 0, and must be 1 to 65535"),
        (
            ExplorationOptions(datagrams: .consumed(dropsMax: 70_000, duplicatesMax: 0)),
            "dropsMax is 70000, and must be 0 to 65535"
        ),
        (
            ExplorationOptions(order: .randomWalk(seed: 1, walks: 0)),
            "walks is 0, and must be at least 1"
        ),
        (ExplorationOptions(usesSymmetry: true), "puppets names no interchangeable members"),
    ])
    func `options that cannot be are refused in one line`(
        options: ExplorationOptions,
        line: String
    ) throws {
        let system = try System(
            "puppets",
            members: [System<Puppet>.Member("P") { Puppet([]) }]
        )
        #expect(throws: ImpossibleExploration.self) { try Exploration(system, options: options) }
        do {
            _ = try Exploration(system, options: options)
        } catch {
            #expect("\(error)" == line)
        }
    }

    /// Walks a set of its own into its effects: equal values walk in different orders.
    private struct Walker: Node {
        enum Words: Vocabulary { typealias Message = Int }
        var others: Set<Int> = [0, 1, 2, 3, 4, 5, 6, 7]

        mutating func start(_ effects: inout Effects<Words>) {
            for other in others { effects.send(other, to: NodeID(0), over: .stream) }
        }
    }

    @Test func `a handler that walks a set into its effects is refused`() throws {
        // Two equal sets of eight walk alike now and then; thirty-two systems do not.
        var refused = 0
        for _ in 1...32 {
            let system = try System(
                "walkers",
                members: [System<Walker>.Member("W") { Walker() }]
            )
            let options = ExplorationOptions(checksPurity: true)
            if case .impure(let reason)? = try Exploration(system, options: options).run()
                .violation?.kind
            {
                #expect(reason.hasPrefix("W: asked once more, it leaves other effects, from "))
                refused += 1
            }
        }
        #expect(refused > 0)
    }
}
