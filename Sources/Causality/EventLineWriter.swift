/// Writes an event as JSON, by hand: the bytes that `JSONEncoder` gives with sorted keys, much faster
/// (`docs/performance.md`).
///
/// That they are the same bytes is tested over random events.
struct EventLineWriter {
    /// What is written so far.
    private(set) var bytes: [UInt8]

    /// Begins behind what is there, with room for so many bytes.
    init(after beginning: [UInt8] = [], reserving byteCount: Int) {
        bytes = []
        bytes.reserveCapacity(byteCount)
        bytes += beginning
    }

    /// Writes an event as one line, with its newline.
    mutating func write(_ event: Event) {
        bytes.append(UInt8(ascii: "{"))
        if let clock = event.clock {
            bytes.append(contentsOf: EventKey.clock)
            write(clock.entries)
            bytes.append(UInt8(ascii: ","))
        }
        if let effects = event.effects {
            bytes.append(contentsOf: EventKey.effects)
            write(effects)
            bytes.append(UInt8(ascii: ","))
        }
        bytes.append(contentsOf: EventKey.incarnation)
        write(event.incarnation)
        bytes.append(UInt8(ascii: ","))
        write(EventKey.kind, event.kind.rawValue)
        write(EventKey.link, event.link)
        write(EventKey.message, event.message)
        write(EventKey.node, event.node)
        write(EventKey.peer, event.peer)
        write(EventKey.state, event.state)
        write(EventKey.text, event.text)
        bytes.append(contentsOf: EventKey.time)
        write(event.time)
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func write(_ key: [UInt8], _ text: String?) {
        guard var text else { return }
        bytes.append(contentsOf: key)
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { utf8 in
            if utf8.contains(where: Self.needsEscape) {
                for byte in utf8 { writeEscaped(byte) }
            } else {
                bytes.append(contentsOf: utf8)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ","))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func writeEscaped(_ byte: UInt8) {
        guard Self.needsEscape(byte) else {
            bytes.append(byte)
            return
        }
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
    }

    private mutating func write(_ numbers: [Int]) {
        bytes.append(UInt8(ascii: "["))
        for (index, number) in numbers.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(number)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ number: Int) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = number.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }
}
