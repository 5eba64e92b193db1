import Causality
import Exploration
import Nodes
import Testing

/// Writes beside a node's work, and ends of lives that are watched, by all that can happen.
@Suite struct WriteAndWatchTests {
    private typealias Rules = [(Puppet.Trigger, [Puppet.Action])]

    private func system(
        _ puppets: [Rules],
        launched: Set<Int> = [],
        _ properties: [Property<Puppet>]
    ) throws -> System<Puppet> {
        let members = puppets.enumerated().map { index, rules in
            let puppet = Puppet(rules)
            let begins: System<Puppet>.Member.Beginning =
                launched.contains(index) ? .launched : .atOnce
            return System<Puppet>.Member("P\(index)", begins: begins) { puppet }
        }
        return try System("puppets", members: members, properties: properties)
    }

    // MARK: Writes

    @Test func `writes come to rest one after another, each with its reminder`() throws {
        let told = try reachable([[(.start, [.write(1, then: 10), .write(2, then: 20)])]])
        #expect(told == [[], [10], [10, 20]])
    }

    @Test func `a write is there wholly or not at all, and a crash falls before anybody knows`()
        throws
    {
        // Whether it lives, what is saved, and what the outside knows.
        let seen = Seen()
        let look = Property<Puppet>.always("look") { state in
            let place = state.places[0]
            let lives = place.status == .running ? 1 : 0
            seen.insert([lives, place.saved["it"] ?? 0] + place.outputs)
            return true
        }
        let writes: [Rules] = [[(.start, [.write(5, then: 10)]), (.timer(10), [.emit(7)])]]
        let options = ExplorationOptions(crashesMax: 1, restarts: false)
        let result = try Exploration(system(writes, [look]), options: options).run()
        guard case .holds = result.verdict else {
            Issue.record("\(result.verdict)")
            return
        }
        #expect(seen.values == [[1, 0], [1, 5, 7], [0, 0], [0, 5], [0, 5, 7]])
    }

    @Test func `what is written under a name later is there later`() throws {
        let seen = Seen()
        let look = Property<Puppet>.always("look") { state in
            seen.insert([state.places[0].saved["it"] ?? 0])
            return true
        }
        let writes: [Rules] = [[(.start, [.write(1, then: 10), .save(3), .write(2, then: 20)])]]
        _ = try Exploration(system(writes, [look])).run()
        #expect(seen.values == [[3], [1], [2]])
    }

    // MARK: Watches

    private let isToldOfEnds = Property<Puppet>.always("nobody is told of an end before it") {
        state in
        state[NodeID(0)]?.told.contains(7) != true || state.places[1].status != .running
    }

    @Test func `who watches is told of a halt, a kill and a crash, and not before`() throws {
        let halts: [Rules] = [
            [(.start, [.watch(1, 7)])],
            [(.start, [.arm(3, from: 1, to: 1)]), (.timer(3), [.halt])],
        ]
        let kills: [Rules] = [
            [(.start, [.watch(1, 7), .arm(3, from: 1, to: 1)]), (.timer(3), [.kill(1)])], [],
        ]
        let lives: [Rules] = [[(.start, [.watch(1, 7)])], []]
        for (puppets, crashesMax) in [(halts, 0), (kills, 0), (lives, 1)] {
            let options = ExplorationOptions(crashesMax: crashesMax, restarts: false)
            let told = try reachable(puppets, options: options)
            #expect(told.contains { $0?.contains(7) == true })
            let sound = try system(puppets, [isToldOfEnds])
            #expect(try Exploration(sound, options: options).run().verdict.holds)
        }
        #expect(try reachable(lives) == [[]])
    }

    @Test func `a watch of nobody is due at once, and of one about to begin is not`() throws {
        let nobody: [Rules] = [[(.start, [.watch(1, 7)])], []]
        #expect(try reachable(nobody, launched: [1]) == [[], [7]])
        let launched: [Rules] = [[(.start, [.launch(1), .watch(1, 7)])], []]
        #expect(try reachable(launched, launched: [1]) == [[]])
        let later: [Rules] = [[(.start, [.watch(1, 7), .launch(1)])], []]
        #expect(try reachable(later, launched: [1]) == [[], [7]])
    }

    @Test func `one end reminds all who watch, and each once`() throws {
        let watchers: [Rules] = [
            [(.start, [.watch(2, 7), .watch(2, 8)])], [(.start, [.watch(2, 9)])],
            [(.start, [.arm(3, from: 1, to: 1)]), (.timer(3), [.halt])],
        ]
        #expect(try reachable(watchers) == [[], [7], [8], [7, 8], [8, 7]])
        #expect(try reachable(watchers, of: 1) == [[], [9]])
    }

