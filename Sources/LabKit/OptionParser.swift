/// Reads arguments into a plain struct of options, by a declaration of what may be said.
public struct OptionParser<Root: Sendable>: Sendable {
    /// What the arguments said.
    public struct Parsed: Sendable {
        /// The defaults, changed by what was given.
        public var options: Root
        /// The names of the options that were given, such as `--workers`.
        public let given: Set<String>
    }

    let defaults: Root
    let options: [Option<Root>]
    /// What is said unless the user says it, or its opposite: an option with its values each.
    private(set) var presets: [[String]] = []

    var named: [Option<Root>] { options.filter { !$0.isPositional } }
    var positionals: [Option<Root>] { options.filter(\.isPositional) }

    /// A parser of these options, which change `defaults`.
    ///
    /// Traps if the declaration is wrong: a name twice, or a rule about an option that is not there.
    public init(defaults: Root, @OptionBuilder<Root> options: () -> [Option<Root>]) {
        self.defaults = defaults
        self.options = options()
        let names = self.options.map(\.name)
        precondition(Set(names).count == names.count, "an option is declared twice: \(names)")
        for option in self.options {
            precondition(
                option.isPositional || option.name.hasPrefix("--"),
                "\(option.name): no --name"
            )
            for other in option.rivals + option.prerequisites {
                precondition(names.contains(other), "\(option.name) names \(other): not declared")
            }
        }
    }

    /// The parser, with words that are said unless the user says them, or something that excludes them.
    ///
    /// Unlike a default, what is preset stands among the words of the command: whoever says them again, to
    /// another command, gets the same.
    ///
    /// - Parameter words: An option with its values each, such as `["--files", "2"]`.
    /// - Returns: The parser.
    public func presetting(_ words: [[String]]) -> OptionParser {
        for words in words {
            precondition(named.contains { $0.name == words.first }, "\(words): not declared")
        }
        var copy = self
        copy.presets = words
        return copy
    }

    /// The presets that nobody has said otherwise.
    private func presets(beside said: [Said]) -> [Said] {
        let given = Set(said.map(\.option.name))
        let rivals = Set(said.flatMap(\.option.rivals))
        var more: [Said] = []
        for words in presets {
            guard let option = named.first(where: { $0.name == words.first }),
                !given.contains(option.name), !rivals.contains(option.name),
                given.isDisjoint(with: option.rivals)
            else { continue }
            more.append((option, words.dropFirst().map { Argument($0) }))
        }
        return more
    }

    /// Reads `arguments`; every way in which they can be wrong is a `UsageError` of one line.
    public func parse(_ arguments: [Argument]) throws(UsageError) -> Parsed {
        var (said, left) = try gather(arguments)
        said += presets(beside: said)
        var result = Parsed(options: defaults, given: Set(said.map(\.option.name)))
        for (option, values) in said { try option.assign(&result.options, values) }
        try assign(left, to: &result.options)
        try checkRules(result.given)
        return result
    }

    private typealias Said = (option: Option<Root>, values: [Argument])

    /// Sorts the arguments by the option they belong to, in the order of first mention.
    private func gather(
        _ arguments: [Argument]
    ) throws(UsageError) -> (said: [Said], left: [Argument]) {
        var said: [Said] = []
        var left: [Argument] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" { return (said, left + rest) }
            guard argument.looksLikeOption else {
                left.append(argument)
                continue
            }
            let (name, inline) = argument.split
            guard let option = named.first(where: { Argument($0.name) == name }) else {
                throw unknown(name)
            }
            let values = try values(of: option, inline: inline, rest: &rest)
            if let index = said.firstIndex(where: { $0.option.name == option.name }) {
                guard option.arity == .many else {
                    throw UsageError("\(option.name) is given twice")
                }
                said[index].values += values
            } else {
                said.append((option, values))
            }
        }
        return (said, left)
    }

    private func values(
        of option: Option<Root>,
        inline: Argument?,
        rest: inout ArraySlice<Argument>
    ) throws(UsageError) -> [Argument] {
        if let inline {
            guard option.arity != .flag else {
                throw UsageError("\(option.name) takes no value, not \(inline.quoted)")
            }
            return [inline]
        }
        guard option.arity != .flag else { return [] }
        var values: [Argument] = []
        while let next = rest.first, !next.looksLikeOption, values.isEmpty || option.arity == .many
        {
            values.append(next)
            rest.removeFirst()
        }
        guard !values.isEmpty else {
            throw UsageError("\(option.name) needs a value: \(option.takes)")
        }
        return values
    }

    private func assign(_ arguments: [Argument], to root: inout Root) throws(UsageError) {
        var rest = arguments[...]
        for option in positionals {
            guard case .positional(let count) = option.arity else { continue }
            let values = rest.prefix(count.upperBound)
            guard values.count >= count.lowerBound else {
                throw UsageError("\(option.name) is missing: \(option.takes)")
            }
            if !values.isEmpty { try option.assign(&root, Array(values)) }
            rest = rest.dropFirst(values.count)
        }
        if let stray = rest.first { throw UsageError("unexpected argument \(stray.quoted)") }
    }

    private func checkRules(_ given: Set<String>) throws(UsageError) {
        for option in named where option.isRequired && !given.contains(option.name) {
            throw UsageError("\(option.name) is missing: \(option.takes)")
        }
        for option in named where given.contains(option.name) {
            if let rival = option.rivals.first(where: given.contains) {
                throw UsageError("\(option.name) and \(rival) exclude each other")
            }
            if !option.prerequisites.isEmpty, !option.prerequisites.contains(where: given.contains)
            {
                let needed = option.prerequisites.joined(separator: " or ")
                throw UsageError("\(option.name) needs \(needed) as well")
            }
        }
    }

    private func unknown(_ name: Argument) -> UsageError {
        let known = named.filter { !$0.isHidden }.map(\.name) + ["--help"]
        return UsageError("unknown option \(name.quoted)" + suggestion(for: name.text, from: known))
    }
}

extension Option {
    var isPositional: Bool {
        if case .positional = arity { true } else { false }
    }
}
