import Causality
import Chance
import Testing

@testable import vectorclocks

/// What holds of all scenarios: runs of mappers and reducers that are drawn from a seed.
@Suite struct RandomScenarioTests {
    /// A mapper or two, two reducers, a coordinator whose marker is slow to some, links without order.
    private static func scenario(seed: UInt64, clock: String = "", cut: String) -> String {
        var chance = SplitMix64(seed: seed)
        func below(_ bound: Int) -> Int { Int(chance.next(below: UInt64(bound))) }
        let mappers = ["M", "N"].prefix(1 + below(2))
        let reducers = ["P", "Q"]
        var lines = ["links non-fifo"]
        let tweets = mappers.map { _ in (0...below(4)).map { _ in ["a", "b"][below(2)] } }
        for (mapper, tweets) in zip(mappers, tweets) {
            let texts = tweets.map { "\"\($0)\"" }.joined(separator: " ")
            lines.append("mapper \(mapper) reads \(texts)")
        }
        lines += reducers.map { "reducer \($0)" } + ["coordinator C", clock]
        // Events of all, at times that differ; each process gets its lines in order.
        var events: [(time: Int, text: String)] = []
        var times: Set<Int> = []
        func moment(after time: Int) -> Int {
            var moment = time + 1 + below(60)
            while !times.insert(moment).inserted { moment += 1 }
            return moment
        }
        var number = 0
        for (mapper, tweets) in zip(mappers, tweets) {
            var time = 0
            for tweet in tweets {
                time = moment(after: time)
                let reducer = reducers[below(2)]
                let name = "x\(number)"
                number += 1
                let sends = "\(tweet):1 to \(reducer) as \(name)"
                events.append((time, "\(mapper) takes \"\(tweet)\", sends \(sends)"))
                events.append((moment(after: time), "\(reducer) receives \(name)"))
            }
        }
        let start = moment(after: below(60))
        let all = mappers + reducers
        let sends = all.map { "\"go\" to \($0) as go\($0)" }.joined(separator: ", ")
        events.append((start, "C begins a snapshot, sends \(sends)"))
        for process in all {
            events.append((moment(after: start), "\(process) receives go\(process)"))
        }
        events.sort { $0.time < $1.time }
        lines += events.map { "at \($0.time) ms \($0.text)" }
        return (lines + [cut]).map { $0 + "\n" }.joined()
    }

    private static func verdicts(_ text: String) throws -> [ScenarioVerdict] {
        let run = try ScenarioRun(Scenario(parsing: Array(text.utf8)))
        return run.cuts.map { ScenarioVerdict($0, of: run) }
    }

    @Test func `the snapshot with vector clocks is consistent, and counts right`() throws {
        var inFlight = 0
        for seed in 0..<1000 as Range<UInt64> {
            let verdict = try #require(Self.verdicts(Self.scenario(seed: seed, cut: "")).last)
            #expect(verdict.violation == nil, "seed \(seed)")
            #expect(verdict.recovery.counts == verdict.recovery.truth, "seed \(seed)")
            #expect(verdict.deficit == verdict.inFlight.count, "seed \(seed)")
            #expect(verdict.completeTime != nil, "seed \(seed)")
            inFlight += verdict.inFlight.count
        }
        #expect(inFlight > 500, "messages do cross it")
    }

    @Test func `a checkpoint by perfect clocks was at one moment, and counts right`() throws {
        for seed in 0..<1000 as Range<UInt64> {
            let text = Self.scenario(seed: seed, cut: "checkpoint at 60.5 ms")
            let verdict = try #require(Self.verdicts(text).first)
            guard case .between = verdict.occurrence else {
                Issue.record("never, seed \(seed)")
                continue
            }
            #expect(verdict.violation == nil, "seed \(seed)")
            #expect(verdict.recovery.counts == verdict.recovery.truth, "seed \(seed)")
        }
    }

    @Test func `by a clock that is wrong some count wrong, and none that is consistent`() throws {
        var wrong = 0
        for seed in 0..<1000 as Range<UInt64> {
            let clock = "clock P drifts -10 ppm, set 1 h ago"
            let text = Self.scenario(seed: seed, clock: clock, cut: "checkpoint at 40.5 ms")
            let verdict = try #require(Self.verdicts(text).first)
            let isRight = verdict.recovery.counts == verdict.recovery.truth
            #expect(isRight || verdict.violation != nil, "seed \(seed)")
            if !isRight { wrong += 1 }
        }
        #expect((50...950).contains(wrong), "\(wrong)")
    }

    @Test func `a clock shows a reading at the first moment at which it does`() {
        var chance = SplitMix64(seed: 1)
        for round in 0..<2000 {
            var clock = ProcessClock()
            clock.driftPPM = Int(chance.next(below: 200_001)) - 100_000
            clock.setAgoNanoseconds = Int(chance.next(below: 3_600_000_000_000))
            clock.aheadNanoseconds = Int(chance.next(below: 10_000_000)) - 5_000_000
            let reading = Int(chance.next(below: 10_000_000_000)) - 1_000_000_000
            let time = clock.time(of: reading)
            #expect(clock.reading(at: time) >= reading, "round \(round)")
            #expect(time == 0 || clock.reading(at: time - 1) < reading, "round \(round)")
        }
    }
}
