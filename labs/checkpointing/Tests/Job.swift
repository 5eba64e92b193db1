import Nodes
import Simulation
import Text

@testable import CheckpointingSolution

/// A pipeline with its input, and with short times, so that much happens in a run of few events.
struct Job {
    var setup: PipelineSetup
    var inputs: Inputs

    /// Each mapper reads so many files, made up as `--files` and `--words` do.
    init(
        _ mappers: Int = 2,
        _ reducers: Int = 2,
        files: Int = 20,
        words: Int = 1,
        _ change: (inout PipelineOptions) -> Void = { _ in }
    ) throws {
        var options = PipelineOptions()
        options.mappers = mappers
        options.reducers = reducers
        options.files = files
        options.wordsPerFile = words
        options.checkpointInterval = .milliseconds(1)
        options.heartbeatInterval = .milliseconds(20)
        options.heartbeatTimeout = .milliseconds(60)
        change(&options)
        setup = try options.setup()
        inputs = try options.inputs()
    }

    /// The same, but each mapper reads these files.
    init(
        _ mappers: Int,
        _ reducers: Int,
        reading files: [[UInt8]],
        _ change: (inout PipelineOptions) -> Void = { _ in }
    ) throws {
        try self.init(mappers, reducers, files: 0, change)
        var streams: [String: [String]] = [:]
        var held: [String: [UInt8]] = [:]
        for mapper in 0..<mappers {
            let names = files.indices.map { "\(mapper)/\($0)" }
            streams[PipelineSetup.stream(of: mapper)] = names
            for (name, bytes) in zip(names, files) { held[name] = bytes }
        }
        inputs = Inputs(streams, files: held)
    }

    func system() throws -> System<Role> { try PipelineSystem.make(setup, inputs: inputs) }

    /// Runs it once for each seed, with faults that a person has written, and some drawn beside them.
    ///
    /// - Parameters:
    ///   - random: `random kills=2`, say; none are drawn without it.
    ///   - faults: A plan.
    ///   - seeds: A run for each.
    /// - Returns: What came of all of them.
    /// - Throws: `FaultPlanMistake` for a plan that is none.
    func campaign(
        random: String? = nil,
        _ faults: String = "",
        seeds: ClosedRange<UInt64> = 1...10
    ) throws -> CampaignResult {
        let system = try system()
        let names = system.members.map(\.name)
        let plan = try FaultPlan(parsing: faults, nodes: names, progress: system.progress)
        let request = try random.map {
            try FaultPlan.Request(parsing: $0, nodes: names, progress: system.progress)
        }
        var quiet = Simulation(system, options)
        let statistics = quiet.run().statistics
        let reference = RandomFaults.Reference(
            duration: .nanoseconds(statistics.nanoseconds),
            effects: statistics.effects,
            spared: [0]
        )
        return Campaign(system, options, cores: 2, stopsAtFirstFailure: true) { seed in
            switch request {
            case .random(let faults)?:
                let drawn = faults.plan(nodes: names, reference: reference, seed: seed)
                return FaultPlan(plan.faults + drawn.faults)
            case .scripted?, nil: return plan
            }
        }.run(seeds: seeds)
    }

    /// One run.
    func run(_ faults: String = "", seed: UInt64 = 1) throws -> Outcome<Role> {
        let system = try system()
        var options = options
        options.seed = seed
        options.faults = try FaultPlan(
            parsing: faults,
            nodes: system.members.map(\.name),
            progress: system.progress
        )
        var simulation = Simulation(system, options)
        return simulation.run()
    }

    /// Half a minute is a hang, whatever goes wrong.
    ///
    /// A run takes a fraction of a second when nothing does. That handlers are pure is checked by the
    /// explored tests.
    private var options: SimulationOptions {
        var options = SimulationOptions(
            seed: 1,
            timeMax: .seconds(30),
            eventsMax: 200_000,
            checksPurity: false
        )
        // A file takes long enough that several checkpoints fall between the first and the last.
        options.network.idleStep = .milliseconds(5)
        return options
    }
}

extension Outcome<Role> {
    /// What the coordinator has told.
    var told: [Pipeline.Output] { places[0].outputs }

    /// How often it led everybody back.
    var recoveries: Int {
        told.count { if case .recoveryBegan = $0 { true } else { false } }
    }

    /// The checkpoints that became complete, in order.
    var completed: [Int] {
        told.compactMap { if case .checkpointCompleted(let id, _) = $0 { id } else { nil } }
    }
}
