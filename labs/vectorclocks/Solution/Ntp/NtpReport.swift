import LabKit

/// What came out of exchanges, for people.
struct NtpReport {
    /// With ways of equal length.
    let symmetric: NtpSimulation
    /// With ways that are drawn each by itself.
    let asymmetric: NtpSimulation
    let seed: UInt64

    /// All of it, each line ended.
    var text: String {
        let setting = symmetric.setting
        let drift = TimeText.decimal(setting.driftPPB, of: 1000, digits: 3)
        let delays = setting.delays
        let ways =
            "\(TimeText.milliseconds(delays.lowerBound)) to \(TimeText.milliseconds(delays.upperBound))"
        let lines: [String] =
            [
                "a clock that drifts \(drift) ppm, \(Self.ahead(-setting.offset)); one way takes \(ways); seed \(seed)",
                "",
                "each way back takes as long as the way there:",
                Self.table(symmetric),
                Self.verdict(symmetric),
                "",
                Self.asymmetryText(setting.asymmetry),
                Self.table(asymmetric),
                Self.verdict(asymmetric),
            ] + byHand + [
                "",
                "the error (*) and its bounds, δ/2 to both sides:",
            ]
        return
            (lines + NtpPlot.lines(asymmetric) + ["", left]).map { $0 + "\n" }.joined()
    }

    /// The first exchange, for whoever wants to work it out.
    private var byHand: [String] {
        guard let exchange = asymmetric.rounds.first?.exchange else { return [] }
        let times = [exchange.t0, exchange.t1, exchange.t2, exchange.t3].enumerated()
        let texts = times.map { "t\($0) = \(Self.milliseconds($1))" }
        return [
            "",
            "the first of them: " + texts.joined(separator: ", "),
            "  θ = ((t1 - t0) + (t2 - t3))/2 = \(Self.half(exchange.offsetTwice)), "
                + "δ = (t3 - t0) - (t2 - t1) = \(Self.milliseconds(exchange.delay))",
        ]
    }

    private static func ahead(_ nanoseconds: Int) -> String {
        let distance = TimeText.milliseconds(abs(nanoseconds))
        return nanoseconds < 0 ? "\(distance) behind" : "\(distance) ahead"
    }

    private static func asymmetryText(_ asymmetry: Int) -> String {
        let both = "each way takes its own time"
        guard asymmetry != 0 else { return both + ":" }
        let more = TimeText.milliseconds(abs(asymmetry))
        return both + ", and the way \(asymmetry > 0 ? "there" : "back") \(more) more:"
    }

    private static func table(_ simulation: NtpSimulation) -> String {
        var table = TextTable("at", "there", "back", "θ", "estimate", "error", "δ/2")
        for round in simulation.rounds {
            table.add(
                TimeText.decimal(round.time, of: 1_000_000_000, digits: 3) + " s",
                milliseconds(round.forward),
                milliseconds(round.back),
                half(round.truthTwice),
                half(round.exchange.offsetTwice),
                half(round.errorTwice),
                half(round.exchange.delay)
            )
        }
        return String(table.text.dropLast())
    }

    private static func verdict(_ simulation: NtpSimulation) -> String {
        let rounds = simulation.rounds
        let exact = rounds.count { $0.errorTwice == $0.forward - $0.back }
        let within = rounds.count(where: \.isWithinBound)
        return "error = (there - back)/2 in \(exact) of \(rounds.count), at most δ/2 in "
            + "\(within) of \(rounds.count); the worst is \(half(simulation.worstErrorTwice)) ms"
    }

    /// What a clock is off by without and with NTP.
    private var left: String {
        let last = asymmetric.rounds.last?.offsetAtEnd ?? 0
        let first = asymmetric.setting.offset
        let alone = TimeText.milliseconds(abs(last - first))
        let between = TimeText.milliseconds(asymmetric.driftBetween)
        let most = Self.half(asymmetric.worstErrorTwice + 2 * asymmetric.driftBetween)
        return
            "left alone, the clock drifts by \(alone) in all; set at each exchange, it is off by "
            + "\(most) ms at most: the error, and \(between) until the next one"
    }

    private static func milliseconds(_ nanoseconds: Int) -> String {
        TimeText.fixed(nanoseconds, of: 1_000_000, digits: 4)
    }

    /// Half of so many nanoseconds, in milliseconds.
    static func half(_ nanosecondsTwice: Int) -> String {
        TimeText.fixed(nanosecondsTwice, of: 2_000_000, digits: 4)
    }
}
