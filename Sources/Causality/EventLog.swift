import FoundationEssentials

/// A run as it was observed, and its text form: JSON Lines, the header first.
public struct EventLog: Hashable, Sendable {
    /// What is wrong with a text that should be an event log.
    public struct Malformed: Error, Hashable, Sendable, CustomStringConvertible {
        /// The line, counted from 1.
        public let line: Int
        /// What is wrong with it.
        public let reason: String

        /// `line 3: not an event`.
        public var description: String { "line \(line): \(reason)" }
    }

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
    public static func line(_ event: Event) -> [UInt8] { encoded(event) }

    /// Reads the text form.
    ///
    /// - Throws: `Malformed`, which names the first line that is not as it should be.
    public init(parsing text: [UInt8]) throws(Malformed) {
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let header: EventLogHeader = try decoded(lines.first ?? [], line: 1, as: "a header")
        guard header.version == EventLogHeader.currentVersion else {
            throw Malformed(line: 1, reason: "format version \(header.version) is not known")
        }
        self.header = header
        events = []
        for (index, line) in lines.enumerated().dropFirst() {
            // The text ends with a newline, so that an empty piece follows the last line.
            if line.isEmpty, index == lines.count - 1 { break }
            let event: Event = try decoded(line, line: index + 1, as: "an event")
            guard event.time >= 0, event.incarnation >= 0, event.effects ?? 0 >= 0 else {
                throw Malformed(line: index + 1, reason: "an event with a number below 0")
            }
            events.append(event)
        }
    }
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
    _ line: some Sequence<UInt8>,
    line number: Int,
    as what: String
) throws(EventLog.Malformed) -> Value {
    do {
        return try JSONDecoder().decode(Value.self, from: Data(line))
    } catch {
        throw EventLog.Malformed(line: number, reason: "not \(what)")
    }
}
