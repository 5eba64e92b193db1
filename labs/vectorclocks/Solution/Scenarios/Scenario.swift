/// A small run that somebody has made up: processes, what happens at them in real time, and cuts.
struct Scenario: Hashable {
    /// What a process is there for.
    enum Role: Hashable {
        /// Takes these tweets, one after the other; its state is how many it has taken.
        case mapper(tweets: [String])
        /// Counts; its state is its counts.
        case reducer
        /// Begins snapshots; its component of the vector clock is the epoch.
        case coordinator
        /// Anything else, without a state that we know.
        case other
    }

    /// Whoever takes part.
    struct Process: Hashable {
        let name: String
        let role: Role
        var clock = ProcessClock.perfect
    }

    /// What links promise.
    enum Links: Hashable {
        /// Each message arrives once, after those that were sent before it.
        case fifo
        /// A message may overtake others, and may arrive more than once.
        case nonFIFO
    }

    /// What a message says.
    enum Content: Hashable {
        case counts(LetterCounts)
        case note(String)

        var text: String {
            switch self {
            case .counts(let counts): counts.text
            case .note(let note): "\"\(note)\""
            }
        }
    }

    /// A message from one process to another.
    struct Message: Hashable {
        let content: Content
        /// The name that its scenario gave it.
        let name: String?
        let sender: EventID
        let receiver: Int
        /// The events that receive it: none, if it is on its way when the scenario ends.
        var receives: [EventID] = []
    }

    /// The `index`-th event of a process, both from 0.
    struct EventID: Hashable {
        var process: Int
        var index: Int
    }

    /// What happens at an event, apart from what is sent.
    enum Action: Hashable {
        case does(String)
        case takes(tweet: Int)
        case sends
        case receives(message: Int)
        case beginsSnapshot
    }

    /// Something that happens at one process.
    struct Event: Hashable {
        /// Real time, in nanoseconds.
        let time: Int
        let action: Action
        /// The messages that leave with it, in the order in which they stand.
        let sends: [Int]
    }

    /// A state that somebody would go back to: how many events of each process are inside.
    struct NamedCut: Hashable {
        /// Who has decided it.
        enum Origin: Hashable {
            /// Its author, by naming events.
            case named
            /// Each process, when its own clock showed this.
            case localTime(Int)
            /// Each process, at the real times at which the author has it checkpoint.
            case ordered([Int])
            /// Each process, before its first event of this epoch.
            case epoch(Int)
        }

        let name: String
        let origin: Origin
        let counts: [Int]
        /// Whether messages on their way across the cut are saved with it.
        let isInFlightRecorded: Bool

        /// The name, and whether messages in flight are forgotten.
        var fullName: String { name + (isInFlightRecorded ? "" : ", in flight lost") }
    }

    /// What it is about, in a line.
    let title: String?
    let processes: [Process]
    let links: Links
    /// By process, in the order of time.
    let events: [[Event]]
    /// In the order in which they were sent.
    let messages: [Message]
    /// The cuts that the text itself names; those of epochs follow from the run.
    let cuts: [NamedCut]

    /// More do not fit into a picture.
    static let processesMax = 12
    /// More do not fit into a picture.
    static let eventsMax = 500
    /// More do not fit into a report.
    static let cutsMax = 20

    /// Reads a text.
    ///
    /// - Throws: `ScenarioMistake`: what is wrong with it, and where.
    init(parsing bytes: [UInt8]) throws(ScenarioMistake) {
        var parser = ScenarioParser()
        for line in try ScenarioWord.lines(of: bytes) { try parser.read(line) }
        self = try ScenarioBuilder(parser).scenario()
    }

    init(
        title: String?,
        processes: [Process],
        links: Links,
        events: [[Event]],
        messages: [Message],
        cuts: [NamedCut]
    ) {
        self.title = title
        self.processes = processes
        self.links = links
        self.events = events
        self.messages = messages
        self.cuts = cuts
    }

    /// An event.
    subscript(id: EventID) -> Event { events[id.process][id.index] }

    /// The name of an event: `m1` is the first of M.
    func name(of id: EventID) -> String {
        processes[id.process].name.lowercased() + "\(id.index + 1)"
    }

    /// The names of the last events inside: `m1 p2 q0`.
    func name(of counts: [Int]) -> String {
        zip(processes, counts).map { $0.name.lowercased() + "\($1)" }.joined(separator: " ")
    }

    /// All events in the order of time; of those at one time, in the order of their processes.
    var inOrderOfTime: [EventID] {
        let all = events.indices.flatMap { process in
            events[process].indices.map { EventID(process: process, index: $0) }
        }
        return all.sorted { one, other in
            (self[one].time, one.process) < (self[other].time, other.process)
        }
    }
}
