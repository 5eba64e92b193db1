/// How wide text is, at most: whoever shows the picture chooses the font.
///
/// The widths are those of DejaVu Sans and Verdana, the widest of the fonts that usually stand behind
/// `sans-serif`, rounded up.
enum TextMeasure {
    /// - Parameters:
    ///   - text: One line.
    ///   - size: The size of the font in pixels.
    /// - Returns: The width in pixels.
    static func width(of text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + width(of: $1) } * size
    }

    /// The longest beginning of a text that fits, with `…` for what is left out.
    static func fitted(_ text: String, width limit: Double, size: Double) -> String {
        guard width(of: text, size: size) > limit else { return text }
        var result = ""
        var room = limit - width(of: "…", size: size)
        for character in text {
            room -= width(of: String(character), size: size)
            if room < 0 { break }
            result.append(character)
        }
        return result + "…"
    }

    /// Breaks a text at spaces into lines that fit; a word that is longer than a line keeps one for itself.
    static func lines(of text: String, width limit: Double, size: Double) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, width(of: last + " " + word, size: size) <= limit {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    private static func width(of scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "'", "|", ".", ",", ":", ";", "!", " ", "I": 0.40
        case "f", "r", "t", "(", ")", "[", "]", "-", "/", "\"": 0.46
        case "m", "w", "M", "W", "@", "%": 1.06
        case "A"..."Z", "&", "…", "→", "+", "=", "<", ">", "#", "~": 0.84
        case "0"..."9", "a"..."z", "_": 0.66
        default: scalar.value < 0x1100 ? 0.86 : 1.2
        }
    }
}
