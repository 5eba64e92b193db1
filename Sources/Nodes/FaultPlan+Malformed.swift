extension FaultPlan {
    /// A text that is no fault plan: whoever wrote it must change it.
    public struct Malformed: Error, Hashable, Sendable, CustomStringConvertible {
        /// The line of the wrong word, from 1.
        public let line: Int
        /// The column at which the wrong word begins, in characters, from 1.
        public let column: Int
        /// What is wrong, and what was expected instead.
        public let reason: String

        /// Something is wrong at that place.
        public init(line: Int, column: Int, reason: String) {
            self.line = line
            self.column = column
            self.reason = reason
        }

        /// `fault plan, column 6: no node is called Maper_0 (there are Client, Server)`; from the second
        /// line on, the line is named too.
        public var description: String {
            let place = line == 1 ? "column \(column)" : "line \(line), column \(column)"
            return "fault plan, \(place): \(reason)"
        }
    }
}

extension FaultPlan.Malformed {
    /// The mistake, with its place counted out in the text.
    init(_ mistake: FaultPlanMistake, in text: String) {
        let before = text[..<mistake.place]
        let lineStart = before.lastIndex(where: \.isNewline).map(before.index(after:))
        self.init(
            line: before.count(where: \.isNewline) + 1,
            column: before[(lineStart ?? before.startIndex)...].count + 1,
            reason: mistake.reason
        )
    }
}
