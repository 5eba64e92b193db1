import Exploration
import Nodes
import Testing

/// What `Node` promises, and what it does not, by all that can happen.
@Suite struct PromiseTests {
    private let twoOver: (Link) -> [[(Puppet.Trigger, [Puppet.Action])]] = { link in
        [[], [(.start, [.send(1, to: 0, link), .send(2, to: 0, link)])]]
    }

    private func options(
        drops: Int = 0,
        duplicates: Int = 0,
        timers: ExplorationOptions.Timers = .anyOrder,
        crashes: Int = 0,
        restarts: Bool = true
    ) -> ExplorationOptions {
        ExplorationOptions(
            datagrams: .consumed(dropsMax: drops, duplicatesMax: duplicates),
            timers: timers,
            crashesMax: crashes,
            restarts: restarts
        )
    }

    @Test func `a stream is first in, first out`() throws {
        let told = try reachable(twoOver(.stream), options: options())
        #expect(told == [[], [1], [1, 2]])
    }

    /// Sends 1 or 2 when it is reminded of it, and remembers neither.
    private struct Forgetful: Node {
        enum Words: Vocabulary {
            typealias Message = Int
            typealias Timer = Int
        }

        var told: [Int] = []

        mutating func start(_ effects: inout Effects<Words>) {
            guard effects.me == NodeID(1) else { return }
            effects.arm(1, after: .zero)
            effects.arm(2, after: .zero)
        }

        mutating func fire(_ timer: Int, _ effects: inout Effects<Words>) {
            effects.send(timer, to: NodeID(0), over: .stream)
        }

        mutating func receive(_ message: Int, from: NodeID, _ effects: inout Effects<Words>) {
            told.append(message)
        }
    }

    /// Nothing but the stream itself tells 1, 2 from 2, 1 while both are in flight.
    @Test func `two streams that hold the same in another order are two states`() throws {
        let members = ["A", "B"].map { System<Forgetful>.Member($0) { Forgetful() } }
        let system = try System(
            "forgetful",
            members: members,
            properties: ([[1, 2], [2, 1]] as [[Int]]).map { order in
                .sometimes("\(order)") { $0[NodeID(0)].map(\.told) == .some(order) }
            }
        )
        let result = try Exploration(system).run()
        #expect(result.reached == ["[1, 2]", "[2, 1]"])
        // Of two messages: none sent; one of two sent, or told; both sent, one told, both told, in two
        // orders each.
        #expect(result.states == 1 + 2 + 2 + 2 + 2 + 2)
    }

    @Test func `datagrams come in any order`() throws {
        let told = try reachable(twoOver(.datagram), options: options())
        #expect(told == [[], [1], [2], [1, 2], [2, 1]])
    }

    @Test func `one datagram is doubled within a budget of one`() throws {
        let told = try reachable(twoOver(.datagram), options: options(duplicates: 1))
        #expect(told.contains([1, 1, 2]))
        #expect(told.contains([2, 1, 2]))
        #expect(!told.contains([1, 1, 2, 2]))
    }

    @Test func `a stream breaks with its sender, and a new life has a new one`() throws {
        let told = try reachable(twoOver(.stream), options: options(crashes: 1))
        let alive: Set<[Int]?> = [
            [], [1], [1, 2], [1, 1], [1, 1, 2], [1, 2, 1], [1, 2, 1, 2],
        ]
        #expect(told == alive.union([nil]))
    }

    @Test func `without restarts nobody comes back`() throws {
        let told = try reachable(twoOver(.stream), options: options(crashes: 1, restarts: false))
        #expect(told == [[], [1], [1, 2], nil])
    }

    @Test func `what an old life has sent as datagrams is gone once the new one begins`() throws {
        // The second life says 1 and 2 again; without the rule 1, 2, 1, 2, 2 could come of one crash.
        let told = try reachable(twoOver(.datagram), options: options(crashes: 1))
        #expect(told.contains([1, 2, 2, 1]))
        #expect(told.allSatisfy { ($0?.count ?? 0) <= 4 })
        // Alive when sent, dead when it arrives: a datagram outlives its sender.
        let late = try reachable(
            twoOver(.datagram),
            options: options(crashes: 1, restarts: false)
        )
        #expect(late == [[], [1], [2], [1, 2], [2, 1], nil])
    }

    static let bothForms: [ExplorationOptions.Datagrams] = [
        .remembered, .consumed(dropsMax: 2, duplicatesMax: 2),
    ]