    @Test func `to be reminded of an end takes nothing of the clock's budget, nor waits for it`()
        throws
    {
        let puppets: [Rules] = [
            [(.start, [.arm(1, from: 1, to: 1), .watch(1, 2), .write(5, then: 3)])], [],
        ]
        let all: Set<[Int]?> = [
            [], [1], [2], [3], [1, 2], [2, 1], [1, 3], [3, 1], [2, 3], [3, 2], [1, 2, 3],
            [1, 3, 2],
            [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1],
        ]
        for timers in [ExplorationOptions.Timers.anyOrder, .bounded] {
            let options = ExplorationOptions(timers: timers, timerFiringsMax: 1)
            #expect(try reachable(puppets, launched: [1], options: options) == all)
        }
    }

    // MARK: Ends and traces

    @Test func `a write under way is something that can happen, a watch on the living is not`()
        throws
    {
        let told = Property<Puppet>.eventually("it is told") { $0[NodeID(0)]?.told == [7] }
        let writes = try system([[(.start, [.write(1, then: 7)])], []], [told])
        #expect(try Exploration(writes).run().verdict.holds)
        let watches = try system([[(.start, [.watch(1, 7)])], []], [told])
        let violation = try #require(try Exploration(watches).run().violation)
        #expect(violation.kind == .property("it is told", isAboutTheEnd: true))
        #expect(violation.steps.count == 2)
    }

    static let orders: [ExplorationOptions.Order] = [
        .breadthFirst, .depthFirst, .randomWalk(seed: 1, walks: 200),
    ]

    @Test(arguments: orders)
    func `a trace tells of what came to rest and of who died`(order: ExplorationOptions.Order)
        throws
    {
        let puppets: [Rules] = [
            [
                (.start, [.write(1, then: 10), .write(2, then: 20), .watch(1, 7)]),
                (.timer(10), [.arm(9, from: 1, to: 1)]),
            ],
            [(.start, [.arm(3, from: 1, to: 1)])],
        ]
        let never = Property<Puppet>.always("it is not told both") {
            $0[NodeID(0)]?.told.filter { $0 != 9 } != [10, 7]
        }
        let options = ExplorationOptions(order: order, timerFiringsMax: 3, crashesMax: 1)
        let result = try Exploration(system(puppets, [never]), options: options).run()
        let violation = try #require(result.violation)
        // Two begin, one write comes to rest, one dies, the other is reminded; or it dies in its first breath.
        let isShortest = order == .breadthFirst
        #expect((isShortest ? 4...4 : 4...5).contains(violation.steps.count))
        #expect(violation.events.contains { $0.kind == .written && $0.text == "it: 1" })
        #expect(violation.events.contains { $0.kind == .crash })
    }

    // MARK: Symmetry

    /// Turns to the others one after the other, and speaks of them nowhere but in what it waits for.
    private struct Peer: Node {
        enum Words: Vocabulary {
            typealias Message = Never
            enum Timer: Hashable, Codable, Sendable { case turn(to: NodeID), done }
            typealias Saved = NodeID
        }

        let others: Set<NodeID>
        let watches: Bool

        mutating func start(_ effects: inout Effects<Words>) {
            for other in others.sorted() where other != effects.me {
                effects.arm(.turn(to: other), after: .zero)
            }
        }

        mutating func fire(_ timer: Words.Timer, _ effects: inout Effects<Words>) {
            guard case .turn(let other) = timer else { return }
            if watches {
                effects.watch(other, reminding: .done)
            } else {
                effects.write(other, as: "it", then: .done, otherwise: .done)
            }
        }

        static func states(_ count: Int, watches: Bool, usesSymmetry: Bool) throws -> Int {
            let all = Set((0..<count).map { NodeID($0) })
            let system = try System(
                "peers",
                members: (0..<count).map { index in
                    System<Peer>.Member("N\(index)") { Peer(others: all, watches: watches) }
                },
                interchangeable: [all.sorted()]
            )
            let options = ExplorationOptions(usesSymmetry: usesSymmetry, checksPurity: false)
            return try Exploration(system, options: options).run().states
        }
    }

    /// Each of three has turned to nobody, to one of two, or last to one of two: five states.
    ///
    /// A change of places of two leaves 5 of all states as they are, one of three as well:
    /// (125 + 3 * 5 + 2 * 5) / 6 images are left (Burnside's lemma).
    @Test func `who is watched is called by its place in the image`() throws {
        #expect(try Peer.states(3, watches: true, usesSymmetry: false) == 125)
        #expect(try Peer.states(3, watches: true, usesSymmetry: true) == 25)
    }

    /// Each of two has not begun to write of the other, writes, or has written.
    @Test func `who is written of is called by its place in the image`() throws {
        #expect(try Peer.states(2, watches: false, usesSymmetry: false) == 9)
        #expect(try Peer.states(2, watches: false, usesSymmetry: true) == 6)
    }
}

extension ExplorationResult.Verdict {
    fileprivate var holds: Bool {
        switch self {
        case .holds: true
        case .violated, .neverReached, .notExhaustive: false
        }
    }
}
