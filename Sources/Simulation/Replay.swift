public import Causality
public import Nodes

/// Runs a log again, step by step: the same deliveries, timers, crashes and restarts in the same order.
///
/// The log may be of any world: what a node does follows from what it is told, so that the same steps must
/// bring about the same effects. Where they do not, the system is another one than that which wrote the
/// log, or it is not pure.
public struct Replay<N: Node> {
    /// What came of it.
    public struct Result: Sendable {
        /// What happened, up to where it stopped.
        public let events: [Event]
        /// The property that was violated first, or what else was wrong, and the line of its event.
        public let failure: (failure: Failure, line: Int)?
        /// The `sometimes` properties that were true of some state, by name, in the system's order.
        public let reached: [String]
        /// The system where it stopped.
        public let configuration: Configuration<N>
    }

    private let system: System<N>
    private let log: EventLog
    private let names: [String]
    private let summary: Summary
    /// The last event at which a message is received, and at which it is received or lost.
    private let lastReceive: [String: Int]
    private let lastArrival: [String: Int]

    /// A replay of a log.
    ///
    /// - Throws: `UnplayableLog` if the log is of another system, or of other nodes.
    public init(_ system: System<N>, _ log: EventLog) throws(UnplayableLog) {
        self.system = system
        self.log = log
        names = system.members.map(\.name)
        summary = Summary(names: names)
        var receives: [String: Int] = [:]
        var arrivals: [String: Int] = [:]
        for (index, event) in log.events.enumerated() {
            guard let message = event.message else { continue }
            if event.kind == .receive { receives[message] = index }
            if event.kind == .receive || event.kind == .drop { arrivals[message] = index }
        }
        lastReceive = receives
        lastArrival = arrivals
        guard log.header.system == system.name else {
            let reason = "the log is of \(log.header.system), and this is \(system.name)"
            throw UnplayableLog(line: 1, reason: reason)
        }
        if let nodes = log.header.nodes, nodes != names {
            let reason =
                "the log is of \(nodes.joined(separator: ", ")), and this system has "
                + names.joined(separator: ", ")
            throw UnplayableLog(line: 1, reason: reason)
        }
    }

    /// Runs it.
    ///
    /// - Parameter until: How many events of the log are run; nil for all. A step that has begun is
    ///   finished.
    /// - Returns: What came of it.
    /// - Throws: `UnplayableLog` at the first event that cannot happen, or that happens in another way.
    public func run(until: Int? = nil) throws(UnplayableLog) -> Result {
        var configuration = Configuration(system)
        var events: [Event] = []
        var failure: (failure: Failure, line: Int)?
        var sometimes = system.properties.filter { $0.kind == .sometimes }
        var reached: Set<String> = []
        var index = 0
        let end = min(until ?? log.events.count, log.events.count)
        while index < end {
            guard let step = try step(at: index, configuration) else {
                index += 1
                continue
            }
            let made: [Event]
            do {
                made = try configuration.take(step, at: log.events[index].time)
            } catch {
                throw UnplayableLog(line: index + 2, reason: error.description)
            }
            events += made
            try compareState(log.events[index], at: index, configuration)
            index = try compare(made, from: index)
            if failure == nil, let found = check(configuration) {
                failure = (found, index + 1)
            }
            if !sometimes.isEmpty {
                let state = configuration.state
                sometimes.removeAll { property in
                    let holds = property.holds(state)
                    if holds { reached.insert(property.name) }
                    return holds
                }
            }
        }
        if failure == nil, end == log.events.count {
            failure = checkEnd(configuration).map { ($0, end + 1) }
        }
        return Result(
            events: events,
            failure: failure,
            reached: system.properties.map(\.name).filter { reached.contains($0) },
            configuration: configuration
        )
    }

    /// The step that an event stands for; nil if the world made it as a consequence, or as a remark.
    private func step(
        at index: Int,
        _ configuration: Configuration<N>
    ) throws(UnplayableLog) -> Step<N.Words>? {
        let event = log.events[index]
        guard let id = system.id(named: event.node) else {
            throw UnplayableLog(line: index + 2, reason: "there is no node \(event.node)")
        }
        let crashAfter = crashInside(stepAt: index)
        switch event.kind {
        case .start, .recover: return Step(.begin(id), crashAfter: crashAfter)
        case .receive:
            let message = try message(of: event, at: index)
            let arrivesAgain = lastArrival[event.message ?? ""] ?? index > index
            let isKept = arrivesAgain && link(of: message, configuration) != .acknowledged
            return Step(.deliver(message, isKept: isKept), crashAfter: crashAfter)
        case .drop:
            let message = try message(of: event, at: index)
            let comesAgain = lastReceive[event.message ?? ""] ?? index > index
            switch link(of: message, configuration) {
            case .datagram, .acknowledged: return comesAgain ? nil : Step(.drop(message))
            // A loss that another event brings about: it has happened already, or will with a crash.
            case .stream, nil: return nil
            }
        case .timer:
            let reminders = configuration.states[id.index].agenda.reminders
            guard let armed = reminders.first(where: { summary($0.timer) == event.text }) else {
                let reason = "\(event.node) has not armed \(event.text ?? "a timer without a name")"
                throw UnplayableLog(line: index + 2, reason: reason)
            }
            return Step(.fire(id, armed.timer), crashAfter: crashAfter)
        case .idle: return Step(.idle(id), crashAfter: crashAfter)
        case .crash: return Step(.crash(id))
        case .note:
            let mark = Step<N.Words>.damageMark
            guard let text = event.text, text.hasPrefix(mark) else { return nil }
            return Step(.damage(id, String(text.dropFirst(mark.count))))
        case .written: return Step(.finish(id), crashAfter: crashAfter)
        case .refused: return Step(.refuse(id), crashAfter: crashAfter)
        case .send, .save, .output, .halt:
            let reason = "\(event.node) does a \(event.kind.rawValue) that no handler call led to"
            throw UnplayableLog(line: index + 2, reason: reason)
        }
    }

