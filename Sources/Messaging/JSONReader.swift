/// Reads one JSON object (RFC 8259) that comes from a stranger.
///
/// Written by hand, because readers of JSON differ in just what must be clear here: which of two equal
/// keys counts, whether `1.0` is a whole number, what becomes of half a surrogate pair. This one tells
/// its user of each member, and takes only whole numbers of 64 bits for numbers.
package struct JSONReader {
    /// A value, as far as a classic message cares.
    package enum Value: Hashable {
        /// A number that is written as a whole one, and fits.
        case whole(Int)
        /// A text.
        case text(String)
        /// Anything else: another number, a truth value, null, a list, an object.
        case other
    }

    /// How deep lists and objects may lie in each other: each level takes room on the stack.
    static let levelsMax = 64

    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Goes through the members of the object that all the bytes are.
    package mutating func object(
        _ body: (_ key: String, _ value: Value) throws(WireFailure) -> Void
    ) throws(WireFailure) {
        skipSpace()
        try members(level: 1, body)
        skipSpace()
        if place < bytes.count { throw failure }
    }

    private var failure: WireFailure { .notJSON(byte: place) }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            place += 1
        }
    }

    private mutating func expect(_ scalar: Unicode.Scalar) throws(WireFailure) {
        guard next == UInt8(ascii: scalar) else { throw failure }
        place += 1
    }

    /// Takes the sign if it comes next.
    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: scalar) else { return false }
        place += 1
        return true
    }

    private mutating func members(
        level: Int,
        _ body: (_ key: String, _ value: Value) throws(WireFailure) -> Void
    ) throws(WireFailure) {
        try expect("{")
        skipSpace()
        if take("}") { return }
        repeat {
            skipSpace()
            let key = try text()
            skipSpace()
            try expect(":")
            skipSpace()
            try body(key, try value(level: level))
            skipSpace()
        } while take(",")
        try expect("}")
    }

    private mutating func elements(level: Int) throws(WireFailure) {
        try expect("[")
        skipSpace()
        if take("]") { return }
        repeat {
            skipSpace()
            _ = try value(level: level)
            skipSpace()
        } while take(",")
        try expect("]")
    }

    private mutating func value(level: Int) throws(WireFailure) -> Value {
        guard let byte = next else { throw failure }
        switch byte {
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard level < Self.levelsMax else { throw failure }
            if byte == UInt8(ascii: "[") {
                try elements(level: level + 1)
            } else {
                try members(level: level + 1) { _, _ in }
            }
        default: throw failure
        }
        return .other
    }

    private mutating func word(_ word: StaticString) throws(WireFailure) {
        let letters = UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        for letter in letters {
            guard next == letter else { throw failure }
            place += 1
        }
    }

    private mutating func number() throws(WireFailure) -> Value {
        let isNegative = take("-")
        var number: Int? = 0
        // A number has no zeros in front: after one, only a fraction or an exponent may come.
        if !take("0") {
            let start = place
            while let digit = digit() {
                // Counted downwards from zero for negative ones: there is one more of them.
                let times = number.map { $0.multipliedReportingOverflow(by: 10) }
                guard let times, !times.overflow else {
                    number = nil
                    continue
                }
                let sum =
                    isNegative
                    ? times.partialValue.subtractingReportingOverflow(digit)
                    : times.partialValue.addingReportingOverflow(digit)
                number = sum.overflow ? nil : sum.partialValue
            }
            if place == start { throw failure }
        }
        if take(".") {
            number = nil
            try digits()
        }
        if take("e") || take("E") {
            number = nil
            if !take("+") { _ = take("-") }
            try digits()
        }
        return number.map { .whole($0) } ?? .other
    }

    private mutating func digit() -> Int? {
        guard let byte = next, (0x30...0x39).contains(byte) else { return nil }
        place += 1
        return Int(byte) - 0x30
    }

    private mutating func digits() throws(WireFailure) {
        if digit() == nil { throw failure }
        while digit() != nil {}
    }

    private mutating func text() throws(WireFailure) -> String {
        try expect("\"")
        let start = place
        while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\\") {
            place += 1
            guard byte == UInt8(ascii: "\"") else { continue }
            // Nothing is escaped: the text stands there as it is.
            return try checked(bytes[start..<place - 1], from: start)
        }
        var unescaped = Array(bytes[start..<place])
        while let byte = next, byte >= 0x20 {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return try checked(unescaped[...], from: start)
            case UInt8(ascii: "\\"): unescaped += String(try escaped()).utf8
            default: unescaped.append(byte)
            }
        }
        throw failure
    }

    private func checked(
        _ units: some Collection<UInt8>,
        from start: Int
    ) throws(WireFailure) -> String {
        guard let text = String(validating: units, as: UTF8.self) else {
            throw .notJSON(byte: start)
        }
        return text
    }

    private mutating func escaped() throws(WireFailure) -> Unicode.Scalar {
        guard let byte = next else { throw failure }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try escapedScalar()
        default: throw failure
        }
    }

    /// Reads what follows `\u`: four digits, or a pair of surrogates; half a pair is no text.
    private mutating func escapedScalar() throws(WireFailure) -> Unicode.Scalar {
        let first = try escapedUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first) else { throw failure }
        try expect("\\")
        try expect("u")
        let second = try escapedUnit()
        guard UTF16.isTrailSurrogate(second) else { throw failure }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private mutating func escapedUnit() throws(WireFailure) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, byte < 0x80,
                let digit = Character(Unicode.Scalar(byte)).hexDigitValue
            else { throw failure }
            unit = unit << 4 | UInt16(digit)
            place += 1
        }
        return unit
    }
}
