/// What follows a fault, in any order and each at most once: when, for how long, when to begin again.
struct FaultPlanClauses {
    /// When it begins; nil if the text does not say.
    private(set) var trigger: Fault.Trigger?
    /// How long it lasts.
    private(set) var lasting: Duration?
    /// When those who died begin again.
    private(set) var restartAfter: Duration?

    private let verb: FaultPlanVerb
    private let progress: Progress

    /// Reads what is left of a statement.
    init(
        of verb: FaultPlanVerb,
        from words: inout FaultPlanWords,
        progress: Progress
    ) throws(FaultPlanMistake) {
        self.verb = verb
        self.progress = progress
        while let word = words.next() {
            switch word {
            case "at": try at(word, &words)
            case "after": try after(word, &words)
            case "for": try `for`(word, &words)
            case "restart": try restart(word, &words)
            case "by", "as":
                let expected = "expected it, if at all, right after the nodes"
                throw FaultPlanMistake(word, "'\(word)' has no place here; \(expected)")
            default:
                let reason = "'\(word.shown)' has no place here; expected \(verb.clauses)"
                throw FaultPlanMistake(word, reason)
            }
        }
    }

    private mutating func at(
        _ word: Substring,
        _ words: inout FaultPlanWords
    ) throws(FaultPlanMistake) {
        try checkTrigger(word)
        let expected = "a time such as 1s, or a share such as 30%"
        let when = try words.next(expected: expected)
        guard when.last == "%" else {
            guard when.last?.isNumber != true else {
                throw FaultPlanMistake(when, "'\(when.shown)' has no unit; expected \(expected)")
            }
            trigger = .at(try DurationText.duration(when, empty: .allowed))
            return
        }
        let percent = try FaultPlanPercent.progress(when)
        guard progress != .unknown else {
            let reason = "nobody can tell how far a run of this system has come"
            let expected = verb.isOfLinks ? "expected a time" : "expected a time, or 'after'"
            throw FaultPlanMistake(when, "\(reason); \(expected)")
        }
        trigger = .progress(percent: percent)
    }

    private mutating func after(
        _ word: Substring,
        _ words: inout FaultPlanWords
    ) throws(FaultPlanMistake) {
        guard !verb.isOfLinks else {
            let reason = "what befalls links cannot wait for what a node does; expected 'at'"
            throw FaultPlanMistake(word, reason)
        }
        try checkTrigger(word)
        let count = try FaultPlanClauses.count(try words.next(expected: "a count, as in '3 saves'"))
        let list = Fault.Milestone.allCases.map(\.rawValue).joined(separator: ", ")
        let name = try words.next(expected: "what is counted: \(list)")
        let milestone = Fault.Milestone.allCases.first {
            $0.rawValue == name || $0.singular == name
        }
        guard let milestone else {
            throw FaultPlanMistake(name, "'\(name.shown)' cannot be counted; expected \(list)")
        }
        trigger = .after(count: count, of: milestone)
    }

    private mutating func `for`(
        _ word: Substring,
        _ words: inout FaultPlanWords
    ) throws(FaultPlanMistake) {
        guard !verb.isInstant else {
            let remedy = verb == .kill ? "'restart after'" : "no 'for'"
            throw FaultPlanMistake(word, "'\(verb.rawValue)' takes no time; expected \(remedy)")
        }
        guard lasting == nil else { throw FaultPlanClauses.twice(word) }
        lasting = try DurationText.duration(try words.next(expected: "a duration such as 2s"))
    }

    private mutating func restart(
        _ word: Substring,
        _ words: inout FaultPlanWords
    ) throws(FaultPlanMistake) {
        guard verb == .kill else {
            let remedy = verb.isInstant ? "no 'restart'" : "'for'"
            let reason = "only who was killed begins again; expected \(remedy)"
            throw FaultPlanMistake(word, reason)
        }
        guard restartAfter == nil else { throw FaultPlanClauses.twice(word) }
        let after = try words.next(expected: "'after' and a duration")
        guard after == "after" else {
            throw FaultPlanMistake(after, "'\(after.shown)' has no place here; expected 'after'")
        }
        let delay = try words.next(expected: "a duration such as 200ms")
        restartAfter = try DurationText.duration(delay, empty: .allowed)
    }

    private func checkTrigger(_ word: Substring) throws(FaultPlanMistake) {
        guard trigger == nil else {
            let reason = "a fault begins once; expected one 'at' or one 'after'"
            throw FaultPlanMistake(word, reason)
        }
    }

    private static func twice(_ word: Substring) -> FaultPlanMistake {
        FaultPlanMistake(word, "'\(word)' is there twice; expected it once")
    }

    /// Reads a whole number.
    static func count(_ word: Substring) throws(FaultPlanMistake) -> Int {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard word.utf8.allSatisfy(digits.contains), !word.isEmpty else {
            let reason = "'\(word.shown)' is no count; expected a whole number such as 3"
            throw FaultPlanMistake(word, reason)
        }
        guard let count = Int(word) else {
            let reason = "'\(word.shown)' is too large; expected at most \(Int.max)"
            throw FaultPlanMistake(word, reason)
        }
        return count
    }
}
