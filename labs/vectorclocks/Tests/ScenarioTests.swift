import Causality
import Foundation
import Testing

@testable import vectorclocks

/// What the scenarios that are built in say: the facts of the course.
@Suite struct ScenarioTests {
    private func run(_ name: String) throws -> ScenarioRun {
        let shipped = try #require(ShippedScenario.all.first { $0.name == name })
        return try ScenarioRun(Scenario(parsing: shipped.bytes))
    }

    private func verdicts(_ name: String) throws -> [ScenarioVerdict] {
        let run = try run(name)
        return run.cuts.map { ScenarioVerdict($0, of: run) }
    }

    private func counts(_ text: String) -> LetterCounts { LetterCounts(of: text) }

    @Test func `the vector times of the timekeeping example are those of the course`() throws {
        let run = try run("timekeeping")
        let vectors = run.vectorClocks.map { $0.map { $0.counts(nodeCount: 3) } }
        #expect(vectors == [[[1, 0, 0], [2, 0, 0]], [[1, 1, 0], [2, 2, 0]], [[1, 0, 1]]])
    }

    @Test func `m1 is before p2, and p2 and q1 are concurrent`() throws {
        let run = try run("timekeeping")
        let clocks = run.vectorClocks
        #expect(clocks[0][0].order(to: clocks[1][1]) == .before)
        #expect(clocks[1][1].order(to: clocks[2][0]) == .concurrent)
        let p2 = EventPoint(process: 1, index: 1)
        #expect(run.execution.order(EventPoint(process: 0, index: 0), p2) == .before)
        #expect(run.execution.order(p2, EventPoint(process: 2, index: 0)) == .concurrent)
    }

    @Test func `p2 without m2 is no consistent cut, and recovery from it counts aa twice`() throws {
        let verdict = try #require(verdicts("timekeeping").last)
        #expect(verdict.cut.counts == [1, 2, 1])
        #expect(verdict.violation?.send == Scenario.EventID(process: 0, index: 1))
        #expect(verdict.violation?.receive == Scenario.EventID(process: 1, index: 1))
        #expect(verdict.recovery.doubled == counts("aa"))
        #expect(verdict.recovery.lost.isEmpty)
    }

    @Test func `perfect clocks save a state that was, and it counts right`() throws {
        let verdict = try #require(verdicts("perfect-clocks").first)
        #expect(verdict.violation == nil)
        #expect(verdict.occurrence == .between(13_000_000, 14_000_000))
        #expect(verdict.inFlight.isEmpty && verdict.deficit == 0)
        #expect(verdict.recovery.counts == counts("abaa"))
    }

    @Test func `a message on its way is lost unless it is recorded`() throws {
        let verdicts = try verdicts("lost-in-flight")
        #expect(verdicts.map(\.cut.isInFlightRecorded) == [false, true])
        #expect(verdicts.allSatisfy { $0.violation == nil && $0.deficit == 1 })
        #expect(verdicts[0].recovery.lost == counts("b"))
        #expect(verdicts[1].recovery.counts == verdicts[1].recovery.truth)
        #expect(verdicts[1].completeTime == 16_000_000, "when the last message has come")
    }

    @Test func `a clock that drifts 1 ppm for an hour makes the cut inconsistent`() throws {
        let verdict = try #require(verdicts("drifting-clocks").first)
        #expect(verdict.cut.counts == [1, 2, 1])
        #expect(verdict.violation != nil)
        #expect(verdict.deficit == -1)
        #expect(verdict.recovery.counts == counts("abaaaa"))
    }

    @Test func `a consistent cut need never have been, and counts right all the same`() throws {
        let run = try run("never-occurred")
        let verdict = try #require(verdicts("never-occurred").first)
        #expect(verdict.violation == nil)
        let left = Scenario.EventID(process: 1, index: 1)
        let entered = Scenario.EventID(process: 2, index: 0)
        #expect(verdict.occurrence == .never(left: left, entered: entered))
        #expect(run.state(of: 1, after: 2) == .counts(counts("aaa")), "P then had a:3 already")
        #expect(verdict.recovery.counts == verdict.recovery.truth)
    }

