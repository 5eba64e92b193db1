import Causality
import Nodes
import Simulation
import Testing

/// Acknowledged datagrams in simulated runs: when they are sent again, and when not.
///
/// The feeder sends 1, 2, … at 10, 20, … ms; each transmission takes 5 ms unless a test says otherwise.
@Suite struct RetryTests {
    private static let names = ["Feeder", "Counter"]

    private struct Told {
        let outcome: Outcome<CountingRole>
        let events: [Event]

        func drops() -> [String?] { events.filter { $0.kind == .drop }.map(\.message) }
    }

    private func run(
        _ plan: String,
        goal: Int = 1,
        seed: UInt64 = 1,
        network: NetworkModel = NetworkModel(
            datagramLatency: .milliseconds(5) ... .milliseconds(5)
        ),
        properties: [Property<CountingRole>] = [],
        timeMax: Duration = .seconds(60)
    ) throws -> Told {
        let system = try CountingRole.system(
            goal: goal,
            link: .acknowledged,
            properties: properties
        )
        nonisolated(unsafe) var events: [Event] = []
        var simulation = Simulation(
            system,
            SimulationOptions(
                seed: seed,
                faults: try FaultPlan(parsing: plan, nodes: Self.names),
                network: network,
                timeMax: timeMax,
                eventsMax: 10_000
            )
        ) { events.append($0) }
        let outcome = simulation.run()
        return Told(outcome: outcome, events: events)
    }

    private func milliseconds(_ told: Told) -> Int {
        told.outcome.statistics.nanoseconds / 1_000_000
    }

    /// Sent at 10 ms; then after 20, 40, 80, 160, 320, 500 and 500 ms more.
    @Test(arguments: [
        (lossEnds: 0, transmissions: 1, sentAt: 10), (25, 2, 30), (50, 3, 70), (100, 4, 150),
        (200, 5, 310), (500, 6, 630), (1000, 7, 1130), (1500, 8, 1630),
    ])
    func `loss shows as delay, and each pause is twice the last up to the longest`(
        lossEnds: Int,
        transmissions: Int,
        sentAt: Int
    ) throws {
        let plan = lossEnds == 0 ? "" : "lose 100% * for \(lossEnds)ms"
        let told = try run(plan)
        #expect(told.outcome.verdict == .passed)
        #expect(told.outcome.counted == [1])
        #expect(milliseconds(told) == sentAt + 5)
        #expect(told.outcome.proofs.map(\.hits) == (lossEnds == 0 ? [] : [transmissions - 1]))
        // Sent once, as far as the node and the log know, and never lost.
        #expect(told.events.count { $0.kind == .send } == 1)
        #expect(told.outcome.statistics.sends == 1 && told.outcome.statistics.losses == 0)
        #expect(told.events.allSatisfy { $0.message == nil || $0.link == "acknowledged" })
    }

    @Test func `the pauses are those of the network model`() throws {
        let network = NetworkModel(
            datagramLatency: .milliseconds(1) ... .milliseconds(1),
            retryPauseFirst: .milliseconds(3),
            retryPauseMax: .milliseconds(5)
        )
        // At 10, 13, 18, 23, 28 ms.
        let told = try run("lose 100% * for 25ms", network: network)
        #expect(told.outcome.counted == [1] && milliseconds(told) == 29)
    }

    @Test(arguments: 1...20) func `with nine of ten lost, each still arrives once`(
        seed: UInt64
    ) throws {
        let told = try run(
            "lose 90% *; duplicate 50% *; delay 0ms..50ms *",
            goal: 30,
            seed: seed,
            properties: [
                .always("what was sent is in flight or was taken") { state in
                    guard case .feeder(let feeder) = state[CountingRole.feeder] else { return true }
                    let counted = state.outputs(of: CountingRole.counter).count
                    return state.inFlight.count + counted == feeder.sent
                }
            ]
        )
        #expect(told.outcome.verdict == .passed)
        #expect(told.outcome.counted.sorted() == Array(1...30))
        #expect(told.outcome.counted != Array(1...30), "what was lost is overtaken")
        #expect(told.drops().isEmpty)
    }

