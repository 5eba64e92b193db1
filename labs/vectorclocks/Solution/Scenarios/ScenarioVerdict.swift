import Causality

/// What is to be said about a cut of a scenario.
struct ScenarioVerdict {
    /// A message that was received inside and sent outside.
    struct Violation: Hashable {
        let send: Scenario.EventID
        let receive: Scenario.EventID
        /// What it says.
        let content: String
    }

    /// Whether all processes were in the states of the cut at one instant of real time.
    enum Occurrence: Hashable {
        /// From a time on, and until before another one; nil is from the beginning, and to the end.
        case between(Int?, Int?)
        /// When the one enters its state, the other has left its own.
        case never(left: Scenario.EventID, entered: Scenario.EventID)
    }

    /// What comes out if all go back to the cut and go on without further faults.
    struct Recovery: Hashable {
        /// What is counted in the end.
        let counts: LetterCounts
        /// What is there to be counted.
        let truth: LetterCounts

        /// What is not counted.
        var lost: LetterCounts { truth.excess(over: counts) }
        /// What is counted too often.
        var doubled: LetterCounts { counts.excess(over: truth) }
    }

    let cut: Scenario.NamedCut
    /// Nil if it is consistent.
    let violation: Violation?
    let occurrence: Occurrence
    /// The messages that were sent inside and not received inside, by their index.
    let inFlight: [Int]
    /// How many messages were sent by events inside, and received by events inside.
    let sent: Int
    let received: Int
    /// When each process takes its state, in real time; nil if it never does, or nobody says when.
    let moments: [Int?]
    /// When all have taken their states and the last message in flight has arrived; nil if that never is.
    let completeTime: Int?
    let recovery: Recovery

    /// How many messages are missing, as the processes report it: sent less received.
    var deficit: Int { sent - received }

    /// Looks at a cut.
    init(_ cut: Scenario.NamedCut, of run: ScenarioRun) {
        let scenario = run.scenario
        self.cut = cut
        violation = run.execution.violation(of: Cut(counts: cut.counts)).map { found in
            let receive = Scenario.EventID(found.receive)
            var content = ""
            if case .receives(let message) = scenario[receive].action {
                content = scenario.messages[message].content.text
            }
            return Violation(send: .init(found.send), receive: receive, content: content)
        }
        func isInside(_ id: Scenario.EventID) -> Bool { id.index < cut.counts[id.process] }
        let sent = scenario.messages.indices.filter { isInside(scenario.messages[$0].sender) }
        self.sent = sent.count
        // One that comes twice is missing no more after the first time.
        received = scenario.messages.count { $0.receives.first.map(isInside) ?? false }
        let inFlight = sent.filter { !scenario.messages[$0].receives.contains(where: isInside) }
        self.inFlight = inFlight
        occurrence = Self.occurrence(of: cut.counts, in: scenario)
        moments = scenario.processes.indices.map { Self.moment(of: $0, cut, scenario) }
        completeTime = Self.completeTime(moments, inFlight, scenario)
        recovery = Self.recovery(from: cut, inFlight, run)
    }

    /// The instants at which exactly the events inside have happened.
    ///
    /// The coordinator does not matter: it has no state but the epoch.
    private static func occurrence(of counts: [Int], in scenario: Scenario) -> Occurrence {
        func ids(_ offset: Int) -> [Scenario.EventID] {
            counts.enumerated().compactMap { process, count in
                let index = count + offset
                guard scenario.processes[process].role != .coordinator,
                    scenario.events[process].indices.contains(index)
                else { return nil }
                return Scenario.EventID(process: process, index: index)
            }
        }
        let entered = ids(-1).max { scenario[$0].time < scenario[$1].time }
        let left = ids(0).min { scenario[$0].time < scenario[$1].time }
        if let entered, let left, scenario[left].time <= scenario[entered].time {
            return .never(left: left, entered: entered)
        }
        return .between(entered.map { scenario[$0].time }, left.map { scenario[$0].time })
    }

    /// When all have taken their states, and all messages in flight have come.
    private static func completeTime(
        _ moments: [Int?],
        _ inFlight: [Int],
        _ scenario: Scenario
    ) -> Int? {
        let arrivals = inFlight.map { message in
            scenario.messages[message].receives.first.map { scenario[$0].time }
        }
        let times = moments + arrivals
        let known = times.compactMap(\.self)
        return known.count == times.count ? known.max() : nil
    }

    private static func moment(
        of process: Int,
        _ cut: Scenario.NamedCut,
        _ scenario: Scenario
    ) -> Int? {
        switch cut.origin {
        case .named: return nil
        case .localTime(let reading): return scenario.processes[process].clock.time(of: reading)
        case .ordered(let times): return times[process]
        case .epoch:
            let events = scenario.events[process]
            let count = cut.counts[process]
            return count < events.count ? events[count].time : nil
        }
    }

    private static func recovery(
        from cut: Scenario.NamedCut,
        _ inFlight: [Int],
        _ run: ScenarioRun
    ) -> Recovery {
        var truth = LetterCounts()
        var counts = LetterCounts()
        for (process, count) in cut.counts.enumerated() {
            switch run.state(of: process, after: count) {
            case .cursor(let cursor):
                guard case .mapper(let tweets) = run.scenario.processes[process].role else { break }
                for tweet in tweets { truth += LetterCounts(of: tweet) }
                // From its cursor on, a mapper reads again.
                for tweet in tweets[cursor...] { counts += LetterCounts(of: tweet) }
            case .counts(let saved): counts += saved
            case .none: break
            }
        }
        if cut.isInFlightRecorded {
            for message in inFlight {
                guard case .counts(let more) = run.scenario.messages[message].content else {
                    continue
                }
                counts += more
            }
        }
        return Recovery(counts: counts, truth: truth)
    }
}

extension Scenario.EventID {
    /// The event of the message graph.
    init(_ point: EventPoint) {
        self.init(process: point.process, index: point.index)
    }
}
