import Causality
import Nodes
import Simulation
import Testing

@Suite struct ReplayTests {
    @Test func `a replay says which of what is to be seen it has seen`() throws {
        @Sendable func counted(_ state: SystemState<CountingRole>) -> Int {
            state.outputs(of: CountingRole.counter).count
        }
        let system = try CountingRole.system(
            goal: 3,
            link: .stream,
            properties: [
                .sometimes("two were counted") { counted($0) == 2 },
                .sometimes("more were counted than were sent") { counted($0) > 3 },
                .always("no more were counted than were sent") { counted($0) <= 3 },
                .sometimes("nothing was counted yet") { counted($0) == 0 },
            ]
        )
        nonisolated(unsafe) var log = EventLog(
            header: EventLogHeader(system: system.name, command: [])
        )
        var simulation = Simulation(system, SimulationOptions(seed: 1)) { log.events.append($0) }
        _ = simulation.run()
        let replay = try Replay(system, log)
        #expect(try replay.run().reached == ["two were counted", "nothing was counted yet"])
        #expect(try replay.run(until: 2).reached == ["nothing was counted yet"])
    }
}
