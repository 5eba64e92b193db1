/// Times as people write them, `4 ms` or `1.5s`, in whole nanoseconds.
enum TimeText {
    /// A year: no scenario is longer, and sums of a few do not overflow.
    static let nanosecondsMax = 365 * 24 * 3600 * 1_000_000_000

    private static let units: [(name: String, nanoseconds: Int)] = [
        ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("min", 60_000_000_000),
        ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ]

    /// The names of the units, for messages.
    static let unitNames = units.map(\.name).joined(separator: ", ")

    /// Reads a number with its unit behind it; nil if it is none, or longer than a year.
    ///
    /// What is smaller than a nanosecond is refused, not rounded.
    static func nanoseconds(_ text: String) -> Int? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let unit = units.first(where: { $0.name == text[number.endIndex...] })?.nanoseconds
        else { return nil }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }),
            let whole = Int(parts[0])
        else { return nil }
        var (total, isTooMuch) = whole.multipliedReportingOverflow(by: unit)
        var step = unit
        for digit in parts.count == 2 ? Array(parts[1].utf8) : [] {
            let value = Int(digit - UInt8(ascii: "0"))
            guard value == 0 || step > 0 && step % 10 == 0 else { return nil }
            step /= 10
            if !isTooMuch { (total, isTooMuch) = total.addingReportingOverflow(value * step) }
        }
        return isTooMuch || total > nanosecondsMax ? nil : total
    }

    /// Milliseconds with the digits that are needed, at most three: `4 ms`, `-1.25 ms`.
    static func milliseconds(_ nanoseconds: Int) -> String {
        decimal(nanoseconds, of: 1_000_000, digits: 3) + " ms"
    }

    /// `nanoseconds` in units, rounded to some digits, without zeros at the end.
    static func decimal(_ nanoseconds: Int, of unit: Int, digits: Int) -> String {
        var text = fixed(nanoseconds, of: unit, digits: digits)
        while text.last == "0", text.contains(".") { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    /// `nanoseconds` in units, with exactly so many digits; half away from zero.
    static func fixed(_ nanoseconds: Int, of unit: Int, digits: Int) -> String {
        let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
        let magnitude = Int128(nanoseconds.magnitude) * Int128(scale)
        let rounded = (magnitude * 2 + Int128(unit)) / (Int128(unit) * 2)
        let sign = nanoseconds < 0 && rounded > 0 ? "-" : ""
        let fraction = String("\(Int128(scale) + rounded % Int128(scale))".dropFirst())
        return "\(sign)\(rounded / Int128(scale))" + (digits > 0 ? ".\(fraction)" : "")
    }
}
