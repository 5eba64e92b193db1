/// Takes down what the lines of a scenario say, each by itself; how they fit together is for
/// `ScenarioBuilder`.
struct ScenarioParser {
    /// A message as it stands behind `sends`.
    struct Sent {
        let content: Scenario.Content
        let name: String?
        let receiver: Int
        let place: ScenarioMistake.Place
    }

    /// What is received: by its name, or by what it says and who has sent it.
    enum Received {
        case named(String)
        case content(Scenario.Content, sender: Int)
    }

    /// An action as it stands in the text.
    enum Action {
        case does(String)
        case takes(String)
        case sends
        case receives(Received)
        case beginsSnapshot
        case checkpoints
    }

    /// A line that begins with `at`.
    struct Event {
        let process: Int
        let time: Int
        let action: Action
        let sends: [Sent]
        /// Where the time stands, and where what the action is about.
        let timePlace: ScenarioMistake.Place
        let place: ScenarioMistake.Place
    }

    /// A cut as it stands in the text.
    struct NamedCut {
        /// Events by name, or the reading of all clocks.
        enum Boundary {
            case events([ScenarioWord])
            case reading(Int)
        }

        let name: String
        let boundary: Boundary
        let isInFlightRecorded: Bool
        let place: ScenarioMistake.Place
    }

    private(set) var title: String?
    private(set) var processes: [Scenario.Process] = []
    private(set) var links: Scenario.Links?
    private(set) var events: [Event] = []
    private(set) var cuts: [NamedCut] = []
    /// Where the text ends.
    private(set) var last = ScenarioMistake.Place(line: 1, column: 1)

    /// Reads the words of a line.
    mutating func read(_ line: [ScenarioWord]) throws(ScenarioMistake) {
        var phrase = ScenarioPhrase(line)
        let verb = try phrase.next("a word")
        last = verb.place
        switch verb.isQuoted ? "" : verb.text {
        case "title": try readTitle(&phrase, verb)
        case "mapper", "reducer", "process", "coordinator": try readProcess(&phrase, verb)
        case "links": try readLinks(&phrase, verb)
        case "clock": try readClock(&phrase)
        case "at": try readEvent(&phrase)
        case "checkpoint": try readCheckpoint(&phrase, verb)
        case "cut": try readCut(&phrase, verb)
        default:
            let words =
                "title, mapper, reducer, process, coordinator, links, clock, at, checkpoint, cut"
            throw ScenarioMistake(
                verb.place,
                "\(verb.shown) begins no line",
                "a line begins with one of \(words)"
            )
        }
        try phrase.finish()
    }

    /// Adds a line that begins with `at`.
    mutating func add(_ event: Event) throws(ScenarioMistake) {
        guard events.count < Scenario.eventsMax else {
            throw ScenarioMistake(
                event.place,
                "more than \(Scenario.eventsMax) events",
                "a scenario is a page that somebody can read"
            )
        }
        events.append(event)
    }

    /// The index of a process that the next word names.
    func process(_ word: ScenarioWord) throws(ScenarioMistake) -> Int {
        if !word.isQuoted, let index = processes.firstIndex(where: { $0.name == word.text }) {
            return index
        }
        let names = processes.map(\.name).joined(separator: ", ")
        throw ScenarioMistake(
            word.place,
            "no process is called \(word.shown)",
            processes.isEmpty
                ? "name processes first, such as 'reducer P'" : "so far there are \(names)"
        )
    }

    private mutating func readTitle(
        _ phrase: inout ScenarioPhrase,
        _ verb: ScenarioWord
    ) throws(ScenarioMistake) {
        guard title == nil else { throw Self.again("a second title", verb) }
        title = try phrase.quoted("the title in quotes").text
    }

    private mutating func readProcess(
        _ phrase: inout ScenarioPhrase,
        _ verb: ScenarioWord
    ) throws(ScenarioMistake) {
        let word = try phrase.next("the name of the process")
        try checkName(word)
        let role: Scenario.Role
        switch verb.text {
        case "mapper":
            try phrase.expect("reads")
            var tweets = [try phrase.quoted("a tweet in quotes").text]
            while phrase.first != nil { tweets.append(try phrase.quoted("a tweet in quotes").text) }
            role = .mapper(tweets: tweets)
        case "reducer": role = .reducer
        case "coordinator": role = .coordinator
        default: role = .other
        }
        if let last = processes.last, last.role == .coordinator {
            throw ScenarioMistake(
                word.place,
                "a process behind the coordinator",
                "let \(last.name) be the last: its component of the clocks is the epoch"
            )
        }
        processes.append(Scenario.Process(name: word.text, role: role))
    }

