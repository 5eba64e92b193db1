import Causality
import Exploration
import Nodes
import Simulation

@testable import vectorclocks

/// The system with its input, for the worlds without processes.
struct SnapshotJob {
    static let exact =
        "every complete snapshot is exact: nothing is lost, nothing counted twice"
    static let ended = "every snapshot is complete, or was given up"
    static let counted = "all is counted, and counted once"

    var setup: SnapshotSetup
    var inputs: Inputs

    init(setup: SnapshotSetup, inputs: Inputs) {
        self.setup = setup
        self.inputs = inputs
    }

    init(_ change: (inout SnapshotOptions) -> Void = { _ in }) throws {
        var options = SnapshotOptions()
        change(&options)
        self.init(setup: try options.setup(), inputs: try options.inputs())
    }

    func system() throws -> System<Role> { try SnapshotSystem.make(setup, inputs: inputs) }

    /// A run that takes a minute of virtual time does not end.
    private var options: SimulationOptions {
        SimulationOptions(
            seed: 1,
            timeMax: .seconds(60),
            eventsMax: 200_000,
            // That handlers are pure is looked at by the tests that explore.
            checksPurity: false
        )
    }

    /// Runs it once for each seed, with faults that are written or drawn.
    func campaign(
        _ faults: String = "",
        seeds: ClosedRange<UInt64>
    ) throws -> CampaignResult {
        let system = try system()
        let names = system.members.map(\.name)
        let request = try FaultPlan.Request(
            parsing: faults,
            nodes: names,
            progress: system.progress
        )
        var quiet = Simulation(system, options)
        let statistics = quiet.run().statistics
        let reference = RandomFaults.Reference(
            duration: .nanoseconds(statistics.nanoseconds),
            effects: statistics.effects,
            spared: [0]
        )
        return Campaign(system, options, cores: 2) { seed in
            switch request {
            case .random(let faults): faults.plan(nodes: names, reference: reference, seed: seed)
            case .scripted(let plan): plan
            }
        }.run(seeds: seeds)
    }

    /// One run, with its log.
    func run(_ faults: FaultPlan, seed: UInt64, log: @escaping (Event) -> Void) throws -> Outcome<
        Role
    > {
        var options = options
        options.seed = seed
        options.faults = faults
        var simulation = Simulation(
            try SnapshotSystem.make(setup, inputs: inputs, isJudged: false),
            options,
            log: log
        )
        return simulation.run()
    }

    /// Looks at every order.
    func explore(
        crashes: Int = 0,
        _ change: (inout ExplorationOptions) -> Void = { _ in }
    ) throws -> ExplorationResult<Role> {
        var options = ExplorationOptions(
            crashesMax: crashes,
            restarts: false,
            cores: 2,
            checksPurity: false
        )
        change(&options)
        return try Exploration(try system(), options: options).run()
    }
}
