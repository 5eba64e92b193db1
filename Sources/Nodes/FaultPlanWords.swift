/// The words of one statement, taken from the front.
///
/// Words are pieces of the text that was given, so that each of them knows its place.
struct FaultPlanWords {
    private var words: ArraySlice<Substring> = []
    /// Where the next word would have to stand, if there is none.
    private(set) var end: String.Index

    /// Takes the next word.
    mutating func next() -> Substring? { words.popFirst() }

    /// Takes the next word, which must be there.
    mutating func next(expected: String) throws(FaultPlanMistake) -> Substring {
        guard let word = next() else {
            throw FaultPlanMistake(at: end, "something is missing; expected \(expected)")
        }
        return word
    }

    /// Takes the next word if it is that one.
    mutating func skip(_ word: String) -> Bool {
        guard words.first.map({ $0 == word }) == true else { return false }
        words.removeFirst()
        return true
    }

    /// The first word, left where it is.
    var first: Substring? { words.first }

    private mutating func append(_ word: Substring) {
        words.append(word)
        end = word.endIndex
    }

    /// The statements of a text that are not blank.
    static func statements(of text: String) throws(FaultPlanMistake) -> [FaultPlanWords] {
        // Scalars, not characters: a sign that combines with the `;` before it must not hide it.
        let scalars = text.unicodeScalars
        var statements: [FaultPlanWords] = []
        var current = FaultPlanWords(end: text.startIndex)
        var place = text.startIndex
        while place < text.endIndex {
            let scalar = scalars[place]
            if scalar == ";" || isNewline(scalar) {
                if current.first != nil { statements.append(current) }
                current = FaultPlanWords(end: place)
                place = scalars.index(after: place)
            } else if scalar == "#" {
                place = scalars[place...].firstIndex(where: isNewline) ?? text.endIndex
            } else if scalar.properties.isWhitespace {
                place = scalars.index(after: place)
            } else {
                let end = try scalar == "\"" ? endOfQuote(place, text) : endOfWord(place, text)
                current.append(text[place..<end])
                place = end
            }
        }
        if current.first != nil { statements.append(current) }
        return statements
    }

    /// Whether a name can be written without quotes.
    static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name.unicodeScalars.first != "\""
            && endOfWord(name.startIndex, name) == name.endIndex
    }

    private static func endOfWord(_ start: String.Index, _ text: String) -> String.Index {
        text.unicodeScalars[start...].firstIndex {
            $0 == ";" || $0 == "#" || $0.properties.isWhitespace
        } ?? text.endIndex
    }

    private static func endOfQuote(
        _ start: String.Index,
        _ text: String
    ) throws(FaultPlanMistake) -> String.Index {
        let scalars = text.unicodeScalars
        var place = scalars.index(after: start)
        while place < text.endIndex {
            let scalar = scalars[place]
            place = scalars.index(after: place)
            if scalar == "\"" { return place }
            if scalar == "\\", place < text.endIndex { place = scalars.index(after: place) }
        }
        throw FaultPlanMistake(at: start, "a quote without an end; expected another '\"'")
    }

    private static func isNewline(_ scalar: Unicode.Scalar) -> Bool { Character(scalar).isNewline }

    private init(end: String.Index) {
        self.end = end
    }
}
