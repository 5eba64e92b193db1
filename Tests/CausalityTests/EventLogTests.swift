import Testing

@testable import Causality

@Suite struct EventLogTests {
    private let header = EventLogHeader(
        system: "wordcount",
        faults: ["kill Redis at 30%"],
        command: ["wordcount", "run"]
    )
    private var events: [Event] {
        Event.Kind.allCases.enumerated().map { index, kind in
            Event(
                time: index * 1000,
                node: "Worker_\(index % 3)",
                incarnation: index % 2,
                kind: kind,
                message: index.isMultiple(of: 2) ? "m\(index)" : nil,
                peer: "Redis",
                text: "a \"word\"\nand / more \u{202e}"
            )
        }
    }

    private func text() -> [UInt8] {
        EventLog.line(header) + events.flatMap { EventLog.line($0) }
    }

    @Test func `what was written is what is read`() throws {
        let log = try EventLog(parsing: text())
        #expect(log == EventLog(header: header, events: events))
    }

    @Test func `every event is exactly one line`() {
        for event in events {
            let line = EventLog.line(event)
            #expect(line.last == 10)
            #expect(line.filter { $0 == 10 }.count == 1)
        }
    }

    @Test func `a malformed line is named by its number`() {
        var lines = text().split(separator: 10).map(Array.init)
        lines[4] = Array("{\"time\":".utf8)
        let error = #expect(throws: EventLog.Malformed.self) {
            try EventLog(parsing: Array(lines.joined(separator: [10])))
        }
        #expect(error?.line == 5)
    }

    @Test func `a text that is cut off anywhere in its last line is said to end inside it`() throws
    {
        let whole = Array(text().dropLast())
        let start = (whole.lastIndex(of: 10) ?? 0) + 1
        let number = whole.split(separator: 10).count
        for end in start + 1..<whole.count {
            let error = #expect(throws: EventLog.Malformed.self) {
                try EventLog(parsing: Array(whole[..<end]))
            }
            #expect(error?.isCutOff == true, "\(end)")
            #expect(error?.description == "line \(number): the log ends inside it", "\(end)")
        }
    }

    @Test func `a whole line that is wrong is not one that is cut off`() {
        var lines = text().split(separator: 10).map(Array.init)
        lines[4] = Array("{\"time\":".utf8)
        let error = #expect(throws: EventLog.Malformed.self) {
            try EventLog(parsing: Array((lines[...4] + [[]]).joined(separator: [10])))
        }
        #expect(error?.isCutOff == false)
    }

    @Test(arguments: ["", "\n", "[]", "{}", "null", "{\"version\":99}"])
    func `a text without a header is refused at line 1`(text: String) {
        let error = #expect(throws: EventLog.Malformed.self) {
            try EventLog(parsing: Array(text.utf8))
        }
        #expect(error?.line == 1)
    }

    @Test(arguments: ["", " "])
    func `a time so late that sums over it would overflow is refused with its line`(
        space: String
    ) throws {
        func text(_ time: Int) -> [UInt8] {
            let line = #"{"incarnation":0,"kind":"idle","node":"A","time":"# + "\(space)\(time)}"
            return EventLog.line(header) + Array(line.utf8)
        }
        let limit = EventLog.nanosecondsMax
        #expect(try EventLog(parsing: text(limit)).events[0].time == limit)
        for time in [limit + 1, .max] {
            let error = #expect(throws: EventLog.Malformed.self) {
                try EventLog(parsing: text(time))
            }
            #expect(error?.description == "line 2: the time \(time) is beyond \(limit) ns")
        }
    }

    @Test func `a log of another version is refused with its version`() {
        var future = header
        future.version = 2
        let error = #expect(throws: EventLog.Malformed.self) {
            try EventLog(parsing: EventLog.line(future))
        }
        #expect(error?.reason == "format version 2 is not known")
    }
}
