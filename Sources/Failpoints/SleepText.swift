/// Lengths of a sleep, written as durations in fault plans are: `200ms`, `1.5s`.
///
/// A room of its own reading rather than that of `Nodes`: a place in a store or a socket has no business
/// with what a node is. A test holds the two together. Here a length has whole nanoseconds, which is
/// what the system's sleep takes.
enum SleepText {
    static let example = "a number with ns, us, ms, s or m, such as 200ms or 1.5s, up to 60m"

    /// Nanoseconds of each unit, the largest first.
    private static let units: [(name: String, nanoseconds: Int)] = [
        ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000), ("ns", 1),
    ]

    /// Reads nanoseconds, from 1 to an hour's; nil for anything else.
    static func nanoseconds(_ text: Substring) -> Int? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let name = text[number.endIndex...]
        guard let unit = units.first(where: { $0.name == name })?.nanoseconds else { return nil }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        var sum = 0
        for digit in parts[0].utf8 {
            sum = sum * 10 + Int(digit - UInt8(ascii: "0")) * unit
            guard sum <= FailpointAction.sleepNanosecondsMax else { return nil }
        }
        var place = unit
        for digit in (parts.count == 2 ? parts[1] : "").utf8 {
            let value = Int(digit - UInt8(ascii: "0"))
            // Minutes have a place of six; finer than a nanosecond is nothing.
            guard value == 0 || place.isMultiple(of: 10) else { return nil }
            place = place.isMultiple(of: 10) ? place / 10 : 0
            sum += value * place
        }
        return 1...FailpointAction.sleepNanosecondsMax ~= sum ? sum : nil
    }

    /// Writes them in the largest unit of which they are a whole number.
    static func text(nanoseconds: Int) -> String {
        let unit = units.first { nanoseconds.isMultiple(of: $0.nanoseconds) } ?? ("ns", 1)
        return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
    }
}
