extension OptionParser {
    /// The help of a command that is called by `title`, such as `wordcount run`.
    func help(title: String, summary: String, examples: [String]) -> String {
        var sections = [
            HelpText.wrapped("Usage: \(usage(title))", indent: 7), HelpText.sentence(summary),
        ]
        let described = positionals.filter { !$0.isHidden }
        if !described.isEmpty {
            sections.append(HelpText.list("Arguments:", described.map { ($0.label, text(of: $0)) }))
        }
        let shown = named.filter { !$0.isHidden }.map { ($0.label, text(of: $0)) }
        sections.append(HelpText.list("Options:", shown + [("-h, --help", "show this help")]))
        if !presets.isEmpty {
            let words = presets.map { $0.joined(separator: " ") }.joined(separator: " ")
            sections.append(HelpText.wrapped("Unless you say otherwise: \(words)", indent: 2))
        }
        if !examples.isEmpty {
            sections.append((["Examples:"] + examples.map { "  " + $0 }).joined(separator: "\n"))
        }
        return sections.joined(separator: "\n\n") + "\n"
    }

    private func usage(_ title: String) -> String {
        let visible = named.filter { !$0.isHidden }
        let required = visible.filter(\.isRequired).map(\.label)
        let optional = visible.contains { !$0.isRequired } ? ["[options]"] : []
        return ([title] + required + optional + positionals.map(\.label)).joined(separator: " ")
    }

    private func text(of option: Option<Root>) -> String {
        let standard = option.shownDefault(defaults).map { "default \(Terminal.escaped($0))" }
        let notes = [option.isRequired ? "required" : nil, option.hint, standard].compactMap(\.self)
        return option.help + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
    }
}

extension Option {
    /// How the option is written: `--data PATH…`.
    fileprivate var label: String {
        switch arity {
        case .flag: name
        case .one: "\(name) \(placeholder)"
        case .many: "\(name) \(placeholder)…"
        case .positional(1...1): placeholder
        case .positional(let count): count.lowerBound > 0 ? "\(placeholder)…" : "[\(placeholder)…]"
        }
    }
}
