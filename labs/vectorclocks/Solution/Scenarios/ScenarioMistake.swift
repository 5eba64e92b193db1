/// What is wrong with a scenario, where, and what to do about it.
struct ScenarioMistake: Error, Hashable, CustomStringConvertible {
    /// A place in the text.
    struct Place: Hashable, Comparable {
        /// From 1.
        var line: Int
        /// From 1, in Unicode scalars.
        var column: Int

        static func < (one: Place, other: Place) -> Bool {
            (one.line, one.column) < (other.line, other.column)
        }
    }

    /// Where the word that is wrong begins.
    let place: Place
    /// What is wrong with it.
    let what: String
    /// What to write instead.
    let remedy: String

    /// This is wrong here.
    init(_ place: Place, _ what: String, _ remedy: String) {
        self.place = place
        self.what = what
        self.remedy = remedy
    }

    /// `3:7: no process is called X; there are M, P`.
    var description: String { "\(place.line):\(place.column): \(what); \(remedy)" }
}
