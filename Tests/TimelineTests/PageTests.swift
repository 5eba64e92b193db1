import Causality
import Foundation
import Testing

@testable import Timeline

/// The page in a browser.
@Suite(
    .enabled(
        if: Chromium.path != nil,
        "no chromium on the PATH; `make setup BROWSER=yes` installs it"
    ),
    .serialized
)
struct PageTests {
    private struct Judged: Encodable {
        let counts: [Int]
        let isConsistent: Bool
        let words: String
        let reason: String
        let message: Int
        let crossing: Int
        let unreceived: Int
        let least: [Int]
        let greatest: [Int]

        init(_ cut: Cut, of linked: LinkedLog) {
            let verdict = CutVerdict(cut, of: linked)
            counts = cut.counts
            isConsistent = verdict.isConsistent
            words = verdict.summary
            reason = verdict.reason ?? ""
            message = verdict.violation?.message ?? -1
            crossing = verdict.crossing.count
            unreceived = verdict.unreceived.count
            least = linked.execution.leastConsistentCut(above: cut).counts
            greatest = linked.execution.greatestConsistentCut(below: cut).counts
        }
    }

    private struct Use: Encodable {
        struct Search: Encodable {
            let text: String
            let places: [Int]
        }

        let clocks: [[String]]
        let incidents: [Int]
        let searches: [Search]
        let cuts: [Judged]
    }

    private struct Texts: Encodable {
        let title: String
        let texts: [String]
    }

    private func json(_ value: some Encodable) throws -> String {
        // A script ends where it is told to, in a test as well.
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
            .replacingOccurrences(of: "<", with: "\\u003c")
    }

    private func expectNone(_ outcome: Chromium.Outcome, checksMin: Int) {
        #expect(outcome.errors == [])
        #expect(outcome.failures == [])
        #expect(outcome.checks >= checksMin)
    }

    /// Cuts of a log, from a seed; every second one is consistent.
    private func cuts(_ count: Int, of linked: LinkedLog, _ draws: inout Draws) -> [Judged] {
        (0..<count).map { number in
            let counts = linked.execution.steps.map { draws.below($0.count + 1) }
            let cut = Cut(counts: counts)
            let chosen =
                number.isMultiple(of: 2)
                ? cut : linked.execution.greatestConsistentCut(below: cut)
            return Judged(chosen, of: linked)
        }
    }

    @Test func `light cones and verdicts are those of the execution, for every event`() throws {
        var cases: [String] = []
        for seed in 1...25 {
            var draws = Draws(seed: seed)
            let linked = try LinkedLog(draws.log(events: 20 + seed * 4))
            let execution = linked.execution
            let past = execution.steps.indices.map { process in
                execution.steps[process].indices.map {
                    execution.past(of: EventPoint(process: process, index: $0)).counts
                }
            }
            let future = execution.steps.indices.map { process in
                execution.steps[process].indices.map {
                    execution.future(of: EventPoint(process: process, index: $0)).map(\.lowerBound)
                }
            }
            let data = try PageText(TimelinePage(linked)).json
            cases.append(
                "{\"name\":\"seed \(seed)\",\"data\":\(data),\"past\":\(try json(past)),"
                    + "\"future\":\(try json(future)),\"cuts\":\(try json(cuts(30, of: linked, &draws)))}"
            )
        }
        let page = try PageText(TimelinePage(Logs.read("faults.jsonl")))
        let expected = "[\(cases.joined(separator: ","))]"
        expectNone(try Chromium.run(page.html, "causes", expected: expected), checksMin: 5000)
    }

    @Test(arguments: ["faults.jsonl", "checkpoints.jsonl", "deployed.jsonl"])
    func `a reader can step, point, search, and drag a cut to the verdict of CutVerdict`(
        log: String
    ) throws {
        let linked = try Logs.read(log)
        let (events, execution) = (linked.log.events, linked.execution)
        let clocks = execution.steps.indices.map { process in
            execution.steps[process].indices.map { index in
                let past = execution.past(of: EventPoint(process: process, index: index))
                return "(" + past.counts.map { "\($0)" }.joined(separator: ",") + ")"
            }
        }
        let searches = ["RECEIVE", "(", linked.nodes[0], "nothing has this"].map { text in
            Use.Search(text: text, places: events.indices.filter { says(events[$0], text) })
        }
        var draws = Draws(seed: 1)
        let use = Use(
            clocks: clocks,
            incidents: events.indices.filter { [.crash, .recover].contains(events[$0].kind) },
            searches: searches,
            cuts: cuts(40, of: linked, &draws)
        )
        #expect(Set(use.cuts.map(\.isConsistent)).count == 2, "cuts of both kinds")
        let page = try PageText(TimelinePage(linked))
        expectNone(try Chromium.run(page.html, "use", expected: try json(use)), checksMin: 300)
    }

    /// Whether an event says a text anywhere.
    private func says(_ event: Event, _ text: String) -> Bool {
        let clock = event.clock.map { "\($0)" }
        let words = [
            event.node, event.kind.rawValue, event.message, event.peer, event.link, event.text,
            event.state, clock,
        ]
        return words.contains { $0?.lowercased().contains(text.lowercased()) ?? false }
    }

    @Test func `hostile texts are texts on the page`() throws {
        let linked = try LinkedLog(PageDataTests.hostileLog)
        for title in ["</title><script>taken</script> \"'&", "{{data}} <!--"] {
            let page = try PageText(TimelinePage(linked, title: title))
            let expected = Texts(title: title, texts: linked.log.events.map { $0.text ?? "" })
            expectNone(
                try Chromium.run(page.html, "texts", expected: try json(expected)),
                checksMin: 40
            )
        }
    }

    @Test func `no key and no button fails on a run of nothing, of remarks or of strangers`() throws
    {
        let remarks = [
            Event(time: 0, node: "X", kind: .note, text: "a remark"),
            Event(time: 0, node: "M", kind: .drop, message: "unknown"),
            Event(time: 0, node: "M", kind: .receive, message: "unsent", peer: "Y"),
        ]
        for log in [Logs.log([]), Logs.log(remarks, nodes: ["M", "P"])] {
            let page = try PageText(TimelinePage(LinkedLog(log)))
            expectNone(try Chromium.run(page.html, "anything", expected: "0"), checksMin: 20)
        }
    }

    @Test func `a page of a hundred thousand events opens without an error`() throws {
        var draws = Draws(seed: 1)
        var log = draws.log(events: 110_000)
        log.events = Array(log.events.prefix(100_000))
        let page = try PageText(TimelinePage(LinkedLog(log)))
        let outcome = try Chromium.run(page.html, "many", expected: "100000")
        expectNone(outcome, checksMin: 4)
    }
}
