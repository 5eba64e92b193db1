import Causality

/// What follows from a scenario: its message graph, the clocks of its events, the state after each.
struct ScenarioRun {
    /// What a process would save.
    enum State: Hashable {
        /// Of a mapper: how many tweets it has taken.
        case cursor(Int)
        /// Of a reducer.
        case counts(LetterCounts)
        /// Of anybody else.
        case none

        var text: String {
            switch self {
            case .cursor(let cursor): "cursor \(cursor)"
            case .counts(let counts): counts.text
            case .none: ""
            }
        }
    }

    let scenario: Scenario
    /// The scenario as a message graph.
    ///
    /// All that leaves with one event is one message of it, which its receivers share: an event is one step, as
    /// in the course, however many it tells.
    let execution: Execution
    /// By process and event.
    let vectorClocks: [[VectorClock]]
    let lamportClocks: [[LamportClock]]
    /// All cuts: those that the text names, then those of the epochs.
    let cuts: [Scenario.NamedCut]

    /// - Throws: `ImpossibleExecution`; it never is, for what a scenario receives was sent before.
    init(_ scenario: Scenario) throws(ImpossibleExecution) {
        self.scenario = scenario
        // One message for each event that sends.
        let senders = scenario.inOrderOfTime.filter { !scenario[$0].sends.isEmpty }
        func number(_ id: Scenario.EventID) -> Int? { senders.firstIndex(of: id) }
        let steps = scenario.events.enumerated().map { process, events in
            events.enumerated().map { index, event -> Execution.Step in
                if case .receives(let message) = event.action,
                    let number = number(scenario.messages[message].sender)
                {
                    return .receive(message: number)
                }
                let id = Scenario.EventID(process: process, index: index)
                return number(id).map { .send(message: $0) } ?? .local
            }
        }
        execution = try Execution(
            processes: scenario.processes.map(\.name),
            steps: steps,
            messageNames: senders.map { scenario.name(of: $0) }
        )
        vectorClocks = execution.vectorClocks()
        lamportClocks = execution.lamportClocks()
        cuts = scenario.cuts + Self.epochCuts(scenario, vectorClocks)
    }

    /// The snapshots that the coordinator has begun: each process takes its state before its first event
    /// that knows of the epoch.
    ///
    /// The coordinator alone raises the last component of the clocks. So the rule needs no more than to
    /// look at it, before the message is processed that brings it.
    private static func epochCuts(
        _ scenario: Scenario,
        _ clocks: [[VectorClock]]
    ) -> [Scenario.NamedCut] {
        guard let last = scenario.processes.indices.last,
            scenario.processes[last].role == .coordinator, !scenario.events[last].isEmpty
        else { return [] }
        return (1...scenario.events[last].count).map { epoch in
            Scenario.NamedCut(
                name: "snapshot \(epoch)",
                origin: .epoch(epoch),
                counts: clocks.map { $0.count { clock in clock[last] < epoch } },
                isInFlightRecorded: true
            )
        }
    }

    /// The state of a process after so many of its events.
    func state(of process: Int, after count: Int) -> State {
        let events = scenario.events[process].prefix(count)
        switch scenario.processes[process].role {
        case .mapper:
            return .cursor(
                events.count { if case .takes = $0.action { true } else { false } }
            )
        case .reducer:
            var counts = LetterCounts()
            for event in events {
                guard case .receives(let message) = event.action,
                    case .counts(let more) = scenario.messages[message].content
                else { continue }
                counts += more
            }
            return .counts(counts)
        case .coordinator, .other: return .none
        }
    }

    /// The components of an event's vector clock, by process.
    func components(of id: Scenario.EventID) -> [Int] {
        vectorClocks[id.process][id.index].counts(nodeCount: scenario.processes.count)
    }

    /// The Lamport time of an event.
    func lamport(of id: Scenario.EventID) -> Int { lamportClocks[id.process][id.index].time }

    /// An event's vector clock, as people write it: `(1, 0, 0)`.
    func vector(of id: Scenario.EventID) -> String {
        "(" + components(of: id).map(String.init).joined(separator: ", ") + ")"
    }

    /// What happens at an event, in words.
    func words(of id: Scenario.EventID) -> String {
        let event = scenario[id]
        var sent = ""
        var content: Scenario.Content?
        for message in event.sends.map({ scenario.messages[$0] }) {
            // One thing that is said to several is said once.
            let text = message.content == content ? "" : "\(message.content.text) to "
            let name = message.name.map { " as \($0)" } ?? ""
            sent += sent.isEmpty ? "sends " : ", "
            sent += text + scenario.processes[message.receiver].name + name
            content = message.content
        }
        let also = sent.isEmpty ? "" : ", " + sent
        switch event.action {
        case .does(let what): return what + also
        case .takes(let tweet):
            guard case .mapper(let tweets) = scenario.processes[id.process].role else {
                return sent
            }
            return "takes \"\(tweets[tweet])\"" + also
        case .sends: return sent
        case .beginsSnapshot: return "begins snapshot \(id.index + 1)" + also
        case .receives(let message):
            let message = scenario.messages[message]
            let name = message.name.map { ", \($0)" } ?? ""
            return
                "receives \(message.content.text)\(name), sent by \(scenario.name(of: message.sender))"
        }
    }
}
