import LabKit
import Nodes
import Simulation
import Threads

/// Many simulated runs under one algorithm, a seed each: what its snapshots are worth.
struct SnapshotExperiment: Sendable {
    /// A snapshot of one run.
    struct Taken: Hashable, Sendable {
        let verdict: SnapshotVerdict
        /// From τ to the moment when the coordinator knew that it was complete.
        let nanoseconds: Int
    }

    /// One run.
    struct Run: Hashable, Sendable {
        let seed: UInt64
        let taken: [Taken]
        /// How many bytes the algorithm has added to what was sent.
        let bytes: Int
    }

    /// A run that takes more events than this is given up.
    private static let eventsMax = 10_000_000
    /// A run is given at least as long as `simulate` gives it.
    private static let timeMaxLeast = SimulationOptions(seed: 1).timeMax

    let setup: SnapshotSetup
    let clocks: ClockModel
    let setAgo: Duration
    private let inputs: Inputs
    private let system: System<Role>
    private let judge: SnapshotJudge
    /// The virtual time after which a run is one that does not end.
    private let timeMax: Duration

    /// - Parameters:
    ///   - options: The system; its `interval` is τ, in true time.
    ///   - clocks: What clocks are like.
    ///   - setAgo: When they were set, before the run.
    /// - Throws: `UsageError` for a system that cannot be.
    init(_ options: SnapshotOptions, clocks: ClockModel, setAgo: Duration) throws {
        var setup = try options.setup()
        // Who goes by its clock gets a fault that jumps ahead: see there.
        if setup.algorithm.goesByClock { setup.interval += clocks.errorMax(setAgo: setAgo) }
        guard setup.interval <= SnapshotOptions.intervalMax else {
            throw UsageError("--at and the error of the clocks are more than a day together")
        }
        self.setup = setup
        // Twice what it takes with clocks that are right, since those of a run may be slow.
        let asked = setup.interval * setup.snapshotCountMax + setup.pauseMax * options.tweets
        timeMax = max(Self.timeMaxLeast, asked * 2 + .seconds(60))
        self.clocks = clocks
        self.setAgo = setAgo
        inputs = try options.inputs()
        system = try SnapshotSystem.make(setup, inputs: inputs, isJudged: false)
        judge = SnapshotJudge(setup, inputs)
    }

    /// What is wrong with the clocks in the run of a seed.
    func faults(seed: UInt64) -> FaultPlan {
        guard setup.algorithm.goesByClock else { return FaultPlan() }
        return FaultPlan(
            clocks.faults(
                seed: seed,
                coordinator: setup.names[0],
                processes: setup.names.dropFirst(),
                setAgo: setAgo
            )
        )
    }

    /// The command that shows the run of a seed, event for event, up to what is wrong with it.
    ///
    /// - Parameters:
    ///   - seed: Which run.
    ///   - words: What was said of the system.
    /// - Returns: A line for a shell.
    func command(showing seed: UInt64, _ words: [String]) -> String {
        var words = words
        if setup.algorithm.goesByClock, clocks != .perfect {
            // τ by these clocks, not by the truth.
            if let place = words.firstIndex(of: "--at") {
                words.removeSubrange(place...(place + 1))
            }
            words += ["--at", Self.seconds(setup.interval)]
        }
        words = ["vectorclocks", "simulate", "--algorithm", setup.algorithm.rawValue] + words
        if timeMax != Self.timeMaxLeast {
            // A year is the most that can be said; the first snapshots are well within it.
            words += ["--time-limit", Self.seconds(min(timeMax, .seconds(31_536_000)))]
        }
        words += ["--seed", "\(seed)"]
        let faults = faults(seed: seed)
        if !faults.faults.isEmpty { words += ["--faults", "'\(faults)'"] }
        return words.joined(separator: " ")
    }

