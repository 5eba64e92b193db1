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

    /// The command, left out of help.
    public func hidden() -> Command {
        var copy = self
        copy.isHidden = true
        return copy
    }
}
