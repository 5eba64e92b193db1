import Nodes
import Simulation
import Testing

@testable import pingpong

/// Ping-pong in the simulated world: by chance, but by much of it.
@Suite struct SimulatedTests {
    private func campaign(
        _ variant: Variant = .right,
        goal: Int = 3,
        faults: String = "",
        seeds: ClosedRange<UInt64> = 1...1000
    ) throws -> CampaignResult {
        let system = try PingPongSystem.make(goal: goal, variant: variant)
        let names = system.members.map(\.name)
        let request = try FaultPlan.Request(
            parsing: faults,
            nodes: names,
            progress: system.progress
        )
        var reference = Simulation(system, SimulationOptions(seed: 1))
        let statistics = reference.run().statistics
        // That handlers are pure is checked by the other tests, and takes its time.
        let options = SimulationOptions(seed: 1, checksPurity: false)
        return Campaign(system, options, cores: 2) { seed in
            switch request {
            case .scripted(let plan): plan
            case .random(let faults):
                faults.plan(
                    nodes: names,
                    reference: .init(
                        duration: .nanoseconds(statistics.nanoseconds),
                        effects: statistics.effects
                    ),
                    seed: seed
                )
            }
        }.run(seeds: seeds)
    }

    @Test(arguments: [
        "lose 30% *; duplicate 30% *", "random kills=0 partitions=2 lose=20% duplicate=20%",
        "random kills=2 stops=1 slows=1 duplicate=20%", "delay 0ms..200ms *",
    ])
    func `the right client gets its answers, whatever the network does`(faults: String) throws {
        let result = try campaign(goal: 8, faults: faults)
        #expect(result.runs == 1000 && result.failed == 0, "\(String(describing: result.first))")
        // Of what is drawn at random, some of it misses most runs.
        #expect(result.passed > 10)
        #expect(result.neverReached.isEmpty)
    }

    @Test func `a friendly network hides that the careless client is wrong`() throws {
        #expect(try campaign(.careless).passed == 1000)
    }

    @Test(arguments: [
        "duplicate 5% *", "stop Server at 1ms for 200ms", "delay 0ms..200ms *",
        "random kills=0 partitions=0 lose=0% duplicate=5%",
    ])
    func `an unfriendly one shows it within 1,000 seeds`(faults: String) throws {
        let found = try #require(try campaign(.careless, faults: faults).first)
        #expect(found.failure.kind == .violated)
        #expect(found.failure.subject == "each answer is for its question")
    }

    @Test func `a timer that is never disarmed makes a run without an end`() throws {
        let system = try PingPongSystem.make(goal: 2, variant: .restless)
        var simulation = Simulation(system, SimulationOptions(seed: 1, timeMax: .seconds(10)))
        let failure = try #require(simulation.run().failure)
        #expect(failure.kind == .unfinished)
        #expect(failure.details.contains("Client: running; timers armed: retry"))
    }

    @Test func `the right client comes to rest with no timer armed`() throws {
        let system = try PingPongSystem.make(goal: 5)
        var simulation = Simulation(system, SimulationOptions(seed: 1))
        let outcome = simulation.run()
        #expect(outcome.verdict == .passed)
        #expect(outcome.places.map(\.status) == [.running, .running])
        // The last thing that happens is the last answer, not a timer that finds nothing to do.
        #expect(outcome.statistics.nanoseconds < 5 * Duration.milliseconds(20).nanoseconds)
    }

    @Test func `no crash, and no two, between any two effects make it fail`() throws {
        let system = try PingPongSystem.make(goal: 2)
        let sweep = CrashSweep(system, SimulationOptions(seed: 1))
        let result = try sweep.run(isDouble: true, cores: 2)
        #expect(result.isComplete && result.failures.isEmpty)
        #expect(result.singles > 10 && result.pairs > 100 && result.unlandedSingles == 0)
    }

    @Test func `a server that stays dead is asked for ever`() throws {
        let system = try PingPongSystem.make(goal: 1)
        let plan = try FaultPlan(parsing: "kill Server", nodes: system.members.map(\.name))
        let options = SimulationOptions(seed: 1, faults: plan, timeMax: .seconds(10))
        var simulation = Simulation(system, options)
        #expect(simulation.run().failure?.kind == .unfinished)
    }

    /// What a stranger, or a mistaken peer, might send.
    @Test func `messages that are not for one are left alone`() {
        var client = Client(server: PingPongSystem.server, goal: 1)
        let fresh = client
        var effects = Effects<PingPong>(Surroundings(me: PingPongSystem.client, nodeCount: 2))
        for number in [-1, 0, 2, .max] {
            client.receive(.ping(number: number), from: PingPongSystem.server, &effects)
            client.receive(.pong(number: number), from: PingPongSystem.server, &effects)
        }
        var server = Server()
        server.receive(.pong(number: 1), from: PingPongSystem.client, &effects)
        let asked = effects.takeList()
        #expect(client == fresh && asked.isEmpty)
    }

    @Test func `a client that has all its answers takes no more`() {
        var client = Client(server: PingPongSystem.server, goal: 1)
        var effects = Effects<PingPong>(Surroundings(me: PingPongSystem.client, nodeCount: 2))
        for number in 1...3 {
            client.receive(.pong(number: number), from: PingPongSystem.server, &effects)
        }
        let asked = effects.takeList()
        #expect(client.answered == 1)
        #expect(asked == [.emit(.answered(question: 1, by: 1)), .disarm(.retry)])
    }
}