    @Test func `with vector clocks each saves before the first message of the epoch`() throws {
        let run = try run("vector-snapshot")
        let verdict = try #require(verdicts("vector-snapshot").first)
        #expect(verdict.cut.counts == [2, 1, 1, 0])
        #expect(verdict.violation == nil)
        #expect(verdict.inFlight.map { run.scenario.messages[$0].name } == ["late"])
        #expect(verdict.deficit == 1 && verdict.completeTime == 11_000_000)
        #expect(verdict.recovery.counts == verdict.recovery.truth)
    }

    @Test func `the list has each scenario of the folder, and each has a title`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("scenarios").path
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(files == ShippedScenario.all.map { $0.name + ".scenario" }.sorted())
        for shipped in ShippedScenario.all {
            #expect(try Scenario(parsing: shipped.bytes).title != nil, "\(shipped.name)")
        }
    }

    @Test func `a drawing has a cut in each line, behind what is inside`() throws {
        let run = try run("drifting-clocks")
        let lines = LaneDrawing.lines(ScenarioVerdict(run.cuts[0], of: run), of: run)
        #expect(
            lines == [
                "M  ───m1───────────┃─m2────────", "P  ────────p1─────────────p2─┃─",
                "Q  ─────────────q1─┃───────────",
            ]
        )
    }

    @Test func `what is written between lines does not matter, and the order of processes' lines`()
        throws
    {
        let text = """
            mapper M reads "ab"   # a remark
            reducer P

            at 3ms P receives a:1 b:1 from M
            at 1.5 ms M takes "ab", sends b:1 a:1 to P
            """
        let scenario = try Scenario(parsing: Array(text.utf8))
        #expect(scenario.events.map { $0.map(\.time) } == [[1_500_000], [3_000_000]])
        #expect(scenario.messages.first?.receives == [Scenario.EventID(process: 1, index: 0)])
    }

    @Test func `a checkpoint is taken before an event at the very moment`() throws {
        func counts(_ time: String) throws -> [Int] {
            let text = "process A\nat 1 ms A does \"x\"\ncheckpoint at \(time)"
            return try Scenario(parsing: Array(text.utf8)).cuts[0].counts
        }
        #expect(try counts("1 ms") == [0])
        #expect(try counts("1.000001 ms") == [1])
    }

    @Test func `a snapshot is never complete if one does not hear of it, or a message never comes`()
        throws
    {
        func completeTime(_ told: String, _ last: String) throws -> Int? {
            let text = """
                mapper M reads "a"
                reducer P
                coordinator C
                at 1 ms M takes "a", sends a:1 to P
                at 2 ms C begins a snapshot, sends "epoch 1" to \(told)
                at 3 ms M receives "epoch 1" from C
                \(last)
                """
            let run = try ScenarioRun(Scenario(parsing: Array(text.utf8)))
            return ScenarioVerdict(run.cuts[0], of: run).completeTime
        }
        let told = "at 4 ms P receives \"epoch 1\" from C"
        let comes = "at 5 ms P receives a:1 from M"
        #expect(try completeTime("M, P", told + "\n" + comes) == 5_000_000)
        #expect(try completeTime("M, P", told) == nil)
        #expect(try completeTime("M", comes) == nil)
    }

    @Test func `without fifo a message may overtake, and come twice`() throws {
        let text = """
            links non-fifo
            process A
            process B
            at 1 ms A sends "one" to B
            at 2 ms A sends "two" to B as two
            at 3 ms B receives two
            at 4 ms B receives "one" from A
            at 5 ms B receives "one" from A
            """
        let scenario = try Scenario(parsing: Array(text.utf8))
        #expect(scenario.messages.map { $0.receives.map(\.index) } == [[1, 2], [0]])
    }
}