    private static func seconds(_ duration: Duration) -> String {
        let (whole, fraction) = duration.nanoseconds.quotientAndRemainder(
            dividingBy: 1_000_000_000
        )
        let digits = "\(fraction + 1_000_000_000)".dropFirst()
        let end = digits.lastIndex { $0 != "0" } ?? digits.startIndex
        return "\(whole).\(digits[...end])"
    }

    /// One run.
    func run(seed: UInt64) -> Run {
        let options = SimulationOptions(
            seed: seed,
            faults: faults(seed: seed),
            timeMax: timeMax,
            eventsMax: Self.eventsMax,
            checksPurity: false
        )
        let notes = Notes()
        var simulation = Simulation(system, options)
        simulation.whenPerformed = { node, effect, nanoseconds in
            notes.note(effect, of: node, at: nanoseconds, in: setup)
        }
        let outcome = simulation.run()
        let taken = notes.ended.keys.sorted().compactMap { snapshot -> Taken? in
            guard let ended = notes.ended[snapshot],
                let parts = judge.parts(of: snapshot, in: outcome.places)
            else { return nil }
            // By clocks that are ahead it may be complete before it is time.
            let nanoseconds = max(0, ended - (notes.began[snapshot] ?? ended))
            return Taken(verdict: judge.verdict(on: parts), nanoseconds: nanoseconds)
        }
        return Run(seed: seed, taken: taken, bytes: notes.bytes)
    }

    /// A run for each seed.
    ///
    /// - Parameters:
    ///   - seeds: Which.
    ///   - cores: How many threads run at once.
    ///   - progress: Told now and then how many are done.
    /// - Returns: The runs, in the order of the seeds.
    func run(
        seeds: ClosedRange<UInt64>,
        cores: Int,
        progress: @escaping @Sendable (_ runs: Int) -> Void = { _ in }
    ) -> [Run] {
        let shared = Guarded<(next: UInt64?, runs: [Run])>((seeds.lowerBound, []))
        WorkCrew.perform(size: cores) { _ in
            while true {
                let seed = shared.withLock { state -> UInt64? in
                    let seed = state.next
                    state.next = seed.flatMap { $0 == seeds.upperBound ? nil : $0 + 1 }
                    return seed
                }
                guard let seed else { return }
                let run = run(seed: seed)
                progress(
                    shared.withLock {
                        $0.runs.append(run)
                        return $0.runs.count
                    }
                )
            }
        }
        return shared.withLock { $0.runs }.sorted { $0.seed < $1.seed }
    }
}

/// What is noted of a run while it goes on.
private final class Notes {
    var began: [Int: Int] = [:]
    var ended: [Int: Int] = [:]
    var bytes = 0

    func note(
        _ effect: Effect<Snapshots>,
        of node: NodeID,
        at nanoseconds: Int,
        in setup: SnapshotSetup
    ) {
        switch effect {
        case .send(let message, _, _):
            bytes += message.addedBytes(by: setup.algorithm, processes: setup.processCount)
        case .emit(.began(let snapshot)): began[snapshot] = nanoseconds
        case .emit(.completed(let snapshot)): ended[snapshot] = nanoseconds
        case .emit, .arm, .disarm, .save, .write, .watch, .pause, .resume, .launch, .kill, .read,
            .wantIdle, .halt:
            break
        }
    }
}

extension Snapshots.Message {
    /// How many bytes of it are there for the sake of snapshots, at 8 bytes a number.
    ///
    /// That is what the algorithm is described with: the general one needs the last component of its clocks
    /// only, and the others stand on its messages for whoever wants to know more.
    fileprivate func addedBytes(by algorithm: Algorithm, processes: Int) -> Int {
        let numberBytes = 8
        return switch self {
        case .count:
            switch algorithm {
            case .time, .barrier: 0
            case .timeAndDeficit: numberBytes
            case .vector: numberBytes * (processes + 1)
            }
        case .enter, .barrier, .late: numberBytes
        case .part: algorithm.recordsInFlight ? 2 * numberBytes : numberBytes
        case .recover, .recovered, .refused, .goOn: 0
        }
    }
}
