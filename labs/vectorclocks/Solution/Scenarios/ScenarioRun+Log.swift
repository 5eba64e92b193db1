import Causality

extension ScenarioRun {
    /// The run as an event log, for `timeline` and for pictures: each event of the scenario is one of it.
    ///
    /// An event that tells several processes something is one send of the log, which all of them receive.
    ///
    /// - Parameter command: The words that made the run.
    /// - Returns: The log, in the order of time.
    func log(command: [String]) -> EventLog {
        let header = EventLogHeader(
            system: "vectorclocks",
            command: command,
            nodes: scenario.processes.map(\.name)
        )
        return EventLog(header: header, events: scenario.inOrderOfTime.map(logged))
    }

    private func logged(_ id: Scenario.EventID) -> Event {
        let event = scenario[id]
        var logged = Event(
            time: event.time,
            node: scenario.processes[id.process].name,
            kind: .idle,
            text: words(of: id),
            clock: vectorClocks[id.process][id.index]
        )
        switch event.action {
        case .receives(let index):
            let message = scenario.messages[index]
            logged.kind = .receive
            logged.message = scenario.name(of: message.sender)
            logged.peer = scenario.processes[message.sender.process].name
            logged.text = message.content.text
        case .takes, .sends, .beginsSnapshot, .does:
            guard !event.sends.isEmpty else { break }
            logged.kind = .send
            logged.message = scenario.name(of: id)
            var receivers: [String] = []
            for message in event.sends {
                let name = scenario.processes[scenario.messages[message].receiver].name
                if !receivers.contains(name) { receivers.append(name) }
            }
            logged.peer = receivers.joined(separator: ", ")
        }
        return logged
    }
}
