/// The grammar of fault plans; `docs/fault-plans.md` has it as a table.
struct FaultPlanParser {
    private let names: FaultPlanNames
    private let progress: Progress

    /// A parser for a system whose nodes are called so.
    init(names: [String], progress: Progress) {
        self.names = FaultPlanNames(names: names)
        self.progress = progress
    }

    /// Reads one fault for each statement.
    func plan(_ statements: [FaultPlanWords]) throws(FaultPlanMistake) -> FaultPlan {
        var plan = FaultPlan()
        for statement in statements {
            plan.faults.append(try fault(statement))
        }
        return plan
    }

    private func fault(_ statement: FaultPlanWords) throws(FaultPlanMistake) -> Fault {
        var words = statement
        let first = try words.next(expected: FaultPlanVerb.list)
        guard first != "random" else {
            let reason = "'random' stands for a whole plan; expected nothing beside it"
            throw FaultPlanMistake(first, reason)
        }
        guard let verb = FaultPlanVerb(rawValue: String(first)) else {
            let reason = "'\(first.shown)' is no fault; expected \(FaultPlanVerb.list)"
            throw FaultPlanMistake(first, reason)
        }
        var action = try action(verb, &words)
        let clauses = try FaultPlanClauses(of: verb, from: &words, progress: progress)
        if case .kill(let nodes, _) = action {
            action = .kill(nodes: nodes, restartAfter: clauses.restartAfter)
        }
        return Fault(action, clauses.trigger ?? .atOnce, lasting: clauses.lasting)
    }

    private func action(
        _ verb: FaultPlanVerb,
        _ words: inout FaultPlanWords
    ) throws(FaultPlanMistake) -> Fault.Action {
        switch verb {
        case .kill:
            // The delay stands among the clauses, which come later.
            return .kill(nodes: try nodes(&words), restartAfter: nil)
        case .stop:
            return .stop(nodes: try nodes(&words))
        case .slow:
            let nodes = try nodes(&words)
            try by(&words, "a duration such as 5ms")
            return .slow(nodes: nodes, by: try duration(&words, "5ms"))
        case .drift:
            let nodes = try nodes(&words)
            try by(&words, "a percentage such as +5%")
            let percent = try words.next(expected: "a percentage such as +5% or -0.1%")
            return .drift(nodes: nodes, percent: try FaultPlanPercent.drift(percent))
        case .skew:
            let nodes = try nodes(&words)
            try by(&words, "a duration such as 1s")
            return .skew(nodes: nodes, by: try duration(&words, "1s"))
        case .corrupt:
            return .corrupt(nodes: try nodes(&words), name: try savedName(&words))
        case .fill:
            return .fill(nodes: try nodes(&words))
        case .lose:
            let probability = try probability(&words)
            return .lose(probability: probability, links: try links(&words))
        case .duplicate:
            let probability = try probability(&words)
            return .duplicate(probability: probability, links: try links(&words))
        case .delay:
            let range = try delayRange(&words)
            return .delay(by: range, links: try links(&words))
        case .partition:
            let groups = try words.next(expected: "two groups, A|B, or A→B for one way only")
            return .partition(links: try names.partition(groups))
        }
    }

    private func nodes(_ words: inout FaultPlanWords) throws(FaultPlanMistake) -> [NodePattern] {
        try names.nodes(try words.next(expected: "nodes, such as \(names.example), or * for all"))
    }

    private func links(_ words: inout FaultPlanWords) throws(FaultPlanMistake) -> LinkPattern {
        try names.links(try words.next(expected: "links: A→B, A↔B, or * for every link"))
    }

    private func by(
        _ words: inout FaultPlanWords,
        _ expected: String
    ) throws(FaultPlanMistake) {
        let word = try words.next(expected: "'by' and \(expected)")
        guard word == "by" else {
            let reason = "'\(word.shown)' has no place here; expected 'by' and \(expected)"
            throw FaultPlanMistake(word, reason)
        }
    }

    private func duration(
        _ words: inout FaultPlanWords,
        _ example: String
    ) throws(FaultPlanMistake) -> Duration {
        try DurationText.duration(try words.next(expected: "a duration such as \(example)"))
    }

    private func probability(_ words: inout FaultPlanWords) throws(FaultPlanMistake) -> Double {
        try FaultPlanPercent.probability(try words.next(expected: "a probability such as 20%"))
    }

    private func delayRange(
        _ words: inout FaultPlanWords
    ) throws(FaultPlanMistake) -> ClosedRange<Duration> {
        let word = try words.next(expected: "a duration such as 5ms, or a range such as 1ms..5ms")
        guard let dots = word.firstRange(of: "..") else {
            let delay = try DurationText.duration(word)
            return delay...delay
        }
        let min = try DurationText.duration(word[..<dots.lowerBound], empty: .allowed)
        let max = try DurationText.duration(word[dots.upperBound...])
        guard min <= max else {
            let reason = "the range is upside down; expected the shorter duration first"
            throw FaultPlanMistake(word, reason)
        }
        return min...max
    }

    /// Reads `as NAME`, if it is there; in quotes, a backslash takes the character after it as it is.
    private func savedName(_ words: inout FaultPlanWords) throws(FaultPlanMistake) -> String? {
        guard words.skip("as") else { return nil }
        let word = try words.next(expected: "the name of what was saved")
        guard word.unicodeScalars.first == "\"" else { return String(word) }
        var name = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in word.unicodeScalars.dropFirst().dropLast() {
            if scalar == "\\", !isEscaped {
                isEscaped = true
            } else {
                name.append(scalar)
                isEscaped = false
            }
        }
        return String(name)
    }
}
