/// The errors of estimates in plain text: a line for each exchange, zero in the middle.
///
/// ```text
///   0 s  [--------------*----|-------------------]
///  64 s            [---------|-*-------]
/// ```
enum NtpPlot {
    /// How many columns there are on each side of zero.
    static let sideColumns = 28

    /// The lines, the scale first.
    static func lines(_ simulation: NtpSimulation) -> [String] {
        let rounds = simulation.rounds
        let most = max(1, rounds.map { max($0.boundTwice, abs($0.errorTwice)) }.max() ?? 1)
        let times = rounds.map { TimeText.decimal($0.time, of: 1_000_000_000, digits: 3) + " s" }
        let width = times.map(\.count).max() ?? 0
        let end = NtpReport.half(most)
        let scale = "-\(end) ms"
        let zero = String(repeating: " ", count: max(1, sideColumns - scale.count)) + "0"
        let right = "+\(end) ms"
        let space = String(repeating: " ", count: max(1, sideColumns - right.count))
        let margin = String(repeating: " ", count: width)
        return ["\(margin)  \(scale)\(zero)\(space)\(right)"]
            + zip(times, rounds).map { time, round in
                let padding = String(repeating: " ", count: width - time.count)
                return "\(padding)\(time)  \(bar(round, most))"
            }
    }

    private static func bar(_ round: NtpSimulation.Round, _ most: Int) -> String {
        func column(_ twice: Int) -> Int {
            sideColumns + (twice * sideColumns + (twice < 0 ? -most : most) / 2) / most
        }
        let bounds = column(-round.boundTwice)...column(round.boundTwice)
        let error = column(round.errorTwice)
        let line = (0...(2 * sideColumns)).map { place -> Character in
            if place == error { return "*" }
            if place == sideColumns { return "|" }
            if place == bounds.lowerBound { return "[" }
            if place == bounds.upperBound { return "]" }
            return bounds.contains(place) ? "-" : " "
        }
        let text = String(line)
        return text.lastIndex { $0 != " " }.map { String(text[...$0]) } ?? ""
    }
}
