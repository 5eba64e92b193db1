/// Fits the lines of a scenario together: each event to its process, each message to its ends.
struct ScenarioBuilder {
    let text: ScenarioParser
    /// Of each line that begins with `at`, which event it is; nil of checkpoints, which are none.
    private var ids: [Scenario.EventID?] = []
    /// The lines, in the order of time.
    private var inOrderOfTime: [Int] = []
    private var messages: [Scenario.Message] = []
    /// Of each message, where it stands.
    private var sendPlaces: [ScenarioMistake.Place] = []
    /// What leaves with each line.
    private var sends: [[Int]] = []
    /// What each line receives.
    private var received: [Int?] = []
    /// The checkpoint of each process.
    private var checkpoints: [ScenarioCuts.Checkpoint?] = []

    /// Fits together what was read.
    init(_ text: ScenarioParser) throws(ScenarioMistake) {
        self.text = text
        guard !text.events.isEmpty else {
            let remedy = "write what happens, such as 'at 1 ms M does \"nothing\"'"
            throw ScenarioMistake(text.last, "nothing happens in this scenario", remedy)
        }
        inOrderOfTime = text.events.indices.sorted {
            (text.events[$0].time, $0) < (text.events[$1].time, $1)
        }
        sends = text.events.map { _ in [] }
        received = text.events.map { _ in nil }
        checkpoints = text.processes.map { _ in nil }
        try placeEvents()
        try checkTweets()
        try checkSnapshots()
        for line in inOrderOfTime { try send(line) }
        for line in inOrderOfTime { try receive(line) }
    }

    /// The whole.
    func scenario() throws(ScenarioMistake) -> Scenario {
        var events: [[Scenario.Event]] = text.processes.map { _ in [] }
        for (line, event) in text.events.enumerated() {
            guard let action = action(line) else { continue }
            events[event.process].append(
                Scenario.Event(time: event.time, action: action, sends: sends[line])
            )
        }
        return Scenario(
            title: text.title,
            processes: text.processes,
            links: text.links ?? .fifo,
            events: events,
            messages: messages,
            cuts: try ScenarioCuts(text, events, checkpoints: checkpoints).all()
        )
    }

    private func action(_ line: Int) -> Scenario.Action? {
        switch text.events[line].action {
        case .does(let what): .does(what)
        case .takes:
            .takes(
                tweet: text.events[..<line].count {
                    guard case .takes = $0.action else { return false }
                    return $0.process == text.events[line].process
                }
            )
        case .sends: .sends
        case .beginsSnapshot: .beginsSnapshot
        case .receives: received[line].map { .receives(message: $0) }
        case .checkpoints: nil
        }
    }

    /// Numbers the events of each process, whose times must grow.
    private mutating func placeEvents() throws(ScenarioMistake) {
        var counts = text.processes.map { _ in 0 }
        var latest: [Int?] = text.processes.map { _ in nil }
        for event in text.events {
            if let before = latest[event.process], event.time <= before {
                let name = text.processes[event.process].name
                let last = TimeText.milliseconds(before)
                throw ScenarioMistake(
                    event.timePlace,
                    "time does not go on: \(name) has got to \(last) already",
                    "write the lines of a process in the order of time, no two at one time"
                )
            }
            latest[event.process] = event.time
            guard case .checkpoints = event.action else {
                ids.append(Scenario.EventID(process: event.process, index: counts[event.process]))
                counts[event.process] += 1
                continue
            }
            ids.append(nil)
            guard checkpoints[event.process] == nil else {
                let name = text.processes[event.process].name
                let what = "a second checkpoint of \(name)"
                throw ScenarioMistake(event.place, what, "leave one of them out")
            }
            checkpoints[event.process] = .init(count: counts[event.process], time: event.time)
        }
    }

    /// Mappers take their own tweets, in order, and send on what is in them.
    private func checkTweets() throws(ScenarioMistake) {
        var taken = text.processes.map { _ in 0 }
        for event in text.events {
            guard case .takes(let tweet) = event.action else { continue }
            let process = text.processes[event.process]
            guard case .mapper(let tweets) = process.role else {
                let what = "\(process.name) is no mapper and takes no tweets"
                throw ScenarioMistake(event.place, what, "declare it with 'mapper'")
            }
            let index = taken[event.process]
            guard index < tweets.count, tweets[index] == tweet else {
                throw ScenarioMistake(
                    event.place,
                    "this is not the next tweet of \(process.name)",
                    index < tweets.count
                        ? "the next one is \"\(tweets[index])\"" : "all of them are taken"
                )
            }
            taken[event.process] += 1
            var sent = LetterCounts()
            for send in event.sends {
                if case .counts(let counts) = send.content { sent += counts }
            }
            let held = LetterCounts(of: tweet)
            guard sent == held else {
                throw ScenarioMistake(
                    event.place,
                    "\"\(tweet)\" holds \(held.text), and what is sent holds \(sent.text)",
                    "send each count to one reducer"
                )
            }
        }
    }

