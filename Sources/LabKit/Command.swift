/// One thing a program does: a name, options, and what to run.
///
/// ```swift
/// Command(
///     "run", summary: "count words with Redis and worker processes",
///     examples: ["wordcount run --data corpus --workers 4"], defaults: RunOptions()
/// ) {
///     Option.values("--data", "PATH", \.data, .path, "a file or a folder").required()
///     Option.value("--workers", "N", \.workers, .whole(in: 1...64), "worker processes")
/// } run: { options in
///     try count(options)
///     return .ok
/// }
/// ```
public struct Command: Sendable {
    /// The word that calls it.
    public let name: String
    /// What it does, as a phrase.
    public let summary: String
    /// Whether help leaves it out.
    public private(set) var isHidden = false

    /// The help, for the words that call the command, such as `wordcount run`.
    let help: @Sendable (_ title: String) -> String
    let run: @Sendable ([Argument]) throws -> ExitStatus

    /// A command whose `run` gets the options and the names of those that were given.
    public init<Root: Sendable>(
        _ name: String,
        summary: String,
        examples: [String] = [],
        parser: OptionParser<Root>,
        run: @escaping @Sendable (_ options: Root, _ given: Set<String>) throws -> ExitStatus
    ) {
        self.name = name
        self.summary = summary
        self.help = { parser.help(title: $0, summary: summary, examples: examples) }
        self.run = { arguments in
            let result = try parser.parse(arguments)
            return try run(result.options, result.given)
        }
    }

    /// A command whose `run` gets the options and the names of those that were given.
    public init<Root: Sendable>(
        _ name: String,
        summary: String,
        examples: [String] = [],
        defaults: Root,
        @OptionBuilder<Root> options: () -> [Option<Root>],
        run: @escaping @Sendable (_ options: Root, _ given: Set<String>) throws -> ExitStatus
    ) {
        let parser = OptionParser(defaults: defaults, options: options)
        self.init(name, summary: summary, examples: examples, parser: parser, run: run)
    }

    /// A command whose `run` gets the options.
    public init<Root: Sendable>(
        _ name: String,
        summary: String,
        examples: [String] = [],
        defaults: Root,
        @OptionBuilder<Root> options: () -> [Option<Root>],
        run: @escaping @Sendable (_ options: Root) throws -> ExitStatus
    ) {
        let parser = OptionParser(defaults: defaults, options: options)
        self.init(name, summary: summary, examples: examples, parser: parser) { options, _ in
            try run(options)
        }
    }

    /// The command, which does what another one does where a flag is given: `run --deployed`.
    ///
    /// The other one gets all arguments, the flag among them, and declares it. Help shows both.
    ///
    /// - Parameters:
    ///   - other: What it does then.
    ///   - flag: Such as `--deployed`.
    /// - Returns: The command.
    public func doing(_ other: Command, given flag: String) -> Command {
        let (help, run) = (help, run)
        return Command(
            name: name,
            summary: summary,
            help: { "\(help($0))\n\(other.help("\($0) \(flag)"))" },
            run: { arguments in
                let isGiven = arguments.prefix { $0 != "--" }.contains { $0.text == flag }
                return try isGiven ? other.run(arguments) : run(arguments)
            }
        )
    }

    private init(
        name: String,
        summary: String,
        help: @escaping @Sendable (_ title: String) -> String,
        run: @escaping @Sendable ([Argument]) throws -> ExitStatus
    ) {
        self.name = name
        self.summary = summary
        self.help = help
        self.run = run
    }

    /// The command, left out of help.
    public func hidden() -> Command {
        var copy = self
        copy.isHidden = true
        return copy
    }
}
