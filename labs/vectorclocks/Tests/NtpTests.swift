import Chance
import Testing

@testable import vectorclocks

/// Four timestamps, and what they say.
@Suite struct NtpTests {
    @Test func `an exchange by hand`() {
        // The client is 100 ahead; 7 there, 2 for the answer, 3 back.
        let exchange = NtpExchange(t0: 1100, t1: 1007, t2: 1009, t3: 1112)
        #expect(exchange.delay == 10)
        #expect(exchange.offsetTwice == -196, "half of 7 - 3 too much")
    }

    /// A setting that is drawn.
    private func setting(
        _ chance: inout SplitMix64,
        driftsPPB: Bool
    ) -> NtpSimulation.Setting {
        var setting = NtpSimulation.Setting()
        func drawn(_ bound: Int) -> Int { Int(chance.next(below: UInt64(bound))) }
        setting.driftPPB = driftsPPB ? drawn(1_000_001) - 500_000 : 0
        setting.offset = drawn(2_000_000_001) - 1_000_000_000
        let least = drawn(5_000_000)
        setting.delays = least...(least + drawn(50_000_000))
        setting.asymmetry = drawn(100_000_001) - 50_000_000
        setting.service = drawn(1_000_000_000)
        setting.rounds = 5
        return setting
    }

    @Test func `the error is half the difference of the ways, to the nanosecond`() {
        var chance = SplitMix64(seed: 1)
        for seed in 0..<2000 as Range<UInt64> {
            let setting = setting(&chance, driftsPPB: true)
            for round in NtpSimulation(setting, isSymmetric: false, seed: seed).rounds {
                #expect(round.errorTwice == round.forward - round.back, "seed \(seed)")
            }
        }
    }

    @Test func `without drift, the error is at most half of the delay, and δ that of both ways`() {
        var chance = SplitMix64(seed: 2)
        for seed in 0..<2000 as Range<UInt64> {
            let setting = setting(&chance, driftsPPB: false)
            for round in NtpSimulation(setting, isSymmetric: false, seed: seed).rounds {
                #expect(round.exchange.delay == round.forward + round.back, "seed \(seed)")
                #expect(abs(round.errorTwice) <= round.exchange.delay, "seed \(seed)")
            }
        }
    }

    @Test func `with drift, the error is at most half of the delay and what is gained meanwhile`() {
        var chance = SplitMix64(seed: 3)
        for seed in 0..<2000 as Range<UInt64> {
            let setting = setting(&chance, driftsPPB: true)
            for round in NtpSimulation(setting, isSymmetric: false, seed: seed).rounds {
                #expect(round.isWithinBound, "seed \(seed)")
                let elapsed = round.forward + setting.service + round.back
                #expect(abs(round.drifted) <= elapsed / 2000 + 1, "seed \(seed)")
            }
        }
    }

    @Test func `ways of equal length leave no error`() {
        var chance = SplitMix64(seed: 4)
        for seed in 0..<500 as Range<UInt64> {
            let setting = setting(&chance, driftsPPB: true)
            let simulation = NtpSimulation(setting, isSymmetric: true, seed: seed)
            #expect(simulation.worstErrorTwice == 0, "seed \(seed)")
        }
    }

    @Test func `the bound is reached when one way takes all the time`() {
        var setting = NtpSimulation.Setting()
        setting.driftPPB = 0
        setting.delays = 0...0
        setting.asymmetry = 8_000_000
        let rounds = NtpSimulation(setting, isSymmetric: false, seed: 1).rounds
        #expect(rounds.allSatisfy { $0.errorTwice == $0.exchange.delay })
        #expect(rounds.first?.errorTwice == 8_000_000)
    }

    @Test func `of a clock that loses, δ lacks what it loses meanwhile, and the bound does not`() {
        var setting = NtpSimulation.Setting()
        setting.driftPPB = -500_000
        setting.delays = 0...0
        setting.asymmetry = 8_000_000
        let rounds = NtpSimulation(setting, isSymmetric: false, seed: 1).rounds
        #expect(rounds.allSatisfy { $0.errorTwice > $0.exchange.delay && $0.isWithinBound })
    }

    @Test func `delays are drawn from the whole range, ends included`() {
        var setting = NtpSimulation.Setting()
        setting.delays = 1...3
        setting.rounds = 100
        let rounds = NtpSimulation(setting, isSymmetric: false, seed: 1).rounds
        #expect(Set(rounds.map(\.forward)) == [1, 2, 3])
        #expect(Set(rounds.map(\.back)) == [1, 2, 3])
    }

    @Test func `a clock of 1 ppm is off by a second after less than 12 days`() {
        // The course, of ordinary quartz: 1 s in 11 to 12 days.
        var setting = NtpSimulation.Setting()
        setting.offset = 0
        setting.rounds = 13
        setting.interval = NtpCommand.day
        let rounds = NtpSimulation(setting, isSymmetric: true, seed: 1).rounds
        let days = rounds.firstIndex { abs($0.offsetAtStart) >= 1_000_000_000 }
        #expect(days == 12)
        #expect(abs(rounds[11].offsetAtStart) > 900_000_000)
    }
}
