import Causality
import Foundation
import Testing

@testable import Timeline

/// What a page holds of its log.
@Suite struct PageDataTests {
    static let hostile = [
        "</script><script>document.title='taken'</script>", "</SCRIPT >", "<!--<script>", "]]>",
        "{{data}}",
        "{{script}}", "\"", "'", "\\", "\\u003c", "a\nb\r\tc", "\u{2028}\u{2029}", "👩‍👩‍👧‍👦 日本 é",
        "\u{0}\u{1B}[31m",
        "<img src=x onerror=\"document.title='taken'\">", "&lt;&amp;", "${1}`", "__proto__",
        "\u{202E}", "",
    ]

    /// A log in which each of these texts stands wherever a text may.
    static var hostileLog: EventLog {
        Logs.log(
            hostile.enumerated().flatMap { number, text in
                [
                    Event(
                        time: 0,
                        node: "node \(text)",
                        kind: .send,
                        message: "\(number) \(text)",
                        peer: text,
                        link: text,
                        text: text,
                        state: text
                    ),
                    Event(time: 0, node: text, kind: .output, text: "\(text)!"),
                ]
            }
        )
    }

    private func check(_ linked: LinkedLog, _ comment: Comment) throws {
        let page = try PageText(TimelinePage(linked))
        var expected = linked.log.events
        for place in expected.indices { expected[place].clock = nil }
        #expect(try page.events() == expected, comment)
        #expect(page.processes == linked.nodes.count, comment)
        #expect(Array(page.nodes.prefix(page.processes)) == linked.nodes, comment)
        let messages = expected.indices.map { linked.message(at: $0) ?? -1 }
        #expect(try page.numbers("message") == messages, comment)
    }

    @Test func `the events of a page are those of its log`() throws {
        for seed in 1...60 {
            var draws = Draws(seed: seed)
            try check(try LinkedLog(draws.log(events: 60)), "seed \(seed)")
        }
        for log in ["faults", "careless", "checkpoints", "deployed"] {
            try check(try Logs.read("\(log).jsonl"), "\(log)")
        }
    }

    @Test func `a log of nothing makes a page`() throws {
        try check(try LinkedLog(Logs.log([])), "nothing")
        try check(try LinkedLog(Logs.log([], nodes: ["M", "P"])), "nothing of two")
    }

    @Test func `hostile texts come back as they were, and end no script`() throws {
        let linked = try LinkedLog(Self.hostileLog)
        try check(linked, "hostile")
        let cuts = Self.hostile.map { DrawnCut(linked.execution.emptyCut, name: $0, remark: $0) }
        for title in Self.hostile {
            let page = try PageText(TimelinePage(linked, cuts: cuts, title: title))
            #expect(page.title == title)
            #expect(
                page.cuts.map(\.name) == Self.hostile && page.cuts.map(\.remark) == Self.hostile
            )
            // The data holds nothing that begins markup, nor an end of a line of JavaScript.
            #expect(
                !page.json.unicodeScalars.contains {
                    "<>&\u{2028}\u{2029}".unicodeScalars.contains($0)
                }
            )
            #expect(page.html.components(separatedBy: "<script").count == 3, "\(title)")
            #expect(page.html.components(separatedBy: "<title>").count == 2, "\(title)")
        }
    }

    @Test func `equal logs make equal pages`() throws {
        let linked = try Logs.read("checkpoints.jsonl")
        #expect(try TimelinePage(linked).html() == TimelinePage(linked).html())
    }

    @Test func `a node has one event in a column, and a receipt is right of its send`() throws {
        for seed in 1...60 {
            var draws = Draws(seed: seed)
            var log = draws.log(events: 80)
            // Clocks that lie, in every third log.
            if seed.isMultiple(of: 3) {
                for place in log.events.indices { log.events[place].time = draws.below(1000) }
            }
            let linked = try LinkedLog(log)
            let page = try PageText(TimelinePage(linked))
            let (ranks, nodes) = (try page.numbers("rank"), try page.numbers("node"))
            var last = Array(repeating: -1, count: page.nodes.count)
            for place in ranks.indices {
                #expect(ranks[place] > last[nodes[place]], "seed \(seed), event \(place)")
                last[nodes[place]] = ranks[place]
                guard let sent = linked.message(at: place).flatMap(linked.sendIndex), sent < place
                else { continue }
                #expect(ranks[place] > ranks[sent], "seed \(seed), event \(place)")
            }
        }
    }

    @Test func `where times are true, nothing stands left of all that was seen before it`() throws {
        for seed in 1...30 {
            var draws = Draws(seed: seed)
            let linked = try LinkedLog(draws.log(events: 80))
            let ranks = try PageText(TimelinePage(linked)).numbers("rank")
            for (place, event) in linked.log.events.enumerated() {
                let earlier = linked.log.events.indices.filter {
                    linked.log.events[$0].time < event.time && $0 < place
                }
                let before = earlier.map { ranks[$0] }.max() ?? 0
                #expect(ranks[place] >= before, "seed \(seed), event \(place)")
            }
        }
    }

    @Test func `a cut of a part holds those events of the part that the cut holds`() throws {
        for seed in 1...40 {
            var draws = Draws(seed: seed)
            let linked = try LinkedLog(draws.log(events: 60))
            let cut = Cut(counts: linked.execution.steps.map { draws.below($0.count + 1) })
            let nodes = Array(linked.nodes.indices.reversed().dropLast(draws.below(2)))
            let last = linked.log.events.map(\.time).max() ?? 0
            let times = draws.below(last / 2 + 1)...(last / 2 + draws.below(last / 2 + 1))
            let part = try linked.part(nodes: nodes, times: times)
            let mapped = DrawnCut(cut).part(of: linked, nodes: nodes, times: times).cut
            #expect(part.execution.isValid(mapped), "seed \(seed)")
            for (node, original) in nodes.enumerated() {
                let held = linked.execution.steps[original].indices.filter { index in
                    let point = EventPoint(process: original, index: index)
                    guard cut.contains(point), let place = linked.execution.logIndex(of: point)
                    else { return false }
                    return times.contains(linked.log.events[place].time)
                }
                #expect(mapped.counts[node] == held.count, "seed \(seed), node \(node)")
            }
        }
    }

    @Test func `one event more than a page holds is refused`() throws {
        let event = Event(time: 0, node: "M", kind: .idle)
        let most = Logs.log(Array(repeating: event, count: TimelinePage.eventsMax))
        var more = most
        more.events.append(event)
        _ = try TimelinePage(LinkedLog(most))
        let refused = TooLargePage.events(count: 300_001, max: 300_000)
        #expect(throws: refused) { try TimelinePage(LinkedLog(more)) }
        #expect(
            refused.description
                == "300001 events are too many for a page, which holds 300000; write a part with "
                + "--from, --to or --nodes"
        )
    }

    @Test func `longer texts than a page holds are refused`() throws {
        let long = String(repeating: "é", count: TimelinePage.textBytesMax / 2)
        func log(_ text: String) -> EventLog {
            Logs.log([Event(time: 0, node: "M", kind: .output, text: text)])
        }
        _ = try TimelinePage(LinkedLog(log(long)))
        let refused = TooLargePage.texts(bytes: (128 << 20) + 1, max: 128 << 20)
        #expect(throws: refused) { try TimelinePage(LinkedLog(log(long + "e"))) }
    }
}