    private func checkName(_ word: ScenarioWord) throws(ScenarioMistake) {
        let isName =
            !word.isQuoted && word.text.count <= 12
            && word.text.allSatisfy { $0.isASCII && $0.isLetter }
        guard isName else {
            throw ScenarioMistake(
                word.place,
                "\(word.shown) is no name of a process",
                "take 1 to 12 letters from A to Z; m1 is then the first event of M"
            )
        }
        guard !processes.contains(where: { $0.name.lowercased() == word.text.lowercased() }) else {
            throw Self.again("a second process \(word.text)", word)
        }
        guard processes.count < Scenario.processesMax else {
            throw ScenarioMistake(
                word.place,
                "more than \(Scenario.processesMax) processes",
                "leave some out: a scenario is a page that somebody can read"
            )
        }
    }

    private mutating func readLinks(
        _ phrase: inout ScenarioPhrase,
        _ verb: ScenarioWord
    ) throws(ScenarioMistake) {
        guard links == nil else { throw Self.again("a second line about links", verb) }
        let word = try phrase.next("'fifo' or 'non-fifo'")
        switch word.text {
        case "fifo": links = .fifo
        case "non-fifo": links = .nonFIFO
        default:
            throw ScenarioMistake(
                word.place,
                "\(word.shown) is no kind of link",
                "expected 'fifo' or 'non-fifo'"
            )
        }
    }

    private mutating func readClock(_ phrase: inout ScenarioPhrase) throws(ScenarioMistake) {
        let word = try phrase.next("the name of a process")
        let index = try process(word)
        guard processes[index].clock == .perfect else {
            throw Self.again("a second clock of \(word.text)", word)
        }
        var clock = ProcessClock()
        if phrase.skip("drifts") {
            let number = try phrase.next("how many ppm")
            let ppmMax = ProcessClock.driftPPMMax
            guard let ppm = Int(number.text), !number.isQuoted, abs(ppm) <= ppmMax, ppm != 0 else {
                throw ScenarioMistake(
                    number.place,
                    "\(number.shown) is no drift",
                    "write a whole number from -\(ppmMax) to \(ppmMax), but not 0"
                )
            }
            clock.driftPPM = ppm
            try phrase.expect("ppm", ",", "set")
            clock.setAgoNanoseconds = try phrase.time()
            try phrase.expect("ago")
        } else {
            let distance = try phrase.time()
            let isBehind = phrase.skip("behind")
            if !isBehind { try phrase.expect("ahead") }
            clock.aheadNanoseconds = isBehind ? -distance : distance
        }
        processes[index].clock = clock
    }

    private mutating func readCheckpoint(
        _ phrase: inout ScenarioPhrase,
        _ verb: ScenarioWord
    ) throws(ScenarioMistake) {
        try phrase.expect("at")
        let time = try phrase.time()
        let name = "checkpoint at \(TimeText.milliseconds(time))"
        try addCut(&phrase, verb, name, .reading(time))
    }

    private mutating func readCut(
        _ phrase: inout ScenarioPhrase,
        _ verb: ScenarioWord
    ) throws(ScenarioMistake) {
        let name = try phrase.quoted("the name of the cut in quotes")
        var names = [try phrase.next("events, such as 'm1 p2 q0'")]
        while let word = phrase.first, word.isQuoted || word.text != "," {
            names.append(try phrase.next("an event"))
        }
        try addCut(&phrase, verb, name.text, .events(names))
    }

    private mutating func addCut(
        _ phrase: inout ScenarioPhrase,
        _ verb: ScenarioWord,
        _ name: String,
        _ boundary: NamedCut.Boundary
    ) throws(ScenarioMistake) {
        var isRecorded = true
        if phrase.skip(",") {
            try phrase.expect("in", "flight")
            isRecorded = phrase.skip("recorded")
            if !isRecorded { try phrase.expect("lost") }
        }
        guard !cuts.contains(where: { $0.name == name && $0.isInFlightRecorded == isRecorded })
        else { throw Self.again("a second cut of this name", verb) }
        guard cuts.count < Scenario.cutsMax else {
            let what = "more than \(Scenario.cutsMax) cuts"
            throw ScenarioMistake(verb.place, what, "leave some out")
        }
        cuts.append(
            NamedCut(
                name: name,
                boundary: boundary,
                isInFlightRecorded: isRecorded,
                place: verb.place
            )
        )
    }

    private static func again(_ what: String, _ word: ScenarioWord) -> ScenarioMistake {
        ScenarioMistake(word.place, what, "leave one of them out")
    }
}
