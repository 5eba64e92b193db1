public import Deployment
public import Exploration
public import Failpoints
public import LabKit
public import Nodes

/// The commands that each lab has: its system simulated, explored, and deployed.
///
/// A lab says what can be chosen and how a system is made from that; all else is the same everywhere.
///
/// ```swift
/// let worlds = SystemCommands("pingpong", defaults: PingPongOptions()) {
///     Option.value("--goal", "N", \.goal, .whole(in: 1...1000), "how many answers to get")
/// } system: {
///     try PingPongSystem.make(goal: $0.goal)
/// }
/// ```
public struct SystemCommands<Lab: Sendable, N: Node>: Sendable {
    let program: String
    let defaults: Lab
    let output: OutputFile
    let options: [Option<Lab>]
    private let codec: MessageCodec<N.Words>
    private let stores: @Sendable (Lab) -> Stores<N.Words.Saved>
    let catalogue: FailpointCatalogue
    private let exploring: ExplorationOptions
    private let exploringWords: [[String]]
    private let runExamples: [String]
    private let system: @Sendable (Lab) throws -> System<N>

    /// The commands of a lab.
    ///
    /// - Parameters:
    ///   - program: What the lab's program is called.
    ///   - defaults: What is chosen if nothing is said.
    ///   - output: Where reports go.
    ///   - codec: How messages become bytes when they travel between processes.
    ///   - stores: Where the processes put to rest what nodes save, by the lab's options.
    ///   - failpoints: The lab's own failpoints.
    ///   - exploring: What `explore` does where its own options say nothing.
    ///   - exploringWords: What is said to `explore` of the lab's options unless the user says otherwise, such
    ///     as `["--files", "2"]`: a search wants a smaller system than a run.
    ///   - runExamples: Command lines for the help of `run`, in place of the usual ones: for a lab in which
    ///     `run` is called otherwise, or not everybody may be killed.
    ///   - options: What can be chosen.
    ///   - system: Makes the system; throws `ImpossibleSystem`, or `UsageError` for a choice that cannot be.
    public init(
        _ program: String,
        defaults: Lab,
        output: OutputFile = .standardOutput,
        codec: MessageCodec<N.Words> = .json,
        stores: @escaping @Sendable (Lab) -> Stores<N.Words.Saved> = { _ in .files },
        failpoints: [Failpoint] = [],
        exploring: ExplorationOptions = ExplorationOptions(),
        exploringWords: [[String]] = [],
        runExamples: [String]? = nil,
        @OptionBuilder<Lab> options: () -> [Option<Lab>],
        system: @escaping @Sendable (Lab) throws -> System<N>
    ) {
        self.program = program
        self.defaults = defaults
        self.output = output
        self.codec = codec
        self.stores = stores
        catalogue = FailpointCatalogue(deploymentFailpoints + failpoints)
        self.exploring = exploring
        self.exploringWords = exploringWords
        self.runExamples =
            runExamples ?? [
                "\(program) run --log run.jsonl",
                "\(program) run --loss 0.3 --duplicate 0.1 --delay 0ms..20ms",
                "\(program) run --faults 'kill * after 2 receives restart after 100ms'",
                "\(program) run --faults 'stop * after 2 receives for 100ms' --json",
                "\(program) simulate --replay run.jsonl",
            ]
        self.options = options()
        self.system = system
    }

    /// All of them, in the order in which one meets them.
    public var all: [Command] { [run, simulate, explore, join, node] }

    /// Runs the system as one process a node, over UDP and TCP.
    public var run: Command {
        Command(
            "run",
            summary: "run the system as real processes, with real kills",
            examples: runExamples,
            parser: parser(RunOptions(), RunOptions.declaration)
        ) { asked, _ in
            try Running(
                system: try made(asked.lab),
                command: CommandText(program, "run", asked.labWords),
                nodeWords: asked.labWords,
                options: asked.world,
                catalogue: catalogue,
                stores: stores(asked.lab),
                output: output
            ).run()
        }
    }

    /// One node of a run on another machine.
    public var join: Command {
        Command(
            "join",
            summary: "be one node of a run on another machine",
            examples: [
                "\(program) join --node Server --supervisor 10.0.0.1:7000 --token-file token"
            ],
            defaults: JoinOptions()
        ) {
            JoinOptions.declaration
        } run: { options in
            try options.join(system: made(defaults).name, stores(defaults))
        }
    }

    /// The process of one node: what `run` starts.
    public var node: Command {
        Command(
            "node",
            summary: "be one node of a run; only a run can start it",
            defaults: ()
        ) {
        } run: { (_: Void) in
            let parser = OptionParser(defaults: defaults) { options }
            var lab = defaults
            do throws(NodeProcess.Failure) {
                try NodeProcess.run(
                    codec: codec,
                    stores: { stores(lab) },
                    catalogue: catalogue
                ) { words in
                    lab = try parser.parse(words.map { Argument($0) }).options
                    return try made(lab)
                }
            } catch {
                let status = ExitStatus.all.first { $0.code == error.status } ?? .software
                throw CommandFailure("\(error)", status: status)
            }
        }.hidden()
    }

    /// Runs the system in virtual time, over a network and with faults that follow from a seed.
    public var simulate: Command {
        Command(
            "simulate",
            summary: "run the system in virtual time; chance and faults follow from a seed",
            examples: [
                "\(program) simulate --seed 7 --log run.jsonl",
                "\(program) simulate --seeds 1...10000 --faults 'lose 20% *; duplicate 5% *'",
                "\(program) simulate --seeds 1...10000 --faults 'random kills=2' --shrink",
                "\(program) simulate --sweep --double",
                "\(program) simulate --replay run.jsonl --until 12",
            ],
            parser: parser(SimulateOptions(), SimulateOptions.declaration)
        ) { asked, given in
            try asked.world.check(given: given)
            return try Simulating(
                system: try made(asked.lab),
                command: CommandText(program, "simulate", asked.labWords),
                options: asked.world,
                output: output
            ).run()
        }
    }

    /// Looks at every order in which things can happen in the system, within bounds.
    public var explore: Command {
        Command(
            "explore",
            summary: "look at every order in which things can happen, within bounds",
            examples: [
                "\(program) explore",
                "\(program) explore --crashes 1 --timer-firings 3",
                "\(program) explore --drops 1 --duplicates 1 --log trace.jsonl",
                "\(program) simulate --replay trace.jsonl",
            ],
            parser: parser(ExploreOptions(exploring), ExploreOptions.declaration)
                .presetting(exploringWords)
        ) { asked, given in
            try asked.world.check(given: given)
            return try Exploring(
                system: try made(asked.lab),
                command: CommandText(program, "explore", asked.labWords),
                searchWords: asked.worldWords,
                options: asked.world,
                output: output
            ).run()
        }
    }

    /// Options of the lab and of a world, in one parser.
    private func parser<World: Sendable>(
        _ world: World,
        _ declaration: [Option<World>]
    ) -> OptionParser<Asked<Lab, World>> {
        let words: Option<Asked<Lab, World>>.Property<[String]> = \.labWords
        let worldWords: Option<Asked<Lab, World>>.Property<[String]> = \.worldWords
        return OptionParser(defaults: Asked(lab: defaults, world: world)) {
            options.map { $0.part(of: \.lab, noting: words) }
            declaration.map { $0.part(of: \.world, noting: worldWords) }
        }
    }

    private func made(_ lab: Lab) throws -> System<N> {
        do {
            return try system(lab)
        } catch let error as ImpossibleSystem {
            throw CommandFailure(
                "impossible system: \(error)",
                remedy: "mend its description",
                status: .data
            )
        }
    }
}
