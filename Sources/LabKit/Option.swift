/// One thing that can be said on a command line, and the property of `Root` it ends up in.
///
/// ```swift
/// Option.value("--workers", "N", \.workers, .whole(in: 1...64), "worker processes")
/// ```
public struct Option<Root>: Sendable {
    /// A property of the options, as a key path: `\.workers`.
    public typealias Property<Value> = any WritableKeyPath<Root, Value> & Sendable

    enum Arity: Hashable {
        /// `--verify`.
        case flag
        /// `--workers N`, at most once.
        case one
        /// `--data PATH…`, up to the next option, and again.
        case many
        /// No name; what is left over, this many of it.
        case positional(ClosedRange<Int>)
    }

    /// `--workers`; of a positional, its placeholder.
    let name: String
    let placeholder: String
    let arity: Arity
    let help: String
    let takes: String
    let hint: String?
    let assign: @Sendable (inout Root, [Argument]) throws(UsageError) -> Void
    let shownDefault: @Sendable (Root) -> String?
    var isHidden = false
    var isRequired = false
    var rivals: [String] = []
    var prerequisites: [String] = []

    /// A switch: `--verify` sets the property to true.
    public static func flag(
        _ name: String,
        _ property: Property<Bool>,
        _ help: String
    ) -> Option {
        Option(
            name: name,
            placeholder: "",
            arity: .flag,
            help: help,
            takes: "no value",
            hint: nil,
            assign: { root, _ in root[keyPath: property] = true },
            shownDefault: { _ in nil }
        )
    }

    /// An option with one value, given at most once.
    public static func value<Value>(
        _ name: String,
        _ placeholder: String,
        _ property: Property<Value>,
        _ kind: ValueKind<Value>,
        _ help: String
    ) -> Option {
        one(name, placeholder, .one, kind, help) {
            $0[keyPath: property] = $1
        } shownDefault: {
            kind.show($0[keyPath: property])
        }
    }

    /// An option with one value, given at most once; without it the property stays `nil`.
    public static func value<Value>(
        _ name: String,
        _ placeholder: String,
        _ property: Property<Value?>,
        _ kind: ValueKind<Value>,
        _ help: String
    ) -> Option {
        one(name, placeholder, .one, kind, help) {
            $0[keyPath: property] = $1
        } shownDefault: {
            $0[keyPath: property].map(kind.show)
        }
    }

    /// An option with one or more values, up to the next option; it may be given again.
    ///
    /// What is given replaces the default.
    public static func values<Value>(
        _ name: String,
        _ placeholder: String,
        _ property: Property<[Value]>,
        _ kind: ValueKind<Value>,
        _ help: String
    ) -> Option {
        list(name, placeholder, .many, property, kind, help)
    }

    /// An argument without a name, which must be there: `timeline FILE`.
    public static func argument<Value>(
        _ placeholder: String,
        _ property: Property<Value>,
        _ kind: ValueKind<Value>,
        _ help: String
    ) -> Option {
        one(placeholder, placeholder, .positional(1...1), kind, help) {
            $0[keyPath: property] = $1
        } shownDefault: { _ in
            nil
        }
    }

    /// The arguments without a name that are left, `count` of them: must be declared last.
    public static func arguments<Value>(
        _ placeholder: String,
        _ property: Property<[Value]>,
        _ kind: ValueKind<Value>,
        count: ClosedRange<Int> = 0...Int.max,
        _ help: String
    ) -> Option {
        list(placeholder, placeholder, .positional(count), property, kind, help)
    }

    /// The option, left out of help.
    public func hidden() -> Option { with { $0.isHidden = true } }

    /// The option, an error if it is not given.
    public func required() -> Option { with { $0.isRequired = true } }

    /// The option, an error if one of these is given as well.
    public func conflicts(with others: String...) -> Option { with { $0.rivals += others } }

    /// The option, an error unless at least one of these is given as well.
    public func needs(_ others: String...) -> Option { with { $0.prerequisites += others } }

    private func with(_ change: (inout Option) -> Void) -> Option {
        var copy = self
        change(&copy)
        return copy
    }

    private static func one<Value>(
        _ name: String,
        _ placeholder: String,
        _ arity: Arity,
        _ kind: ValueKind<Value>,
        _ help: String,
        set: @escaping @Sendable (inout Root, Value) -> Void,
        shownDefault: @escaping @Sendable (Root) -> String?
    ) -> Option {
        Option(
            name: name,
            placeholder: placeholder,
            arity: arity,
            help: help,
            takes: kind.takes,
            hint: kind.hint,
            assign: { (root, arguments) throws(UsageError) in
                for argument in arguments { set(&root, try kind.value(of: argument, for: name)) }
            },
            shownDefault: shownDefault
        )
    }

    private static func list<Value>(
        _ name: String,
        _ placeholder: String,
        _ arity: Arity,
        _ property: Property<[Value]>,
        _ kind: ValueKind<Value>,
        _ help: String
    ) -> Option {
        Option(
            name: name,
            placeholder: placeholder,
            arity: arity,
            help: help,
            takes: kind.takes,
            hint: kind.hint,
            assign: { (root, arguments) throws(UsageError) in
                var values: [Value] = []
                for argument in arguments { values.append(try kind.value(of: argument, for: name)) }
                root[keyPath: property] = values
            },
            shownDefault: { root in
                let values = root[keyPath: property]
                return values.isEmpty ? nil : values.map(kind.show).joined(separator: " ")
            }
        )
    }
}

/// Lets the options of a command be written one under the other, without commas.
///
/// A builder rather than an array literal also because the compiler then checks each line by itself.
@resultBuilder
public enum OptionBuilder<Root> {
    /// One line.
    public static func buildExpression(_ option: Option<Root>) -> [Option<Root>] { [option] }
    /// Several lines that commands share.
    public static func buildExpression(_ options: [Option<Root>]) -> [Option<Root>] { options }
    /// All lines.
    public static func buildBlock(_ lines: [Option<Root>]...) -> [Option<Root>] {
        lines.flatMap(\.self)
    }
}
