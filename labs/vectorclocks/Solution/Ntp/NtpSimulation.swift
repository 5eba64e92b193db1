import Chance

/// Exchanges of a client with a server, over a network whose delays are known to us and not to them.
///
/// The server's clock shows real time. The client's is off by some offset when all begins, and gains or loses
/// at a constant rate, its drift.
struct NtpSimulation: Hashable {
    /// What is chosen.
    struct Setting: Hashable {
        /// How much the client's clock gains a second, in parts of a thousand million; negative loses.
        var driftPPB = 1000
        /// Server less client when all begins, in nanoseconds.
        var offset = -128_500_000
        /// How long one way takes, in nanoseconds.
        var delays = 1_000_000...10_000_000
        /// How much longer the way to the server takes than the way back, in nanoseconds; negative is shorter.
        var asymmetry = 0
        /// How long the server takes to answer, in nanoseconds.
        var service = 50_000
        /// How many exchanges there are.
        var rounds = 10
        /// The real time between the beginnings of two exchanges, in nanoseconds.
        var interval = 64_000_000_000
    }

    /// One exchange, and what really was.
    struct Round: Hashable {
        /// When it begins, in real time.
        let time: Int
        let exchange: NtpExchange
        /// How long the two ways took, in real time.
        let forward: Int
        let back: Int
        /// Server less client when the question leaves, and when the answer has come.
        let offsetAtStart: Int
        let offsetAtEnd: Int

        /// Twice what the offset was, in the middle between question and answer.
        var truthTwice: Int { offsetAtStart + offsetAtEnd }

        /// Twice the estimate less the truth: exactly the difference of the two ways.
        var errorTwice: Int { exchange.offsetTwice - truthTwice }

        /// How far the clock has drifted during the exchange.
        var drifted: Int { offsetAtEnd - offsetAtStart }

        /// Twice the bound of the error: δ, and what the clock has gained meanwhile, which δ lacks.
        ///
        /// RFC 5905 counts the second as dispersion.
        var boundTwice: Int { exchange.delay + max(0, drifted) }

        /// Whether the estimate is no further from the truth than the bound.
        var isWithinBound: Bool { abs(errorTwice) <= boundTwice }
    }

    let setting: Setting
    let rounds: [Round]

    /// Exchanges whose delays follow from a seed.
    ///
    /// - Parameters:
    ///   - setting: What is chosen.
    ///   - isSymmetric: Whether each way back takes as long as the way there; else both are drawn, and
    ///     `asymmetry` comes on top.
    ///   - seed: Where all chance comes from. With one seed, the ways there are the same in both cases, but for
    ///     the asymmetry.
    init(_ setting: Setting, isSymmetric: Bool, seed: UInt64) {
        self.setting = setting
        var chance = SplitMix64(seed: seed)
        rounds = (0..<setting.rounds).map { number in
            let there = Self.delay(setting, &chance)
            let back = Self.delay(setting, &chance)
            return Self.round(
                setting,
                at: number * setting.interval,
                forward: there + (isSymmetric ? 0 : max(0, setting.asymmetry)),
                back: isSymmetric ? there : back + max(0, -setting.asymmetry)
            )
        }
    }

    private static func delay(_ setting: Setting, _ chance: inout SplitMix64) -> Int {
        let span = UInt64(setting.delays.upperBound - setting.delays.lowerBound)
        return setting.delays.lowerBound + Int(chance.next(below: span + 1))
    }

    private static func round(
        _ setting: Setting,
        at time: Int,
        forward: Int,
        back: Int
    ) -> Round {
        let end = time + forward + setting.service + back
        let offsetAtStart = offset(setting, at: time)
        let offsetAtEnd = offset(setting, at: end)
        return Round(
            time: time,
            exchange: NtpExchange(
                t0: time - offsetAtStart,
                t1: time + forward,
                t2: time + forward + setting.service,
                t3: end - offsetAtEnd
            ),
            forward: forward,
            back: back,
            offsetAtStart: offsetAtStart,
            offsetAtEnd: offsetAtEnd
        )
    }

    /// Server less client at a real time, to the nanosecond.
    private static func offset(_ setting: Setting, at time: Int) -> Int {
        let gained = Int128(setting.driftPPB) * Int128(time) / 1_000_000_000
        return setting.offset - Int(gained)
    }

    /// Twice the largest error of an estimate.
    var worstErrorTwice: Int { rounds.map { abs($0.errorTwice) }.max() ?? 0 }

    /// How far the clock drifts between two exchanges.
    var driftBetween: Int {
        Int(Int128(setting.driftPPB.magnitude) * Int128(setting.interval) / 1_000_000_000)
    }
}
