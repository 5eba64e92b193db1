/// Percentages as fault plans have them: `20%`, `+0.5%`; exact in both directions.
enum FaultPlanPercent {
    /// Clocks that go faster than this, in percent, are refused.
    static let driftPercentMax = 10_000.0

    /// Reads `20%` as 0.2.
    static func probability(_ word: Substring) throws(FaultPlanMistake) -> Double {
        // The text is shifted, not the number: 7% is 0.07, while 7.0 / 100 × 100 is not 7 any more.
        try share(word, exponent: "e-2", max: 1)
    }

    /// Reads `20%` as 20.
    static func progress(_ word: Substring) throws(FaultPlanMistake) -> Double {
        try share(word, exponent: "", max: 100)
    }

    private static func share(
        _ word: Substring,
        exponent: String,
        max: Double
    ) throws(FaultPlanMistake) -> Double {
        let expected = "expected 0% to 100%, such as 20%"
        let first = word.utf8.first
        guard let number = number(word),
            let value = Double(number + exponent)
        else {
            throw FaultPlanMistake(word, "'\(word.shown)' is no percentage; \(expected)")
        }
        guard first != UInt8(ascii: "-"), first != UInt8(ascii: "+"), value <= max else {
            throw FaultPlanMistake(word, "'\(word.shown)' is no share of the whole; \(expected)")
        }
        return value
    }

    /// Reads `-5%` as -5.
    static func drift(_ word: Substring) throws(FaultPlanMistake) -> Double {
        guard let value = number(word).flatMap(Double.init) else {
            let reason = "'\(word.shown)' is no percentage; expected such as +5% or -0.1%"
            throw FaultPlanMistake(word, reason)
        }
        guard value > -100 else {
            let reason = "'\(word.shown)' makes a clock stand or go back; expected more than -100%"
            throw FaultPlanMistake(word, reason)
        }
        guard value <= driftPercentMax else {
            let expected = "expected at most \(text(drift: driftPercentMax))"
            throw FaultPlanMistake(word, "'\(word.shown)' is too fast a clock; \(expected)")
        }
        return value
    }

    /// The number before the sign, if the word is one: digits, with or without a sign and a fraction.
    private static func number(_ word: Substring) -> String? {
        var digits = word.utf8
        guard digits.popLast() == UInt8(ascii: "%") else { return nil }
        let number = digits
        if let first = digits.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
            digits.removeFirst()
        }
        let isDigit = { (byte: UInt8) in UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else {
            return nil
        }
        return String(Substring(number))
    }

    /// Writes 0.2 as `20%`.
    static func text(probability: Double) -> String { decimal(probability, shiftedBy: 2) + "%" }

    /// Writes 20 as `20%`.
    static func text(progress: Double) -> String { decimal(progress, shiftedBy: 0) + "%" }

    /// Writes 5 as `+5%`.
    static func text(drift: Double) -> String {
        (drift < 0 ? "" : "+") + decimal(drift == 0 ? 0 : drift, shiftedBy: 0) + "%"
    }

    /// The shortest text that reads back as the number: without an exponent, its point moved right.
    private static func decimal(_ number: Double, shiftedBy shift: Int) -> String {
        guard number.isFinite else { return "\(number)" }
        let halves = "\(number.magnitude)".split(separator: "e")
        let pieces = (halves.first ?? "0").split(separator: ".")
        var whole = String(pieces.first ?? "0")
        var fraction = pieces.count > 1 ? String(pieces[1]) : ""
        let exponent = shift + (halves.count > 1 ? Int(halves[1]) ?? 0 : 0)
        if exponent > 0 {
            fraction += String(repeating: "0", count: max(0, exponent - fraction.count))
            whole += fraction.prefix(exponent)
            fraction.removeFirst(exponent)
        } else {
            whole = String(repeating: "0", count: max(0, -exponent - whole.count + 1)) + whole
            fraction = whole.suffix(-exponent) + fraction
            whole.removeLast(-exponent)
        }
        while whole.count > 1, whole.first == "0" { whole.removeFirst() }
        while fraction.last == "0" { fraction.removeLast() }
        let sign = number < 0 ? "-" : ""
        return "\(sign)\(whole)\(fraction.isEmpty ? "" : ".")\(fraction)"
    }
}
