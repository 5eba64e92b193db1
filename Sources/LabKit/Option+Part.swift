extension Option {
    /// The option as one of a larger whole, of which `Root` is a part.
    ///
    /// This is how the options of a lab and those of a world become the options of one command.
    ///
    /// - Parameters:
    ///   - part: Where in the whole the root is.
    ///   - words: Takes note of the words with which the option was given, to say them again.
    /// - Returns: The option.
    public func part<Whole>(
        of part: Option<Whole>.Property<Root>,
        noting words: Option<Whole>.Property<[String]>? = nil
    ) -> Option<Whole> {
        var option = Option<Whole>(
            name: name,
            placeholder: placeholder,
            arity: arity.of(Whole.self),
            help: help,
            takes: takes,
            hint: hint,
            assign: { (whole, arguments) throws(UsageError) in
                try assign(&whole[keyPath: part], arguments)
                guard let words else { return }
                whole[keyPath: words] += (isPositional ? [] : [name]) + arguments.map(\.text)
            },
            shownDefault: { shownDefault($0[keyPath: part]) }
        )
        option.isHidden = isHidden
        option.isRequired = isRequired
        option.rivals = rivals
        option.prerequisites = prerequisites
        return option
    }
}

extension Option.Arity {
    /// The same arity; each root has a type of its own for it.
    fileprivate func of<Whole>(_ whole: Whole.Type) -> Option<Whole>.Arity {
        switch self {
        case .flag: .flag
        case .one: .one
        case .many: .many
        case .positional(let count): .positional(count)
        }
    }
}
