import Nodes
import Simulation
import Testing

/// Three who each tell the other two their name at every tick; a partition shows in who is heard.
@Suite struct PartitionTests {
    private struct Caller: Node {
        enum Words: Vocabulary {
            struct Message: Hashable, Codable {}
            enum Timer: Hashable, Codable { case tick }
            struct Output: Hashable, Codable { let heard: NodeID }
        }
        var ticks = 0

        mutating func start(_ effects: inout Effects<Words>) {
            effects.arm(.tick, after: .milliseconds(20))
        }

        mutating func receive(
            _ message: Words.Message,
            from sender: NodeID,
            _ effects: inout Effects<Words>
        ) {
            effects.emit(.init(heard: sender))
        }

        mutating func fire(_ timer: Words.Timer, _ effects: inout Effects<Words>) {
            ticks += 1
            for index in 0..<effects.surroundings.nodeCount where index != effects.me.index {
                effects.send(.init(), to: NodeID(index), over: .datagram)
            }
            if ticks < 10 { effects.arm(.tick, after: .milliseconds(20)) }
        }
    }

    private static let names = ["Left", "Bridge", "Right"]

    /// How often each heard each: `Left←Bridge 10`.
    private func heard(_ plan: String) throws -> [String: Int] {
        let system = try System<Caller>(
            "callers",
            members: Self.names.map { .init($0) { Caller() } }
        )
        let faults = try FaultPlan(parsing: plan, nodes: Self.names)
        var simulation = Simulation(system, SimulationOptions(seed: 1, faults: faults))
        let outcome = simulation.run()
        #expect(outcome.verdict == .passed)
        var counts: [String: Int] = [:]
        for (index, place) in outcome.places.enumerated() {
            for output in place.outputs {
                counts["\(Self.names[index])←\(Self.names[output.heard.index])", default: 0] += 1
            }
        }
        return counts
    }

    private static let whole = [
        "Left←Bridge": 10, "Left←Right": 10, "Bridge←Left": 10, "Bridge←Right": 10,
        "Right←Left": 10, "Right←Bridge": 10,
    ]

    @Test func `without one, all hear all`() throws {
        #expect(try heard("") == Self.whole)
    }

    @Test func `a bridge is heard by both sides, which do not hear each other`() throws {
        let expected = Self.whole.filter { $0.key != "Left←Right" && $0.key != "Right←Left" }
        #expect(try heard("partition Left|Right") == expected)
    }

    @Test func `a full one leaves a node alone`() throws {
        let expected = Self.whole.filter { !$0.key.contains("Left") }
        #expect(try heard("partition Left|Bridge,Right") == expected)
    }

    @Test func `a one-way one leaves the way back open`() throws {
        let expected = Self.whole.filter { $0.key != "Right←Left" }
        #expect(try heard("partition Left→Right") == expected)
    }

    @Test func `what is healed is heard again`() throws {
        var expected = Self.whole
        // Ticks come at 20, 40, … 200 ms: those at 60 and 80 are cut off.
        expected["Right←Left"] = 8
        expected["Left←Right"] = 8
        #expect(try heard("partition Left|Right at 50ms for 40ms") == expected)
    }
}