    /// Of a handler call that ended in a crash: after how many effects.
    private func crashInside(stepAt index: Int) -> Int? {
        let node = log.events[index].node
        for event in log.events[(index + 1)...] {
            switch event.kind {
            case .start, .recover, .receive, .timer, .idle, .written, .refused: return nil
            case .crash:
                if event.node == node { return event.effects }
            case .send, .save, .output, .halt, .drop, .note: continue
            }
        }
        return nil
    }

    /// Over what a message travels that is in flight; nil if it is not.
    private func link(of message: MessageID, _ configuration: Configuration<N>) -> Link? {
        configuration.flights.first { $0.id == message }?.envelope.link
    }

    private func message(of event: Event, at index: Int) throws(UnplayableLog) -> MessageID {
        guard let id = event.message.flatMap({ MessageID($0, names: names) }) else {
            let reason = "\(event.message ?? "nothing") names no message"
            throw UnplayableLog(line: index + 2, reason: reason)
        }
        return id
    }

    /// Whether the log goes on with what the step has brought about.
    ///
    /// - Returns: The index of the first event of the log after that.
    private func compare(_ made: [Event], from index: Int) throws(UnplayableLog) -> Int {
        var next = index
        for event in made where event.kind != .drop && event.kind != .note {
            while next < log.events.count, isRemark(log.events[next]) { next += 1 }
            guard next < log.events.count else {
                // A log that was cut off, by a kill of its writer, say.
                return next
            }
            let logged = log.events[next]
            guard logged.kind == event.kind, logged.node == event.node,
                logged.message == event.message, logged.peer == event.peer,
                logged.text == event.text, logged.link == event.link,
                logged.incarnation == event.incarnation, logged.effects == event.effects
            else {
                let reason =
                    "here \(told(event)), and the log says: \(told(logged))"
                throw UnplayableLog(line: next + 2, reason: reason)
            }
            guard logged.clock == nil || logged.clock == event.clock else {
                throw UnplayableLog(line: next + 2, reason: "the vector clock is another here")
            }
            next += 1
        }
        return max(next, index + 1)
    }

    /// Whether a node is in the state that the log's digest of it says, after a handler call.
    ///
    /// A node that died in the call or halted in it has none.
    private func compareState(
        _ event: Event,
        at index: Int,
        _ configuration: Configuration<N>
    ) throws(UnplayableLog) {
        guard let digest = event.state, let id = system.id(named: event.node),
            let node = configuration.states[id.index].place.node
        else { return }
        guard (try? Fingerprint(of: node))?.text == digest else {
            let what = "\(event.node) is in another state after this, as its digest says"
            throw UnplayableLog(line: index + 2, reason: what)
        }
    }

    private func told(_ event: Event) -> String {
        let parts = [
            "\(event.node).\(event.incarnation)", event.kind.rawValue, event.message, event.peer,
            event.link, event.text,
        ]
        return parts.compactMap(\.self).joined(separator: " ")
    }

    private func isRemark(_ event: Event) -> Bool { event.kind == .drop || event.kind == .note }

    private func check(_ configuration: Configuration<N>) -> Failure? {
        if let impossible = configuration.impossible {
            return Failure(kind: .impossible, subject: impossible, details: "")
        }
        let state = configuration.state
        for property in system.properties where property.kind == .always && !property.holds(state) {
            return Failure(kind: .violated, subject: property.name, details: "")
        }
        return nil
    }

    /// At the end of a log, `eventually` counts if the system has come to rest.
    private func checkEnd(_ configuration: Configuration<N>) -> Failure? {
        let isBusy =
            configuration.flights.contains { configuration.isDeliverable($0) }
            || configuration.states.contains {
                // Who only watches somebody that lives waits for nothing that is to come.
                $0.agenda.reminders.contains(where: \.mayFire) || !$0.agenda.writes.isEmpty
                    || $0.agenda.wantsIdle || $0.isBeginning
            }
        if isBusy { return nil }
        let state = configuration.state
        for property in system.properties where property.kind == .eventually {
            if !property.holds(state) {
                return Failure(kind: .notReached, subject: property.name, details: "")
            }
        }
        return nil
    }
}
