extension ScenarioParser {
    private static let actions =
        "takes \"…\", receives … from …, sends … to …, does \"…\", checkpoints, begins a snapshot"

    /// Reads what stands behind `at`: a time, a process, and what happens.
    mutating func readEvent(_ phrase: inout ScenarioPhrase) throws(ScenarioMistake) {
        let timePlace = phrase.first?.place ?? last
        let time = try phrase.time()
        let process = try process(try phrase.next("the name of a process"))
        let verb = try phrase.next("what happens: \(Self.actions)")
        var place = phrase.first?.place ?? verb.place
        var sends: [Sent] = []
        let action: Action
        switch verb.isQuoted ? "" : verb.text {
        case "takes": action = .takes(try phrase.quoted("a tweet in quotes").text)
        case "does": action = .does(try phrase.quoted("what it does in quotes").text)
        case "receives": action = .receives(try readReceived(&phrase))
        case "checkpoints": action = .checkpoints
        case "begins":
            place = verb.place
            try phrase.expect("a", "snapshot")
            action = .beginsSnapshot
        case "sends":
            action = .sends
            try readSends(&phrase, &sends)
        default:
            throw ScenarioMistake(
                verb.place,
                "\(verb.shown) is nothing that happens",
                "expected one of: \(Self.actions)"
            )
        }
        switch action {
        case .takes, .does, .beginsSnapshot:
            if phrase.skip(",") {
                try phrase.expect("sends")
                try readSends(&phrase, &sends)
            }
        case .sends, .receives, .checkpoints: break
        }
        try add(
            Event(
                process: process,
                time: time,
                action: action,
                sends: sends,
                timePlace: timePlace,
                place: place
            )
        )
    }

    /// `a:1 from M`, or the name of a message.
    private func readReceived(_ phrase: inout ScenarioPhrase) throws(ScenarioMistake) -> Received {
        if let word = phrase.first, !word.isQuoted, !word.text.contains(":") {
            _ = try phrase.next("a message")
            return .named(word.text)
        }
        let content = try readContent(&phrase)
        try phrase.expect("from")
        return .content(content, sender: try process(try phrase.next("the name of its sender")))
    }

    /// `a:1 to P, b:1 to Q as late, "end" to P, Q`.
    private func readSends(
        _ phrase: inout ScenarioPhrase,
        _ sends: inout [Sent]
    ) throws(ScenarioMistake) {
        repeat {
            let content = try readContent(&phrase)
            try phrase.expect("to")
            repeat {
                let place = phrase.first?.place ?? last
                let receiver = try process(try phrase.next("the name of its receiver"))
                let name = phrase.skip("as") ? try readMessageName(&phrase) : nil
                let sent = Sent(content: content, name: name, receiver: receiver, place: place)
                sends.append(sent)
            } while phrase.second.map(isName) == true && phrase.skip(",")
        } while phrase.skip(",")
    }

    /// Whether a word can be a name, and not what is sent next.
    private func isName(_ word: ScenarioWord) -> Bool {
        !word.isQuoted && !word.text.contains(":")
    }

    private func readMessageName(
        _ phrase: inout ScenarioPhrase
    ) throws(ScenarioMistake) -> String {
        let word = try phrase.next("a name for the message")
        guard isName(word), word.text != "," else {
            let what = "\(word.shown) is no name of a message"
            throw ScenarioMistake(word.place, what, "take a word without ':' and quotes")
        }
        return word.text
    }

    /// Counts such as `a:1 b:2`, or a text in quotes.
    private func readContent(
        _ phrase: inout ScenarioPhrase
    ) throws(ScenarioMistake) -> Scenario.Content {
        let expected = "counts such as 'a:1', or a text in quotes"
        let word = try phrase.next(expected)
        if word.isQuoted { return .note(word.text) }
        var counts = LetterCounts()
        try add(word, to: &counts, expected)
        while let word = phrase.first, !word.isQuoted, word.text.contains(":") {
            try add(try phrase.next(expected), to: &counts, expected)
        }
        return .counts(counts)
    }

    /// Adds `a:1`.
    private func add(
        _ word: ScenarioWord,
        to counts: inout LetterCounts,
        _ expected: String
    ) throws(ScenarioMistake) {
        let parts = word.text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 1, let count = Int(parts[1]),
            (1...1000).contains(count)
        else {
            let what = "\(word.shown) is no count of a letter"
            throw ScenarioMistake(word.place, what, "expected \(expected); counts are 1 to 1000")
        }
        guard counts[String(parts[0])] == 0 else {
            throw ScenarioMistake(word.place, "a second count of \(parts[0])", "add them up")
        }
        counts.add(count, of: String(parts[0]))
    }
}
