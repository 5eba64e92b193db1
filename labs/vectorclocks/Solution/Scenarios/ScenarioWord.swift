import LabKit

/// A word of a scenario, with its place.
///
/// Words are divided by blanks. A comma is a word of its own, and so is a text in quotes, whatever it
/// holds; `#` begins a remark, to the end of the line.
struct ScenarioWord: Hashable {
    /// Of a text in quotes, what is between them.
    let text: String
    let isQuoted: Bool
    let place: ScenarioMistake.Place

    /// The word as it may stand in a message: short, and harmless.
    var shown: String {
        let text = Terminal.fitted(Terminal.escaped(self.text), width: 40)
        return isQuoted ? "\"\(text)\"" : "'\(text)'"
    }

    /// A larger text is no scenario that anybody has written.
    static let bytesMax = 1 << 20

    /// The words of a text, line by line; a line without words is left out.
    ///
    /// - Throws: `ScenarioMistake` if it is too large or no text, or a quote does not end on its line.
    static func lines(of bytes: [UInt8]) throws(ScenarioMistake) -> [[ScenarioWord]] {
        var lines: [[ScenarioWord]] = []
        let start = ScenarioMistake.Place(line: 1, column: 1)
        guard bytes.count <= bytesMax else {
            let what = "the scenario is larger than \(bytesMax) bytes"
            throw ScenarioMistake(start, what, "a scenario is a page that somebody can read")
        }
        for (index, line) in bytes.split(
            separator: UInt8(ascii: "\n"),
            omittingEmptySubsequences: false
        ).enumerated() {
            var scanner = try ScenarioLine(line, number: index + 1)
            let words = try scanner.words()
            if !words.isEmpty { lines.append(words) }
        }
        guard !lines.isEmpty else {
            let what = "the scenario is empty"
            throw ScenarioMistake(start, what, "name its processes, then what happens at them")
        }
        return lines
    }
}

/// One line that is taken apart.
private struct ScenarioLine {
    private let scalars: [Unicode.Scalar]
    private let number: Int
    private var index = 0

    init(_ bytes: ArraySlice<UInt8>, number: Int) throws(ScenarioMistake) {
        self.number = number
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let valid = String(decoding: bytes, as: UTF8.self).unicodeScalars
                .prefix { $0 != "\u{FFFD}" }
            let place = ScenarioMistake.Place(line: number, column: valid.count + 1)
            throw ScenarioMistake(place, "this is no text in UTF-8", "a scenario is plain text")
        }
        scalars = Array(text.unicodeScalars)
        let isForbidden = { (scalar: Unicode.Scalar) in
            scalar.properties.generalCategory == .control && scalar != "\t" && scalar != "\r"
        }
        if let column = scalars.firstIndex(where: isForbidden) {
            let place = ScenarioMistake.Place(line: number, column: column + 1)
            throw ScenarioMistake(place, "a control character", "a scenario is plain text")
        }
    }

    mutating func words() throws(ScenarioMistake) -> [ScenarioWord] {
        var words: [ScenarioWord] = []
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "#" { return words }
            if scalar.properties.isWhitespace {
                index += 1
            } else if scalar == "\"" {
                words.append(try quoted())
            } else {
                words.append(plain())
            }
        }
        return words
    }

    private mutating func quoted() throws(ScenarioMistake) -> ScenarioWord {
        let place = ScenarioMistake.Place(line: number, column: index + 1)
        guard let end = scalars[(index + 1)...].firstIndex(of: "\"") else {
            throw ScenarioMistake(place, "a quote without an end", "end it with \" on this line")
        }
        let text = text(index + 1, end)
        index = end + 1
        return ScenarioWord(text: text, isQuoted: true, place: place)
    }

    private mutating func plain() -> ScenarioWord {
        let place = ScenarioMistake.Place(line: number, column: index + 1)
        let end =
            scalars[index] == ","
            ? index + 1
            : scalars[index...].firstIndex {
                $0 == "," || $0 == "#" || $0 == "\"" || $0.properties.isWhitespace
            } ?? scalars.count
        let text = text(index, end)
        index = end
        return ScenarioWord(text: text, isQuoted: false, place: place)
    }

    private func text(_ start: Int, _ end: Int) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[start..<end])
        return text
    }
}
