import Nodes
import Testing

@testable import Simulation

/// Lives that begin and end, timers that nobody waits for, and what properties see meanwhile.
@Suite struct LifeTests {
    /// Does at its start, and at each message, what it is made to do.
    private struct Actor: Node {
        enum Words: Vocabulary {
            struct Message: Hashable, Codable {}
            enum Timer: Hashable, Codable { case long, short }
            struct Output: Hashable, Codable {}
        }
        enum Order: Hashable, Codable {
            case send(Int), launch(Int), arm(Words.Timer, milliseconds: Int), disarm(Words.Timer)
            case halt
        }
        var onStart: [Order] = []
        var onMessage: [Order] = []
        var onShort: [Order] = []

        mutating func start(_ effects: inout Effects<Words>) { follow(onStart, &effects) }

        mutating func receive(
            _ message: Words.Message,
            from sender: NodeID,
            _ effects: inout Effects<Words>
        ) {
            effects.emit(.init())
            follow(onMessage, &effects)
        }

        mutating func fire(_ timer: Words.Timer, _ effects: inout Effects<Words>) {
            if timer == .short { follow(onShort, &effects) }
        }

        private func follow(_ orders: [Order], _ effects: inout Effects<Words>) {
            for order in orders {
                switch order {
                case .send(let node): effects.send(.init(), to: NodeID(node), over: .stream)
                case .launch(let node): effects.launch(NodeID(node))
                case .arm(let timer, let delay):
                    effects.arm(timer, after: .milliseconds(delay))
                case .disarm(let timer): effects.disarm(timer)
                case .halt: effects.halt()
                }
            }
        }
    }

    private func run(
        _ nodes: [Actor],
        launched: Set<Int> = [],
        _ faults: String = "",
        properties: [Property<Actor>] = [],
        seed: UInt64 = 1
    ) throws -> Outcome<Actor> {
        let names = nodes.indices.map { "Node_\($0)" }
        let system = try System(
            "actors",
            members: nodes.enumerated().map { index, node in
                .init(names[index], begins: launched.contains(index) ? .launched : .atOnce) { node }
            },
            properties: properties
        )
        let plan = try FaultPlan(parsing: faults, nodes: names)
        var simulation = Simulation(system, SimulationOptions(seed: seed, faults: plan))
        return simulation.run()
    }

    @Test(arguments: ["", "stop Node_1 for 50ms", "slow Node_1 by 20ms"], [UInt64](1...10))
    func `what was sent is in flight or was taken, at every moment`(
        faults: String,
        seed: UInt64
    ) throws {
        let whole = Property<Actor>.always("two in all") { state in
            guard state.places[0].status == .running else { return true }
            return state.inFlight.count + state.outputs(of: NodeID(1)).count == 2
        }
        let sends: [Actor.Order] = [.send(1), .send(1)]
        let direct = try run(
            [Actor(onStart: sends), Actor()],
            faults,
            properties: [whole],
            seed: seed
        )
        #expect(direct.failure == nil)
        let launch = try run(
            [Actor(onStart: [.launch(1)] + sends), Actor()],
            launched: [1],
            properties: [whole],
            seed: seed
        )
        #expect(launch.failure == nil)
    }

    @Test func `a timer that was disarmed, moved or has died keeps no run going`() throws {
        let hours = 7_200_000
        let disarmed = Actor(onStart: [.arm(.long, milliseconds: hours), .disarm(.long)])
        let moved = Actor(onStart: [
            .arm(.long, milliseconds: hours), .arm(.long, milliseconds: 3),
        ])
        let halted = Actor(onStart: [.arm(.long, milliseconds: hours), .halt])
        let outcome = try run([disarmed, moved, halted])
        #expect(outcome.verdict == .passed)
        #expect(outcome.statistics.nanoseconds == 3_000_000)
    }

    @Test func `a node that was launched meanwhile is not restarted over its end`() throws {
        // Killed at 10 ms, launched by its peer at 20, halted at 20 by a message.
        let peer = Actor(
            onStart: [.arm(.short, milliseconds: 20)],
            onShort: [.launch(1), .send(1)]
        )
        let outcome = try run(
            [peer, Actor(onMessage: [.halt])],
            "kill Node_1 at 10ms restart after 500ms"
        )
        #expect(outcome.places[1].status == .halted)
        #expect(outcome.places[1].incarnation == 1)
        let dead = try run(
            [peer, Actor()],
            "kill Node_1 at 10ms restart after 500ms; kill Node_1 after 1 receive"
        )
        #expect(dead.places[1].status == .crashed)
    }

    @Test func `nobody launches himself`() throws {
        let outcome = try run([Actor(onStart: [.launch(0)])])
        #expect(outcome.failure?.subject == "Node_0 launches itself, and it lives")
    }

    @Test func `what was sent before a halt waits for a partition to heal`() throws {
        let outcome = try run(
            [Actor(onStart: [.send(1), .send(1), .halt]), Actor()],
            "partition Node_0|Node_1 for 100ms"
        )
        #expect(outcome.places[1].outputs.count == 2)
    }

    @Test func `a long timer that is moved again and again takes no room`() throws {
        let orders: [Actor.Order] = [.arm(.long, milliseconds: 86_400_000), .send(0)]
        let actor = Actor(onStart: orders, onMessage: orders)
        let system = try System<Actor>("actor", members: [.init("Node_0") { actor }])
        var options = SimulationOptions(seed: 1, checksPurity: false)
        options.eventsMax = 20_000
        var simulation = Simulation(system, options)
        #expect(simulation.run().failure?.kind == .unfinished)
        #expect(simulation.scheduledCount < 3_000)
    }
}
