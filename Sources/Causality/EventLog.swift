import FoundationEssentials

/// A run as it was observed, and its text form: JSON Lines, the header first.
public struct EventLog: Hashable, Sendable {
    /// What is wrong with a text that should be an event log.
    public struct Malformed: Error, Hashable, Sendable, CustomStringConvertible {
        /// The line, counted from 1.
        public let line: Int
        /// What is wrong with it.
        public let reason: String
        /// Whether the text ends inside this line: it was cut off, or is still being written.
        public let isCutOff: Bool

        init(line: Int, reason: String) {
            self.line = line
            self.reason = reason
            isCutOff = false
        }

        init(cutOffInLine line: Int) {
            self.line = line
            reason = "the log ends inside it"
            isCutOff = true
        }

        /// `line 3: not an event`.
        public var description: String { "line \(line): \(reason)" }
    }

    /// The last time that an event of a text may have: 146 years, far enough from the end of `Int` for sums.
    public static let nanosecondsMax = 1 << 62
    /// Hardly any line is longer.
    private static let lineBytesUsual = 256

    /// What ran.
    public var header: EventLogHeader
    /// What happened, in the order of observation.
    public var events: [Event]

    /// A log of these events.
    public init(header: EventLogHeader, events: [Event] = []) {
        self.header = header
        self.events = events
    }

    /// One line of the text form, with its newline.
    public static func line(_ header: EventLogHeader) -> [UInt8] { encoded(header) }

    /// One line of the text form, with its newline.
    public static func line(_ event: Event) -> [UInt8] {
        var writer = EventLineWriter(reserving: Self.lineBytesUsual)
        writer.write(event)
        return writer.bytes
    }

    /// The text form of all of it.
    ///
    /// - Returns: JSON Lines, which `init(parsing:)` reads.
    /// - Complexity: O(bytes); a million events of 150 bytes take some tenths of a second.
    public func text() -> [UInt8] {
        let reserved = (events.count + 1) * Self.lineBytesUsual
        var writer = EventLineWriter(after: Self.line(header), reserving: reserved)
        for event in events { writer.write(event) }
        return writer.bytes
    }

    /// Reads the text form.
    ///
    /// - Throws: `Malformed`, which names the first line that is not as it should be, or has a time beyond
    ///   `nanosecondsMax`.
    /// - Complexity: O(bytes).
    public init(parsing text: [UInt8]) throws(Malformed) {
        var reader = EventLineReader(text, from: 0)
        header = try decoded(reader.line(), line: 1, as: "a header")
        guard header.version == EventLogHeader.currentVersion else {
            throw Malformed(line: 1, reason: "format version \(header.version) is not known")
        }
        events = []
        events.reserveCapacity(text.count { $0 == UInt8(ascii: "\n") })
        // A text ends with a newline, behind which there is no further line.
        while !reader.isAtEnd {
            if let event = reader.event() {
                events.append(event)
            } else {
                let line = reader.line()
                do {
                    events.append(try anyForm(line, line: events.count + 2))
                } catch {
                    let isCutOff = line.endIndex == text.count && !isJSON(line)
                    throw isCutOff ? Malformed(cutOffInLine: error.line) : error
                }
            }
        }
    }
}

/// An event in any form that is JSON.
private func anyForm(
    _ line: ArraySlice<UInt8>,
    line number: Int
) throws(EventLog.Malformed) -> Event {
    let event: Event = try decoded(line, line: number, as: "an event")
    guard event.time >= 0, event.incarnation >= 0, event.effects ?? 0 >= 0 else {
        throw EventLog.Malformed(line: number, reason: "an event with a number below 0")
    }
    guard event.time <= EventLog.nanosecondsMax else {
        let limit = "\(EventLog.nanosecondsMax) ns"
        throw EventLog.Malformed(line: number, reason: "the time \(event.time) is beyond \(limit)")
    }
    return event
}

private func encoded(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and whole numbers only: the encoder has no reason to refuse them.
    guard let data = try? encoder.encode(value) else {
        preconditionFailure("cannot encode \(value)")
    }
    return Array(data) + [UInt8(ascii: "\n")]
}

private func decoded<Value: Decodable>(
    _ line: ArraySlice<UInt8>,
    line number: Int,
    as what: String
) throws(EventLog.Malformed) -> Value {
    do {
        return try JSONDecoder().decode(Value.self, from: Data(line))
    } catch {
        throw EventLog.Malformed(line: number, reason: "not \(what)")
    }
}

/// Whether a line is JSON, whatever it says.
private func isJSON(_ line: ArraySlice<UInt8>) -> Bool {
    struct Anything: Decodable {
        init(from decoder: any Decoder) {}
    }
    return (try? JSONDecoder().decode(Anything.self, from: Data(line))) != nil
}
