/// Finds out which events are inside the cuts that a scenario names.
struct ScenarioCuts {
    /// What a process does when its author says so.
    struct Checkpoint {
        /// How many of its events come before.
        let count: Int
        /// When it is, in real time.
        let time: Int
    }

    private let text: ScenarioParser
    private let events: [[Scenario.Event]]
    private let checkpoints: [Checkpoint?]

    /// - Parameters:
    ///   - text: What was read.
    ///   - events: The events of each process.
    ///   - checkpoints: The checkpoint of each process.
    init(_ text: ScenarioParser, _ events: [[Scenario.Event]], checkpoints: [Checkpoint?]) {
        self.text = text
        self.events = events
        self.checkpoints = checkpoints
    }

    /// All of them, in the order of the text; that of single checkpoints is the last.
    func all() throws(ScenarioMistake) -> [Scenario.NamedCut] {
        var cuts: [Scenario.NamedCut] = []
        for cut in text.cuts {
            let (origin, counts): (Scenario.NamedCut.Origin, [Int]) =
                switch cut.boundary {
                case .events(let words): (.named, try counts(words, cut))
                case .reading(let time): (.localTime(time), counts(before: time))
                }
            cuts.append(
                Scenario.NamedCut(
                    name: cut.name,
                    origin: origin,
                    counts: counts,
                    isInFlightRecorded: cut.isInFlightRecorded
                )
            )
        }
        if let ordered = try orderedCut() { cuts.append(ordered) }
        return cuts
    }

    /// A process takes its state before an event at the very moment.
    private func counts(before reading: Int) -> [Int] {
        zip(text.processes, events).map { process, events in
            events.count { process.clock.reading(at: $0.time) < reading }
        }
    }

    private func orderedCut() throws(ScenarioMistake) -> Scenario.NamedCut? {
        guard checkpoints.contains(where: { $0 != nil }) else { return nil }
        var all: [Checkpoint] = []
        for (process, checkpoint) in zip(text.processes, checkpoints) {
            guard let checkpoint else {
                throw ScenarioMistake(
                    text.last,
                    "\(process.name) never checkpoints, and others do",
                    "add 'at … \(process.name) checkpoints'"
                )
            }
            all.append(checkpoint)
        }
        return Scenario.NamedCut(
            name: "checkpoints",
            origin: .ordered(all.map(\.time)),
            counts: all.map(\.count),
            isInFlightRecorded: true
        )
    }

    private func counts(
        _ words: [ScenarioWord],
        _ cut: ScenarioParser.NamedCut
    ) throws(ScenarioMistake) -> [Int] {
        var counts: [Int?] = text.processes.map { _ in nil }
        for word in words {
            let (process, count) = try event(word)
            guard counts[process] == nil else {
                let what = "a second event of \(text.processes[process].name)"
                throw ScenarioMistake(word.place, what, "name the last one that is inside")
            }
            counts[process] = count
        }
        for (process, count) in zip(text.processes, counts) where count == nil {
            throw ScenarioMistake(
                cut.place,
                "the cut names no event of \(process.name)",
                "name the last one inside, or '\(process.name.lowercased())0' for none"
            )
        }
        return counts.compactMap(\.self)
    }

    /// `p2`: the second event of P is the last one inside.
    private func event(_ word: ScenarioWord) throws(ScenarioMistake) -> (process: Int, count: Int) {
        let name = word.text.prefix { $0.isLetter }
        guard !word.isQuoted,
            let process = text.processes.firstIndex(where: { $0.name.lowercased() == name }),
            let count = Int(word.text[name.endIndex...]), count >= 0
        else {
            throw ScenarioMistake(
                word.place,
                "\(word.shown) is no event",
                "write a process in small letters and a number, such as 'm1'"
            )
        }
        let most = events[process].count
        guard count <= most else {
            throw ScenarioMistake(
                word.place,
                "\(word.shown) does not happen",
                "\(text.processes[process].name) has \(most) event\(most == 1 ? "" : "s")"
            )
        }
        return (process, count)
    }
}
