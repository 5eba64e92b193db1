import Causality
import Testing

@testable import Worlds

/// Events as people read them.
@Suite struct EventLinesTests {
    private func event(
        _ kind: Event.Kind,
        _ text: String? = nil,
        peer: String? = nil,
        link: String? = nil,
        effects: Int? = nil
    ) -> Event {
        Event(
            time: 1_500_000,
            node: "B",
            kind: kind,
            peer: peer,
            link: link,
            text: text,
            effects: effects
        )
    }

    @Test func `every kind of event has its words`() {
        let events = [
            event(.start), event(.send, "hello", peer: "Long", link: "datagram"),
            event(.receive, "hello", peer: "A", link: "datagram"),
            event(.send, "hello", peer: "A", link: "stream"),
            event(.receive, "hello", peer: "A", link: "stream"),
            event(.send, "hello", peer: "A", link: "acknowledged"),
            event(.receive, "hello", peer: "A", link: "acknowledged"),
            event(.drop, "hello", peer: "A", link: "acknowledged"),
            event(.drop, "hello", peer: "A", link: "datagram"),
            event(.drop, "hello", peer: "A", link: "stream"), event(.timer, "retry"), event(.idle),
            event(.save, "checkpoint: 3"), event(.written, "log: 4"), event(.refused, "log: 5"),
            event(.output, "done"), event(.note, "a remark"),
            event(.halt), event(.crash), event(.crash, effects: 0), event(.crash, effects: 1),
            event(.crash, effects: 2), event(.recover),
        ]
        #expect(
            EventLines.lines(events).map { $0.dropFirst("12  0.001500 s  ".count) } == [
                "B  begins", "B  → Long  hello", "B  ← A     hello", "B  ⇒ A     hello",
                "B  ⇐ A     hello", "B  ↠ A     hello", "B  ↞ A     hello",
                "A  ↠ B     hello  LOST", "A  → B     hello  LOST", "A  ⇒ B     hello  LOST",
                "B  timer retry", "B  works on", "B  saves checkpoint: 3",
                "B  has written log: 4", "B  cannot write log: 5", "B  emits done",
                "B  (a remark)", "B  halts", "B  CRASHES", "B  CRASHES before its first effect",
                "B  CRASHES after 1 effect", "B  CRASHES after 2 effects", "B  begins again",
            ]
        )
        #expect(Set(events.map(\.kind)) == Set(Event.Kind.allCases))
    }

    @Test func `numbers, times and names stand below each other`() {
        let events = [
            Event(time: 999, node: "Long", kind: .start),
            Event(time: 12_345_678_901, node: "A", incarnation: 2, kind: .recover),
        ]
        #expect(
            EventLines.lines(events, from: 9) == [
                " 9   0.000000 s  Long  begins", "10  12.345678 s  A.2   begins again",
            ]
        )
    }

    @Test func `a trace counts its steps, and shows no time`() {
        let events = (0..<2).map { Event(time: $0, node: "A", kind: .idle) }
        #expect(EventLines.lines(events) == ["1  A  works on", "2  A  works on"])
    }

    @Test func `nothing in a log can steer a terminal`() {
        let event = Event(time: 0, node: "A\u{1B}[2J", kind: .output, text: "x\ny")
        #expect(EventLines.lines([event]) == ["1  A\\u{1B}[2J  emits x\\ny"])
    }

    @Test func `no events, no lines`() { #expect(EventLines.lines([]).isEmpty) }

    @Test(arguments: [0, 1, 20, 21, 1000])
    func `the tail keeps the last events, and their numbers`(count: Int) {
        var tail = EventTail(max: 20)
        for time in 0..<count {
            tail.add(Event(time: time, node: "A", kind: .note, text: "\(time)"))
        }
        #expect(tail.count == count && tail.lines.count == min(20, count))
        if count > 0 { #expect(tail.lines.last == "\(count)  A  (\(count - 1))") }
    }

    @Test func `a duration is written so that it reads back`() {
        #expect(EventLines.decimal(.seconds(3)) == "3")
        #expect(EventLines.decimal(.milliseconds(1500)) == "1.5")
        #expect(EventLines.decimal(.nanoseconds(10_973_503)) == "0.010973503")
        #expect(EventLines.decimal(.nanoseconds(1)) == "0.000000001")
    }
}