    /// Only the coordinator begins snapshots, and it does nothing else: its events count epochs.
    private func checkSnapshots() throws(ScenarioMistake) {
        for event in text.events {
            let process = text.processes[event.process]
            switch (event.action, process.role) {
            case (.beginsSnapshot, .coordinator), (.checkpoints, _): break
            case (.beginsSnapshot, _):
                let what = "\(process.name) is no coordinator and begins no snapshot"
                throw ScenarioMistake(event.place, what, "declare a 'coordinator', as the last")
            case (.does, .coordinator), (.takes, .coordinator), (.sends, .coordinator),
                (.receives, .coordinator):
                throw ScenarioMistake(
                    event.place,
                    "the coordinator \(process.name) only begins snapshots",
                    "its component of the clocks is the epoch, and must count nothing else"
                )
            case (.does, _), (.takes, _), (.sends, _), (.receives, _): break
            }
        }
    }

    /// Makes the messages of a line.
    private mutating func send(_ line: Int) throws(ScenarioMistake) {
        let event = text.events[line]
        guard let id = ids[line] else { return }
        for sent in event.sends {
            let sender = text.processes[event.process].name
            let receiver = text.processes[sent.receiver]
            guard sent.receiver != event.process else {
                let what = "\(sender) sends to itself"
                throw ScenarioMistake(sent.place, what, "name another process")
            }
            if case .counts = sent.content {
                guard case .takes = event.action else {
                    let remedy = "write 'takes \"…\", sends …'"
                    throw ScenarioMistake(sent.place, "counts that come from no tweet", remedy)
                }
                guard receiver.role == .reducer else {
                    let what = "\(receiver.name) is no reducer and counts nothing"
                    throw ScenarioMistake(sent.place, what, "declare it with 'reducer'")
                }
            }
            if let name = sent.name, messages.contains(where: { $0.name == name }) {
                let what = "a second message called \(name)"
                throw ScenarioMistake(sent.place, what, "give it another name")
            }
            sends[line].append(messages.count)
            sendPlaces.append(sent.place)
            messages.append(
                Scenario.Message(
                    content: sent.content,
                    name: sent.name,
                    sender: id,
                    receiver: sent.receiver
                )
            )
        }
    }

    /// Finds the message that a line receives.
    private mutating func receive(_ line: Int) throws(ScenarioMistake) {
        let event = text.events[line]
        guard case .receives(let asked) = event.action, let id = ids[line] else { return }
        let candidates = candidates(for: asked, at: event.process)
        let sent = candidates.filter { time(of: $0) < event.time }
        guard let first = candidates.first else { throw unknown(asked, event) }
        guard let last = sent.last else {
            let line = sendPlaces[first].line
            throw ScenarioMistake(
                event.place,
                "received before its send, at \(TimeText.milliseconds(time(of: first))) in line \(line)",
                "let it come later"
            )
        }
        let fresh = sent.first { messages[$0].receives.isEmpty }
        if (text.links ?? .fifo) == .fifo {
            guard let fresh else {
                throw ScenarioMistake(
                    event.place,
                    "received a second time; links are fifo, where each message arrives once",
                    "leave one of them out, or write 'links non-fifo'"
                )
            }
            try checkOrder(of: fresh, event)
        }
        let message = fresh ?? last
        received[line] = message
        messages[message].receives.append(id)
    }

    /// The messages to a process that a line may mean, in the order of their sends.
    private func candidates(for asked: ScenarioParser.Received, at process: Int) -> [Int] {
        messages.indices.filter { index in
            let message = messages[index]
            guard message.receiver == process else { return false }
            return switch asked {
            case .named(let name): message.name == name
            case .content(let content, let sender):
                message.content == content && message.sender.process == sender
            }
        }
    }

    /// Refuses a message that comes before one that left its sender earlier.
    private func checkOrder(
        of message: Int,
        _ event: ScenarioParser.Event
    ) throws(ScenarioMistake) {
        let sender = messages[message].sender.process
        let overtaken = messages[..<message].firstIndex {
            $0.sender.process == sender && $0.receiver == event.process && $0.receives.isEmpty
        }
        guard let overtaken else { return }
        let what = messages[overtaken].content.text
        throw ScenarioMistake(
            event.place,
            "it overtakes \(what) of line \(sendPlaces[overtaken].line); links are fifo",
            "receive that one first, or write 'links non-fifo'"
        )
    }

    private func unknown(
        _ asked: ScenarioParser.Received,
        _ event: ScenarioParser.Event
    ) -> ScenarioMistake {
        let receiver = text.processes[event.process].name
        switch asked {
        case .named(let name):
            let what = "nobody sends \(receiver) a message called \(name)"
            let remedy = "name it with 'as', where it is sent"
            return ScenarioMistake(event.place, what, remedy)
        case .content(let content, let sender):
            let sender = text.processes[sender].name
            let what = "\(sender) never sends \(content.text) to \(receiver)"
            return ScenarioMistake(event.place, what, "add a line that sends it")
        }
    }

    private func time(of message: Int) -> Int {
        let sender = messages[message].sender
        for line in ids.indices where ids[line] == sender { return text.events[line].time }
        preconditionFailure("message \(message) is sent by no line")
    }
}
