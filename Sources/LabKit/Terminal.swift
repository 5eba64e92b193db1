import Glibc

/// What is known about terminals: what is safe to show on one, and how much room it takes.
public enum Terminal {
    /// `text` with everything that could steer a terminal or mislead a reader made visible.
    ///
    /// Control characters become `\n`, `\t`, `\u{1B}`; so do the marks that reverse or hide text.
    /// A backslash stays as it is: the result is for eyes, not for reading back, and escaping it
    /// twice changes nothing.
    public static func escaped(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars { append(scalar, to: &result) }
        return result
    }

    /// `bytes` read as UTF-8 and made safe to show; a byte that is not UTF-8 becomes `\xFF`.
    public static func escaped(bytes: some Collection<UInt8>) -> String {
        var result = ""
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            // Decoding stops for good at the first error: take what is valid, name one byte, go on.
            var decoder = UTF8()
            var iterator = rest.makeIterator()
            var validCount = 0
            while case .scalarValue(let scalar) = decoder.decode(&iterator) {
                validCount += UTF8.width(scalar)
                append(scalar, to: &result)
            }
            rest = rest.dropFirst(validCount)
            guard let stray = rest.popFirst() else { break }
            result += "\\x" + hexadecimal(UInt32(stray))
        }
        return result
    }

    /// How many columns `text` takes, at most: 2 for a wide character, 0 for a combining mark.
    public static func columns(of text: some StringProtocol) -> Int {
        text.unicodeScalars.reduce(0) { $0 + columns(of: $1) }
    }

    /// The longest beginning of `text` that fits `width` columns, with `…` for what is left out.
    public static func fitted(_ text: String, width: Int) -> String {
        guard columns(of: text) > width else { return text }
        guard width > 0 else { return "" }
        var result = ""
        var room = width - 1
        for character in text {
            room -= columns(of: String(character))
            if room < 0 { break }
            result.append(character)
        }
        return result + "…"
    }

    /// Whether a descriptor is a terminal on which lines can be redrawn (`TERM` is not `dumb`).
    public static func canRedraw(_ descriptor: Int32, term: String?) -> Bool {
        isatty(descriptor) == 1 && term != nil && term != "" && term != "dumb"
    }

    /// The width of the terminal at a descriptor; 80 where it does not say.
    public static func width(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// The height of the terminal at a descriptor; 24 where it does not say.
    public static func height(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
        switch scalar {
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case "\r": result += "\\r"
        case _ where misleads(scalar): result += "\\u{" + hexadecimal(scalar.value) + "}"
        default: result.unicodeScalars.append(scalar)
        }
    }

    /// Whether a terminal would obey the scalar, or a reader not see it.
    ///
    /// The joiners U+200C and U+200D stay: Persian and emoji are spelt with them.
    private static func misleads(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F,  // Control characters.
            0xAD, 0x200B, 0x2060...0x2064, 0xFEFF,  // Invisible ones.
            0x2028, 0x2029,  // Line and paragraph ends.
            0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x206F,  // Changes of direction.
            0xFFF9...0xFFFB, 0xE0000...0xE007F:  // Annotations and tags.
            true
        default: false
        }
    }

    private static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x20..<0x7F: return 1
        // Makes the character before it an emoji, which may take one column more.
        case 0xFE0F: return 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
            0x20000...0x3FFFD:
            return 2
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: return 0
            default: return scalar.properties.isEmojiPresentation ? 2 : 1
            }
        }
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return digits.count < 2 ? "0" + digits : digits
    }
}
