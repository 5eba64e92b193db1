/// What an option takes: how it is read, how it is named in a message, how a default is shown.
public struct ValueKind<Value>: Sendable {
    /// Continues "--workers takes …, not 'x'".
    let takes: String
    /// What help adds in parentheses, such as a range.
    let hint: String?
    let read: @Sendable (Argument) throws(UsageError) -> Value?
    let show: @Sendable (Value) -> String

    /// A kind of one's own, best given a name next to the type it reads.
    ///
    /// ```swift
    /// extension ValueKind where Value == Share {
    ///     static var share: Self { .custom("a share such as 30%") { Share($0.text) } }
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - takes: continues "--option takes …, not 'x'".
    ///   - hint: what help adds in parentheses.
    ///   - show: how a default is shown in help.
    ///   - read: gives `nil` for "not that", or throws a message of its own, which is shown after
    ///     the option's name.
    /// - Returns: the kind.
    public static func custom(
        _ takes: String,
        hint: String? = nil,
        show: @escaping @Sendable (Value) -> String = { "\($0)" },
        read: @escaping @Sendable (Argument) throws(UsageError) -> Value?
    ) -> ValueKind {
        ValueKind(takes: takes, hint: hint, read: read, show: show)
    }

    func value(of argument: Argument, for option: String) throws(UsageError) -> Value {
        let value: Value?
        do {
            value = try read(argument)
        } catch {
            throw UsageError("\(option): \(error.message)")
        }
        guard let value else {
            throw UsageError("\(option) takes \(takes), not \(argument.quoted)")
        }
        return value
    }
}

extension ValueKind where Value == String {
    /// Text in UTF-8; for file names take `path`, which keeps any bytes.
    public static var text: Self {
        .custom("text in UTF-8") { $0.validText }
    }
}

extension ValueKind where Value == Argument {
    /// The name of a file, byte for byte.
    public static var path: Self {
        .custom("a path") { $0.bytes.isEmpty ? nil : $0 }
    }
}

extension ValueKind where Value: FixedWidthInteger & Sendable & SendableMetatype {
    /// A whole number within `range`.
    public static func whole(in range: ClosedRange<Value> = Value.min...Value.max) -> Self {
        // The ends of a 64-bit type are no limits that a reader thinks in.
        let isWide = Value.bitWidth >= 64
        let isOpenBelow = isWide && Value.isSigned && range.lowerBound == Value.min
        let isOpenAbove = isWide && range.upperBound == Value.max
        let hint: String? =
            switch (isOpenBelow, isOpenAbove) {
            case (true, true): nil
            case (true, false): "up to \(range.upperBound)"
            case (false, true): "from \(range.lowerBound)"
            case (false, false): "\(range.lowerBound) to \(range.upperBound)"
            }
        let words = ["a whole number", isOpenBelow || isOpenAbove ? nil : "from", hint]
        let takes = words.compactMap(\.self).joined(separator: " ")
        return .custom(takes, hint: hint) { argument in
            // Swift reads "+1" as well; one spelling is enough.
            guard argument.bytes.first != UInt8(ascii: "+"), let number = Value(argument.text),
                range.contains(number)
            else { return nil }
            return number
        }
    }
}

extension ValueKind where Value == Double {
    /// A finite decimal number within `range`.
    public static func number(in range: ClosedRange<Double>) -> Self {
        let hint = "\(short(range.lowerBound)) to \(short(range.upperBound))"
        return .custom("a number from \(hint)", hint: hint, show: short) { argument in
            // Only digits: Swift would also read "inf", "nan" and "0x1p3".
            let allowed = Array("0123456789.-eE".utf8)
            guard argument.bytes.allSatisfy(allowed.contains), let number = Double(argument.text),
                range.contains(number)
            else { return nil }
            return number
        }
    }

    @Sendable private static func short(_ number: Double) -> String {
        let text = "\(number)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension ValueKind where Value == Duration {
    /// A time in seconds within `range`, decimals allowed: `1`, `0.25`, `.5`.
    public static func seconds(in range: ClosedRange<Duration> = .zero ... .seconds(86_400)) -> Self
    {
        let hint = "\(decimal(range.lowerBound)) to \(decimal(range.upperBound)) seconds"
        return .custom("seconds from \(hint.dropLast(8))", hint: hint, show: decimal) { argument in
            guard let duration = duration(argument.bytes), range.contains(duration) else {
                return nil
            }
            return duration
        }
    }

    /// Digits, a point, digits: exact where a `Double` would round, and no room for "nan" or "-0".
    private static func duration(_ bytes: [UInt8]) -> Duration? {
        let parts = bytes.split(
            separator: UInt8(ascii: "."),
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let whole = parts[0]
        let fraction = parts.count == 2 ? parts[1] : []
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard !whole.isEmpty || !fraction.isEmpty, parts.count == 1 || !fraction.isEmpty,
            fraction.count <= 18, (whole + fraction).allSatisfy(digits.contains),
            let seconds = Int64("0" + String(decoding: whole, as: UTF8.self)),
            let attoseconds = Int64(
                String(decoding: fraction, as: UTF8.self)
                    + String(repeating: "0", count: 18 - fraction.count)
            )
        else { return nil }
        return Duration(secondsComponent: seconds, attosecondsComponent: attoseconds)
    }

    @Sendable private static func decimal(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard attoseconds != 0 else { return "\(seconds)" }
        let padded = String("\(attoseconds + 1_000_000_000_000_000_000)".dropFirst())
        let end = padded.lastIndex { $0 != "0" } ?? padded.startIndex
        return "\(seconds).\(padded[...end])"
    }
}

extension ValueKind
where
    Value: RawRepresentable & CaseIterable & Sendable & SendableMetatype, Value.RawValue == String
{
    /// One of the cases of an enum, by its raw value.
    public static var choice: Self {
        let names = Value.allCases.map(\.rawValue)
        let list = names.dropLast().joined(separator: ", ")
        return .custom(
            list.isEmpty ? names.joined() : "\(list) or \(names[names.count - 1])",
            show: { $0.rawValue }
        ) { Value(rawValue: $0.text) }
    }
}
