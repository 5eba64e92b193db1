import Failpoints
import FoundationEssentials
public import LabKit
public import Nodes

/// One call of a command of a lab's own that deploys a system.
public struct DeployingCall<Lab: Sendable, Extra: Sendable, N: Node> {
    /// The lab's options.
    public let lab: Lab
    /// The words that chose them.
    public let labWords: [String]
    /// The command's own options.
    public let extra: Extra
    /// The names of the options that were given.
    public let given: Set<String>
    /// Whether one JSON object is asked for.
    public var isJSON: Bool { world.json }
    /// What the faults of links follow from, and delays within ranges.
    public var seed: UInt64 { world.seed }
    /// What was asked for as faults: a plan, a file, or a word of the lab's.
    public var faults: Argument? { world.faults }
    /// Which part of datagrams is to be lost.
    public var loss: Double { world.loss ?? 0 }
    /// After which time the run is one that does not end.
    public var timeMax: Duration { world.timeMax }
    /// Where reports go.
    public let output: OutputFile
    let program: String
    let name: String
    let words: [String]
    let world: RunOptions
    let running: (System<N>, CommandText, [String], RunOptions, DeployedPlan<N.Words>) -> Running<N>

    /// Deploys a system, and comes back when the run is over.
    ///
    /// - Parameters:
    ///   - system: Which; the processes of its nodes make it again from the lab's words and the plan's.
    ///   - plan: What the lab adds.
    /// - Returns: What came of it; nothing has been told yet.
    /// - Throws: `CommandFailure` or `UsageError` if there could be no run.
    public func deploy(
        _ system: System<N>,
        _ plan: DeployedPlan<N.Words>
    ) throws -> DeployedOutcome {
        var options = world
        options.isUnrecorded = options.isUnrecorded || options.log == nil && !plan.isRecorded
        let command = CommandText(program, name, words)
        let running = running(system, command, labWords + plan.nodeWords, options, plan)
        let decoder = JSONDecoder()
        let ended = try running.deploy(
            emitted: { node, output in
                // What cannot be read was sent by a program of another version, which cannot be.
                guard let outputs = try? decoder.decode([N.Words.Output].self, from: Data(output)),
                    let output = outputs.first
                else { return }
                plan.emitted(node, output)
            },
            unwritten: plan.unwritten
        )
        return DeployedOutcome(ended)
    }
}

/// What such a command was asked for.
private struct AskedMore<Lab: Sendable, Extra: Sendable>: Sendable {
    var lab: Lab
    var labWords: [String] = []
    var world = RunOptions()
    var extra: Extra
    var extraWords: [String] = []
}

extension SystemCommands {
    /// A command of the lab's own that deploys the system: with the lab's options, those of `run`, and more.
    ///
    /// - Parameters:
    ///   - name: The word that calls it.
    ///   - summary: What it does, as a phrase.
    ///   - examples: Command lines for its help.
    ///   - defaults: What more can be chosen, if nothing is said.
    ///   - own: The options that choose it.
    ///   - run: Does it.
    /// - Returns: The command.
    public func deploying<Extra: Sendable>(
        _ name: String,
        summary: String,
        examples: [String],
        defaults: Extra,
        @OptionBuilder<Extra> options own: () -> [Option<Extra>],
        run: @escaping @Sendable (DeployingCall<Lab, Extra, N>) throws -> ExitStatus
    ) -> Command {
        typealias Asked = AskedMore<Lab, Extra>
        let labWords: Option<Asked>.Property<[String]> = \.labWords
        let extraWords: Option<Asked>.Property<[String]> = \.extraWords
        let own = own()
        let parser = OptionParser(defaults: Asked(lab: self.defaults, extra: defaults)) {
            options.map { $0.part(of: \.lab, noting: labWords) }
            own.map { $0.part(of: \.extra, noting: extraWords) }
            RunOptions.declaration.map { $0.part(of: \.world) }
        }
        return Command(name, summary: summary, examples: examples, parser: parser) { asked, given in
            guard !asked.world.listsFailpoints else {
                try output.write(catalogue.lines.joined(separator: "\n") + "\n")
                return .ok
            }
            let call = DeployingCall<Lab, Extra, N>(
                lab: asked.lab,
                labWords: asked.labWords,
                extra: asked.extra,
                given: given,
                output: output,
                program: program,
                name: name,
                words: asked.labWords + asked.extraWords,
                world: asked.world
            ) { system, command, nodeWords, options, plan in
                Running(
                    system: system,
                    command: command,
                    nodeWords: nodeWords,
                    options: options,
                    catalogue: catalogue,
                    stores: plan.stores,
                    output: output,
                    named: plan.faults,
                    toleratesMisses: plan.toleratesMisses
                )
            }
            return try run(call)
        }
    }
}
