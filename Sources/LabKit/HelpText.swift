/// Lays out help: 80 columns, so that it fits a terminal nobody has resized.
enum HelpText {
    static let widthMax = 80

    /// A phrase as a sentence: "count words" becomes "Count words.".
    static func sentence(_ phrase: String) -> String {
        let text = phrase.prefix(1).uppercased() + phrase.dropFirst()
        return wrapped(text.hasSuffix(".") ? text : text + ".", indent: 0)
    }

    /// A heading, and under it names with their descriptions in a second column.
    static func list(_ heading: String, _ entries: [(name: String, text: String)]) -> String {
        // A name longer than this has a line to itself rather than pushing all texts to the right.
        let column = entries.map { Terminal.columns(of: $0.name) }.filter { $0 <= 24 }.max() ?? 0
        let lines = entries.map { name, text in
            let room = column - Terminal.columns(of: name)
            let indent = String(repeating: " ", count: column + 4)
            let start = room >= 0 ? "  \(name)" + String(repeating: " ", count: room + 2) : indent
            let body = wrapped(start + text, indent: column + 4)
            return room >= 0 ? body : "  \(name)\n" + body
        }
        return ([heading] + lines).joined(separator: "\n")
    }

    /// `text` broken at spaces, all lines but the first indented.
    static func wrapped(_ text: String, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        let start = text.prefix { $0 == " " }
        var lines: [String] = []
        var line = String(start)
        var isFresh = true
        for word in text.dropFirst(start.count).split(
            separator: " ",
            omittingEmptySubsequences: false
        ) {
            let next = isFresh ? line + word : line + " " + word
            if !isFresh, Terminal.columns(of: next) > widthMax {
                lines.append(line)
                line = margin + word
            } else {
                line = next
            }
            isFresh = false
        }
        lines.append(line)
        return lines.joined(separator: "\n")
    }
}
