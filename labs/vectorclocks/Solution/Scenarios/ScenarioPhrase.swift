/// The words of one line, taken from the front.
struct ScenarioPhrase {
    private var words: ArraySlice<ScenarioWord>
    private let end: ScenarioMistake.Place

    /// The words of a line; there is at least one.
    init(_ line: [ScenarioWord]) {
        words = line[...]
        let last = line[line.count - 1]
        let quotes = last.isQuoted ? 2 : 0
        end = .init(
            line: last.place.line,
            column: last.place.column + last.text.unicodeScalars.count + quotes
        )
    }

    /// The next word, left where it is.
    var first: ScenarioWord? { words.first }

    /// The word after that, left where it is.
    var second: ScenarioWord? { words.dropFirst().first }

    /// Takes the next word, which must be there.
    mutating func next(_ expected: String) throws(ScenarioMistake) -> ScenarioWord {
        guard let word = words.popFirst() else {
            throw ScenarioMistake(end, "the line ends too early", "expected \(expected)")
        }
        return word
    }

    /// Takes the next word if it is that one, without quotes.
    mutating func skip(_ text: String) -> Bool {
        guard let word = words.first, !word.isQuoted, word.text == text else { return false }
        words.removeFirst()
        return true
    }

    /// Takes these words, which must be there.
    mutating func expect(_ texts: String...) throws(ScenarioMistake) {
        for text in texts where !skip(text) {
            guard let word = words.first else { _ = try next("'\(text)'"); return }
            throw ScenarioMistake(
                word.place,
                "\(word.shown) is not known here",
                "expected '\(text)'"
            )
        }
    }

    /// Takes a time: a number and its unit, as one word or two.
    mutating func time() throws(ScenarioMistake) -> Int {
        let number = try next("a time such as '4 ms'")
        var text = number.text
        if text.last.map({ $0.isNumber || $0 == "." }) == true, let unit = words.first {
            text += unit.text
            words.removeFirst()
        }
        guard !number.isQuoted, let time = TimeText.nanoseconds(text) else {
            throw ScenarioMistake(
                number.place,
                "\(number.shown) begins no time",
                "write a number and one of \(TimeText.unitNames), such as '4 ms'; a year at most"
            )
        }
        return time
    }

    /// Takes a text in quotes.
    mutating func quoted(_ expected: String) throws(ScenarioMistake) -> ScenarioWord {
        let word = try next(expected)
        guard word.isQuoted else {
            throw ScenarioMistake(word.place, "\(word.shown) has no quotes", "expected \(expected)")
        }
        return word
    }

    /// Makes sure that nothing is left.
    func finish() throws(ScenarioMistake) {
        guard let word = words.first else { return }
        throw ScenarioMistake(
            word.place,
            "\(word.shown) is too much here",
            "end the line before it"
        )
    }
}
