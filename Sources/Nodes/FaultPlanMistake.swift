/// What is wrong with a text, and where: the place is an index of the text that was given.
struct FaultPlanMistake: Error {
    /// Where the wrong word begins.
    let place: String.Index
    /// What is wrong, and what was expected instead.
    let reason: String

    /// This is wrong with a word.
    init(_ word: Substring, _ reason: String) {
        place = word.startIndex
        self.reason = reason
    }

    /// Something is missing at a place.
    init(at place: String.Index, _ reason: String) {
        self.place = place
        self.reason = reason
    }
}

extension Substring {
    /// The word as it may stand in a message: of one line, of bounded length, without control characters.
    var shown: String {
        let shownMax = 40
        var text = ""
        for scalar in unicodeScalars.prefix(shownMax) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        return unicodeScalars.count > shownMax ? text + "…" : text
    }
}