    @Test func `what is doubled on its way is taken once, and the fault has landed`() throws {
        let told = try run("duplicate 100% *", goal: 20)
        #expect(told.outcome.verdict == .passed)
        #expect(told.outcome.counted == Array(1...20))
        #expect(told.outcome.proofs.map(\.hits) == [20])
        #expect(told.events.count { $0.kind == .receive } == 20)
    }

    @Test(arguments: ["lose 100% *", "partition Feeder|Counter"])
    func `what never comes through is named when the limits end the run`(plan: String) throws {
        let told = try run(plan)
        let failure = try #require(told.outcome.failure)
        #expect(failure.kind == .unfinished)
        #expect(failure.subject == "60.0 seconds of virtual time are over")
        // Six in the first 630 ms, and one each half second after that.
        let line = "1 in flight to it; 1 not acknowledged after up to 124 transmissions"
        #expect(failure.details.contains("Counter: running; \(line)"), "\(failure.details)")
    }

    @Test func `pauses of no length do not keep a run from its limit`() throws {
        let network = NetworkModel(retryPauseFirst: .zero)
        let told = try run("lose 100% *", network: network)
        #expect(told.outcome.failure?.subject == "it has had 10000 events")
    }

    @Test func `a partition that heals delays, and loses nothing`() throws {
        let told = try run("partition Feeder|Counter at 5ms for 60ms", goal: 10)
        #expect(told.outcome.verdict == .passed)
        #expect(told.outcome.counted.sorted() == Array(1...10))
        // The first is sent at 10, 30 and 70 ms; the seventh at 70.
        #expect(told.outcome.proofs.map(\.hits) == [6 + 4])
        #expect(told.drops().isEmpty)
    }

    // MARK: Ends of lives

    @Test func `a crash of the sender between two transmissions loses what was not through`() throws
    {
        // Sent at 10, 20, … 60 ms, all in vain; the next transmissions would come through.
        let told = try run("lose 100% * for 62ms; kill Feeder at 65ms", goal: 100)
        #expect(told.outcome.verdict == .passed)
        #expect(told.outcome.counted == [])
        #expect(told.outcome.statistics.losses == 6)
        #expect(Set(told.drops()) == Set((1...6).map { "Feeder.0.\($0)" }))
        #expect(told.events.filter { $0.kind == .drop }.allSatisfy { $0.node == "Counter" })
    }

    @Test func `a halt of the sender between two transmissions loses nothing`() throws {
        let told = try run("lose 100% * for 62ms", goal: 6)
        #expect(told.outcome.places[0].status == .halted)
        #expect(told.outcome.counted.sorted() == Array(1...6))
    }

    @Test func `what is through when the sender crashes arrives, until a next life begins`() throws
    {
        let plan = "kill Feeder at 12ms"
        #expect(try run(plan, goal: 100).outcome.counted == [1])
        #expect(try run("\(plan) restart after 4ms", goal: 2).outcome.counted == [1, 1, 2])
        let late = try run("\(plan) restart after 1ms", goal: 2)
        #expect(late.outcome.counted == [1, 2])
        #expect(late.drops() == ["Feeder.0.1"])
    }

    @Test func `what was sent to an older life of the receiver is not sent again`() throws {
        // Sent at 10 and 30 ms; the counter is another one at 29.
        let told = try run("lose 100% * for 25ms; kill Counter at 28ms restart after 1ms")
        #expect(told.outcome.verdict == .passed)
        #expect(told.outcome.counted == [])
        #expect(told.drops() == ["Feeder.0.1"] && told.outcome.statistics.losses == 1)
    }

    @Test func `a run with retries can be run again from its log`() throws {
        for seed in 1...30 as ClosedRange<UInt64> {
            let plan =
                "lose 60% *; kill Feeder at 95ms restart after 10ms; kill Counter at 50ms "
                + "restart after 3ms"
            let told = try run(plan, goal: 12, seed: seed)
            let again = try run(plan, goal: 12, seed: seed)
            #expect(told.events == again.events)
            let header = EventLogHeader(system: "counting", command: [], nodes: Self.names)
            var log = EventLog(header: header)
            log.events = told.events
            let system = try CountingRole.system(goal: 12, link: .acknowledged)
            let result = try Replay(system, log).run()
            #expect(result.configuration.states.map(\.place) == told.outcome.places)
            #expect(result.configuration.flights.isEmpty)
        }
    }
}