    @Test(arguments: bothForms)
    func `acknowledged datagrams come once, in any order, whatever may happen to others`(
        form: ExplorationOptions.Datagrams
    ) throws {
        let told = try reachable(
            twoOver(.acknowledged),
            options: ExplorationOptions(datagrams: form)
        )
        #expect(told == [[], [1], [2], [1, 2], [2, 1]])
        // Two that are the same are two.
        let same: [[(Puppet.Trigger, [Puppet.Action])]] = [
            [], [(.start, [.send(1, to: 0, .acknowledged), .send(1, to: 0, .acknowledged)])],
        ]
        let twice = try reachable(same, options: ExplorationOptions(datagrams: form))
        #expect(twice == [[], [1], [1, 1]])
    }

    @Test(arguments: bothForms)
    func `what an old life has sent as acknowledged is gone once the new one begins`(
        form: ExplorationOptions.Datagrams
    ) throws {
        var options = ExplorationOptions(datagrams: form, crashesMax: 1)
        let told = try reachable(twoOver(.acknowledged), options: options)
        #expect(told.contains([1, 2, 2, 1]) && told.contains([1, 1, 2]))
        // Each life says each number once.
        #expect(!told.contains([1, 1, 1]) && told.allSatisfy { ($0?.count ?? 0) <= 4 })
        options.restarts = false
        let late = try reachable(twoOver(.acknowledged), options: options)
        #expect(late == [[], [1], [2], [1, 2], [2, 1], nil])
    }

    @Test func `a pause does not hold back what is acknowledged`() throws {
        let sender: [(Puppet.Trigger, [Puppet.Action])] = [
            (.start, [.send(1, to: 0, .stream), .send(2, to: 0, .acknowledged)])
        ]
        #expect(try reachable([[(.start, [.pause(1)])], sender], options: options()) == [[], [2]])
    }

    @Test func `a paused stream delivers nothing, and resumes in order`() throws {
        let sender: [(Puppet.Trigger, [Puppet.Action])] = [
            (
                .start,
                [.send(1, to: 0, .stream), .send(2, to: 0, .stream), .send(3, to: 0, .datagram)]
            )
        ]
        let paused = try reachable([[(.start, [.pause(1)])], sender], options: options())
        #expect(paused == [[], [3]])
        let receiver: [(Puppet.Trigger, [Puppet.Action])] = [
            (.start, [.pause(1)]), (.message(3), [.resume(1)]),
        ]
        let resumed = try reachable([receiver, sender], options: options())
        #expect(resumed == [[], [3], [3, 1], [3, 1, 2]])
    }

    @Test func `any timer may fire first, or the one that must be due`() throws {
        let rules: [(Puppet.Trigger, [Puppet.Action])] = [
            (.start, [.arm(1, from: 1, to: 2), .arm(2, from: 2, to: 3), .arm(3, from: 1, to: 9)])
        ]
        let any = try reachable([rules], options: options())
        #expect(any.filter { $0?.count == 3 }.count == 6)
        let bounded = try reachable([rules], options: options(timers: .bounded))
        let whole = Set(bounded.compactMap { $0 }.filter { $0.count == 3 })
        #expect(whole == [[1, 2, 3], [1, 3, 2], [3, 1, 2]])
    }

    @Test func `a timer armed again later is as if it had been armed later`() throws {
        let rules: [(Puppet.Trigger, [Puppet.Action])] = [
            (.start, [.arm(1, from: 1, to: 1), .arm(2, from: 1, to: 1), .arm(1, from: 1, to: 1)])
        ]
        #expect(try reachable([rules], options: options(timers: .bounded)) == [[], [2], [2, 1]])
    }

    @Test func `a node that is launched begins, and one that is killed is gone`() throws {
        let puppets: [[(Puppet.Trigger, [Puppet.Action])]] = [
            [(.message(7), [.kill(1)])],
            [(.start, [.send(7, to: 0, .stream)])],
            [(.start, [.launch(1)])],
        ]
        let restarts = options(restarts: false)
        let launched = try reachable(puppets, of: 1, launched: [1], options: restarts)
        #expect(launched == [nil, []])
        let told = try reachable(puppets, of: 0, launched: [1], options: restarts)
        #expect(told == [[], [7]])
        let never = try reachable([[], []], of: 1, launched: [1], options: restarts)
        #expect(never == [nil])
    }

    @Test func `idle comes once for each wish, and a halted node stays away`() throws {
        let rules: [(Puppet.Trigger, [Puppet.Action])] = [
            (.start, [.wantIdle, .wantIdle]), (.idle, [.arm(5, from: 1, to: 1), .halt, .emit(1)]),
        ]
        #expect(try reachable([rules], options: options()) == [[], nil])
        let again: [(Puppet.Trigger, [Puppet.Action])] = [
            (.start, [.wantIdle]), (.idle, [.arm(5, from: 1, to: 1)]), (.timer(5), [.wantIdle]),
        ]
        let twice = try reachable([Array(again.prefix(2))], options: options())
        #expect(twice == [[], [-1], [-1, 5]])
    }
}
