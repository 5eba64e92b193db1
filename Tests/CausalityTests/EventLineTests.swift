import Chance
import FoundationEssentials
import Testing

@testable import Causality

/// Lines are written and read by hand, and mean what the library's encoder and decoder say.
@Suite struct EventLineTests {
    private static let eventCount = 4000

    /// An event with anything in it that a string or a number can hold.
    private static func event(_ chance: inout SplitMix64) -> Event {
        let scalars: [Unicode.Scalar] = [
            "a", "Z", "0", "/", "\"", "\\", "\u{8}", "\t", "\n", "\u{b}", "\u{c}", "\r", "\u{0}",
            "\u{1f}", " ", "\u{7f}", "\u{80}", "é", "\u{301}", "\u{2028}", "\u{2029}", "\u{feff}",
            "\u{fffd}", "\u{ffff}", "中", "😀", "{", "}", ",", ":",
        ]
        func text() -> String? {
            guard chance.chance(0.7) else { return nil }
            var text = String.UnicodeScalarView()
            for _ in 0..<chance.next(below: 20) {
                text.append(scalars[Int(chance.next(below: UInt64(scalars.count)))])
            }
            return String(text)
        }
        func number() -> Int {
            // Of any length, so that 0 is among them, and what 18 digits do not hold.
            Int(truncatingIfNeeded: (chance.next() >> 1) >> chance.next(below: 63))
        }
        let kinds = Event.Kind.allCases
        return Event(
            time: number(),
            node: text() ?? "",
            incarnation: number(),
            kind: kinds[Int(chance.next(below: UInt64(kinds.count)))],
            message: text(),
            peer: text(),
            link: text(),
            text: text(),
            effects: chance.chance(0.5) ? number() : nil,
            state: text(),
            clock: chance.chance(0.5)
                ? VectorClock(counts: (0..<chance.next(below: 5)).map { _ in number() }) : nil
        )
    }

