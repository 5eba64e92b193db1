/// Reads the lines of an event log that have exactly the form in which they are written, and no others.
///
/// A line in another form, good or bad, is left to `JSONDecoder`: so this reader need not know what else is
/// JSON, nor what is wrong with a line, and no line means two things. (Tested with mutated lines.)
struct EventLineReader {
    private let text: [UInt8]
    /// Where the next line begins.
    private(set) var place: Int
    /// How far the line at hand is read.
    private var at: Int

    init(_ text: [UInt8], from place: Int) {
        self.text = text
        self.place = place
        at = place
    }

    /// Whether there is no further line.
    var isAtEnd: Bool { place >= text.count }

    /// Takes a line in whatever form, without its newline.
    mutating func line() -> ArraySlice<UInt8> {
        let end = text[place...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
        defer { place = end + 1 }
        return text[place..<end]
    }

    /// Takes a line if it has the form in which events are written; else nothing is taken.
    mutating func event() -> Event? {
        at = place
        guard let event = fields(), at == text.count || text[at] == UInt8(ascii: "\n") else {
            return nil
        }
        place = at + 1
        return event
    }

    private mutating func fields() -> Event? {
        guard take(UInt8(ascii: "{")) else { return nil }
        var clock: VectorClock?
        var effects: Int?
        if take(EventKey.clock) {
            guard let counts = numbers(), take(UInt8(ascii: ",")) else { return nil }
            clock = VectorClock(counts: counts)
        }
        if take(EventKey.effects) {
            guard let number = number(), take(UInt8(ascii: ",")) else { return nil }
            effects = number
        }
        guard take(EventKey.incarnation), let incarnation = number(), take(UInt8(ascii: ",")),
            let kind = string(EventKey.kind)?.flatMap(Event.Kind.init(rawValue:)),
            let link = string(EventKey.link), let message = string(EventKey.message),
            let node = string(EventKey.node)?.map(\.self), let peer = string(EventKey.peer),
            let state = string(EventKey.state), let words = string(EventKey.text),
            take(EventKey.time), let time = number(), take(UInt8(ascii: "}"))
        else { return nil }
        return Event(
            time: time,
            node: node,
            incarnation: incarnation,
            kind: kind,
            message: message,
            peer: peer,
            link: link,
            text: words,
            effects: effects,
            state: state,
            clock: clock
        )
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < text.count, text[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func take(_ bytes: [UInt8]) -> Bool {
        guard text.count - at >= bytes.count else { return false }
        for (offset, byte) in bytes.enumerated() where text[at + offset] != byte { return false }
        at += bytes.count
        return true
    }

    /// A whole number from 0, as it is written: no sign, no zeros before it, small enough for an `Int`.
    private mutating func number() -> Int? {
        let start = at
        var number = 0
        while at < text.count, case let digit = text[at] &- UInt8(ascii: "0"), digit < 10 {
            number = number &* 10 &+ Int(digit)
            at += 1
        }
        // All numbers of 18 digits are below 2^60: no time is beyond `EventLog.nanosecondsMax` here.
        guard (1...18).contains(at - start),
            text[start] != UInt8(ascii: "0") || at - start == 1
        else { return nil }
        return number
    }

    private mutating func numbers() -> [Int]? {
        guard take(UInt8(ascii: "[")) else { return nil }
        if take(UInt8(ascii: "]")) { return [] }
        var numbers: [Int] = []
        repeat {
            guard let number = number() else { return nil }
            numbers.append(number)
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]")) ? numbers : nil
    }

    /// The text of a key and its comma.
    ///
    /// - Returns: Inside, nil if the key is not there; outside, nil if it is not followed by text.
    private mutating func string(_ key: [UInt8]) -> String?? {
        guard take(key) else { return .some(nil) }
        guard take(UInt8(ascii: "\"")), let text = string(), take(UInt8(ascii: ",")) else {
            return nil
        }
        return text
    }

    /// Text up to its quote, which is taken too.
    private mutating func string() -> String? {
        let start = at
        while at < text.count {
            let byte = text[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                return String(validating: text[start..<at - 1], as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") { return escapedString(from: start) }
            guard byte >= 0x20 else { return nil }
            at += 1
        }
        return nil
    }

    private mutating func escapedString(from start: Int) -> String? {
        var utf8 = Array(text[start..<at])
        while at < text.count {
            let byte = text[at]
            at += 1
            if byte == UInt8(ascii: "\"") { return String(validating: utf8, as: UTF8.self) }
            guard byte >= 0x20 else { return nil }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = escaped() else { return nil }
                utf8.append(escaped)
            } else {
                utf8.append(byte)
            }
        }
        return nil
    }

    /// What stands behind a backslash.
    private mutating func escaped() -> UInt8? {
        guard at < text.count else { return nil }
        let byte = text[at]
        at += 1
        switch byte {
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): return byte
        case UInt8(ascii: "u"):
            // Of a control character: two zeros, and what is below 0x20.
            guard text.count - at >= 4, text[at..<at + 2].elementsEqual("00".utf8),
                let high = Self.hexDigit(text[at + 2]), let low = Self.hexDigit(text[at + 3]),
                high < 2
            else { return nil }
            at += 4
            return high << 4 | low
        default: return nil
        }
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
