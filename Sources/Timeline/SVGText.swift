/// Collects the parts of an SVG picture; the same calls give the same bytes.
struct SVGText {
    private(set) var text = ""
    private var depth = 0

    /// Adds an element without content.
    mutating func element(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        begin(name, attributes, end: "/>")
    }

    /// Adds an element of text.
    mutating func element(
        _ name: String,
        _ attributes: KeyValuePairs<String, String>,
        text content: String
    ) {
        begin(name, attributes, end: ">" + Self.escaped(content) + "</\(name)>")
    }

    /// Adds an element with what `body` adds.
    mutating func group(
        _ name: String,
        _ attributes: KeyValuePairs<String, String>,
        _ body: (inout SVGText) -> Void
    ) {
        begin(name, attributes, end: ">")
        depth += 1
        body(&self)
        depth -= 1
        indent()
        text += "</\(name)>\n"
    }

    private mutating func begin(
        _ name: String,
        _ attributes: KeyValuePairs<String, String>,
        end: String
    ) {
        indent()
        text += "<" + name
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
        text += end + "\n"
    }

    private mutating func indent() {
        for _ in 0..<depth { text += "  " }
    }

    /// Text as XML has it; what XML 1.0 does not allow (section 2.2) becomes U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}":
                result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A number with one decimal at most.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        return sign + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
    }
}
