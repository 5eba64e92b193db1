/// Durations as fault plans have them: `200ms`, `1.5s`; exact in both directions.
enum DurationText {
    /// A year; longer than any run, and short enough that nanoseconds in an `Int` do not overflow.
    static let secondsMax = 365 * 24 * 60 * 60

    /// Whether a duration may be empty: a point in time may, a span may not.
    enum Emptiness { case allowed, refused }

    private static let example = "a number with ns, us, ms, s or m, such as 200ms or 1.5s"

    private static let second: Int128 = 1_000_000_000_000_000_000
    private static let units: [(name: String, attoseconds: Int128, digits: Int)] = [
        ("s", second, 18), ("ms", second / 1000, 15), ("us", second / 1_000_000, 12),
        ("ns", second / 1_000_000_000, 9),
    ]

    private static func attoseconds(ofUnit name: Substring) -> Int128? {
        switch name {
        case "m": second * 60
        // The micro sign, and the Greek letter that looks the same.
        case "\u{B5}s", "\u{3BC}s": second / 1_000_000
        default: units.first { $0.name == name }?.attoseconds
        }
    }

    /// Reads a word.
    static func duration(
        _ word: Substring,
        empty: Emptiness = .refused
    ) throws(FaultPlanMistake) -> Duration {
        if word.utf8.first == UInt8(ascii: "-") {
            let reason = "'\(word.shown)' is less than nothing; expected \(example)"
            throw FaultPlanMistake(word, reason)
        }
        let isDigit = { (byte: UInt8) in UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
        let whole = word.utf8.prefix(while: isDigit)
        var rest = word.utf8[whole.endIndex...]
        var fraction = rest.prefix(0)
        let hasPoint = rest.first == UInt8(ascii: ".")
        if hasPoint {
            fraction = rest.dropFirst().prefix(while: isDigit)
            rest = rest[fraction.endIndex...]
        }
        guard !whole.isEmpty, !hasPoint || !fraction.isEmpty,
            let unit = attoseconds(ofUnit: word[rest.startIndex...])
        else {
            throw FaultPlanMistake(word, "'\(word.shown)' is no duration; expected \(example)")
        }
        let attoseconds = try attoseconds(word, whole: whole, fraction: fraction, unit: unit)
        guard attoseconds > 0 || empty == .allowed else {
            throw FaultPlanMistake(word, "'\(word.shown)' takes no time; expected more than that")
        }
        return Duration(attoseconds: attoseconds)
    }

    private static func attoseconds(
        _ word: Substring,
        whole: Substring.UTF8View.SubSequence,
        fraction: Substring.UTF8View.SubSequence,
        unit: Int128
    ) throws(FaultPlanMistake) -> Int128 {
        let max = second * Int128(secondsMax)
        let tooLong = FaultPlanMistake(
            word,
            "'\(word.shown)' is too long; expected at most \(secondsMax)s, a year"
        )
        var count: Int128 = 0
        for digit in whole {
            count = count * 10 + Int128(digit - UInt8(ascii: "0"))
            guard count * unit <= max else { throw tooLong }
        }
        var sum = count * unit
        var place = unit
        for digit in fraction {
            let value = Int128(digit - UInt8(ascii: "0"))
            guard value == 0 || place.isMultiple(of: 10) else {
                let expected = "expected at most 18 digits of a second"
                throw FaultPlanMistake(word, "'\(word.shown)' is too fine; \(expected)")
            }
            place = place.isMultiple(of: 10) ? place / 10 : 0
            sum += value * place
        }
        guard sum <= max else { throw tooLong }
        return sum
    }

    /// Writes a duration, exactly.
    static func text(_ duration: Duration) -> String {
        let attoseconds = duration.attoseconds
        if attoseconds == 0 { return "0s" }
        let sign = attoseconds < 0 ? "-" : ""
        let magnitude = attoseconds.magnitude
        let minute = UInt128(second * 60)
        if magnitude.isMultiple(of: minute) { return "\(sign)\(magnitude / minute)m" }
        // What is less than a nanosecond is a fraction of one.
        let unit = units.first { magnitude >= $0.attoseconds.magnitude || $0.name == "ns" }
        guard let unit else { preconditionFailure("no unit for \(duration)") }
        let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: unit.attoseconds.magnitude)
        let digits = String(rest)
        var fraction = String(repeating: "0", count: unit.digits - digits.count) + digits
        while fraction.last == "0" { fraction.removeLast() }
        return "\(sign)\(whole)\(fraction.isEmpty ? "" : ".")\(fraction)\(unit.name)"
    }
}