    private static func encoded(_ event: Event) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try Array(encoder.encode(event)) + [UInt8(ascii: "\n")]
    }

    /// What the library says that a line is; nil if it is no event.
    private static func decoded(_ line: some Collection<UInt8>) -> Event? {
        guard let event = try? JSONDecoder().decode(Event.self, from: Data(line)), event.time >= 0,
            event.time <= EventLog.nanosecondsMax, event.incarnation >= 0, event.effects ?? 0 >= 0
        else { return nil }
        return event
    }

    @Test func `the bytes are those that the library's encoder writes`() throws {
        var chance = SplitMix64(seed: 1)
        for number in 0..<Self.eventCount {
            let event = Self.event(&chance)
            let line = EventLog.line(event)
            let expected = try Self.encoded(event)
            if line != expected {
                Issue.record("event \(number): \(String(decoding: line, as: UTF8.self))")
                return
            }
        }
        var negative = Event(time: .min, node: "A", incarnation: -1, kind: .note)
        negative.effects = -10
        #expect(try EventLog.line(negative) == Self.encoded(negative))
    }

    @Test func `what is written is read without the library, and is the same`() {
        var chance = SplitMix64(seed: 2)
        var byHandCount = 0
        for number in 0..<Self.eventCount {
            let event = Self.event(&chance)
            var reader = EventLineReader(EventLog.line(event), from: 0)
            let read = reader.event()
            // Numbers of more than 18 digits are left to the library.
            if read != nil { byHandCount += 1 }
            if let read, read != event || !reader.isAtEnd { Issue.record("event \(number)") }
        }
        #expect(byHandCount > Self.eventCount / 2)
    }

    /// Changes a line as accidents and mischief would.
    private static func mutate(_ line: inout [UInt8], _ chance: inout SplitMix64) {
        let pieces = [
            "\"", "\\", ",", ":", "{", "}", "[", "]", "0", "-", "1.0", "1e2", " ", "\r", "null",
            "\\u00e9", "\\u0041", "\\u+001", "\\u00c3\\u00a9", "\\u0000", "\\ud800", "\\/", "\u{0}",
            "é",
            "\"kind\":\"note\",", "\"other\":1,", "9999999999999999999", "\u{feff}", "true",
        ]
        for _ in 0...chance.next(below: 3) where !line.isEmpty {
            let place = Int(chance.next(below: UInt64(line.count)))
            switch chance.next(below: 6) {
            case 0: line.remove(at: place)
            case 1: line[place] = UInt8(chance.next(below: 256))
            case 2: line.removeSubrange(place..<min(line.count, place + 8))
            case 3: line.insert(UInt8(chance.next(below: 256)), at: place)
            default:
                let piece = pieces[Int(chance.next(below: UInt64(pieces.count)))]
                line.insert(contentsOf: piece.utf8, at: place)
            }
        }
        line.removeAll { $0 == UInt8(ascii: "\n") }
    }

    @Test func `no line means something else than the library says`() throws {
        var chance = SplitMix64(seed: 3)
        let header = EventLog.line(EventLogHeader(system: "test", command: []))
        var counts: [Bool: Int] = [:]
        for number in 0..<5 * Self.eventCount {
            var line = Array(EventLog.line(Self.event(&chance)).dropLast())
            Self.mutate(&line, &chance)
            let expected = line.isEmpty ? nil : Self.decoded(line)
            counts[expected != nil, default: 0] += 1
            let newline = [UInt8(ascii: "\n")]
            let log = try? EventLog(parsing: header + line + newline)
            if log?.events.first != expected, !(line.isEmpty && log?.events == []) {
                Issue.record("line \(number): \(String(decoding: line, as: UTF8.self))")
                return
            }
        }
        #expect(counts[true] ?? 0 > Self.eventCount / 10)
        #expect(counts[false] ?? 0 > Self.eventCount / 10)
    }

    @Test(arguments: [
        #"{"incarnation":0,"kind":"note","node":"A","time":1}"#,
        #"{ "time": 1, "node": "A", "kind": "note", "incarnation": 0 }"#,
        #"{"incarnation":0,"kind":"note","node":"A","other":[{}],"time":1}"#,
        #"{"incarnation":0,"kind":"note","link":null,"node":"\u0041","time":1.0}"# + "\r",
    ])
    func `other forms of JSON mean the same`(line: String) throws {
        let header = EventLog.line(EventLogHeader(system: "test", command: []))
        let log = try EventLog(parsing: header + Array(line.utf8))
        #expect(log.events == [Event(time: 1, node: "A", kind: .note)])
    }

    @Test(arguments: [
        "", "{", "null", "[]", #"{"incarnation":0,"kind":"note","node":"A","time":-1}"#,
        #"{"incarnation":0,"kind":"note","node":"A","time":01}"#,
        #"{"incarnation":0,"kind":"dance","node":"A","time":1}"#,
        #"{"incarnation":0,"kind":"note","node":"A","time":1}}"#,
        #"{"incarnation":0,"kind":"note","node":"\u+001","time":1}"#,
        #"{"clock":[-1],"incarnation":0,"kind":"note","node":"A","time":1}"#,
    ])
    func `what is no event is named by its line`(line: String) {
        let header = EventLog.line(EventLogHeader(system: "test", command: []))
        let good = EventLog.line(Event(time: 1, node: "A", kind: .note))
        let text = header + good + Array(line.utf8) + [UInt8(ascii: "\n")] + good
        let error = #expect(throws: EventLog.Malformed.self) { try EventLog(parsing: text) }
        #expect(error?.line == 3)
    }

    @Test func `the text of a log is its lines`() throws {
        var chance = SplitMix64(seed: 4)
        let header = EventLogHeader(system: "test", command: [])
        let events = (1...20).map { _ in Self.event(&chance) }
        let log = EventLog(header: header, events: events)
        #expect(log.text() == EventLog.line(header) + events.flatMap { EventLog.line($0) })
        #expect(try EventLog(parsing: log.text()) == log)
        // The last line need not end with a newline.
        #expect(try EventLog(parsing: Array(log.text().dropLast())) == log)
    }
}
