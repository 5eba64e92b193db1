public import Causality

/// An event log with what belongs together: what each event is in the execution, and where messages were lost.
///
/// Any log will do, those of programs that leave out one side of a message too. Drops and notes are remarks of
/// whoever watched, no events of a node: they have a place in the picture, and are in no cut.
public struct LinkedLog: Sendable {
    /// The log; in it, no receipt stands before its send.
    public let log: EventLog
    /// What happened, by the log.
    public let execution: Execution
    /// The message of each drop that has one, by the drop's place in the log.
    let dropped: [Int: Int]
    private let lost: Set<Int>

    /// Links a log.
    ///
    /// One in which a receipt stands before its send is put in causal order first.
    ///
    /// - Throws: `ContradictoryLog`, with a line of the log.
    /// - Complexity: O(events).
    public init(_ log: EventLog) throws(ContradictoryLog) {
        var (log, execution) = (log, try Self.execution(log))
        if !Self.isInOrder(execution) {
            log = try Self.ordered(log)
            execution = try Self.execution(log)
        }
        self.log = log
        self.execution = execution
        dropped = Self.dropped(in: log, execution)
        lost = Set(dropped.values)
    }

    /// The nodes, in the order of the cuts' counts.
    public var nodes: [String] { execution.processes }

    /// Where in the log a message was sent; nil if the log does not say.
    func sendIndex(of message: Int) -> Int? {
        execution.messages[message].send.flatMap { execution.logIndex(of: $0) }
    }

    /// The node of each event, as an index into `nodes`; -1 for a remark about a node without events.
    func nodeOfEvents() -> [Int32] {
        let index = Dictionary(
            nodes.enumerated().map { ($0.element, Int32($0.offset)) },
            uniquingKeysWith: { first, _ in first }
        )
        return log.events.map { index[$0.node] ?? -1 }
    }

    /// Whether a node did this; otherwise it is a remark about it.
    static func isOfNode(_ kind: Event.Kind) -> Bool {
        switch kind {
        case .start, .send, .receive, .timer, .idle, .save, .written, .refused, .crash, .recover,
            .output, .halt:
            true
        case .drop, .note: false
        }
    }

    /// How a message ended.
    func fate(of message: Int) -> Fate {
        if !execution.messages[message].receives.isEmpty { return .received }
        return lost.contains(message) ? .lost : .inFlight
    }

    /// How a message ended, as far as the log goes.
    enum Fate: Hashable {
        case received, lost, inFlight
    }

    private static func execution(_ log: EventLog) throws(ContradictoryLog) -> Execution {
        do {
            return try Execution(log)
        } catch {
            throw .impossible(error)
        }
    }

    private static func ordered(_ log: EventLog) throws(ContradictoryLog) -> EventLog {
        do {
            return try EventLog.merged([log])
        } catch {
            throw .unordered(error)
        }
    }

    private static func isInOrder(_ execution: Execution) -> Bool {
        execution.messages.allSatisfy { message in
            guard let send = message.send, let sent = execution.logIndex(of: send) else {
                return true
            }
            return message.receives.allSatisfy { sent < (execution.logIndex(of: $0) ?? .max) }
        }
    }

    private static func dropped(in log: EventLog, _ execution: Execution) -> [Int: Int] {
        let places = log.events.indices.filter { log.events[$0].kind == .drop }
        let names = Set(places.compactMap { log.events[$0].message })
        // Of one name there may be several: each program has its own, and what comes back is named after
        // what went out.
        var byName: [String: [Int]] = [:]
        for (number, message) in execution.messages.enumerated()
        where message.send != nil && names.contains(message.name) {
            byName[message.name, default: []].append(number)
        }
        var dropped: [Int: Int] = [:]
        for place in places {
            let event = log.events[place]
            dropped[place] = byName[event.message ?? ""]?.first { number in
                guard let send = execution.messages[number].send,
                    let sent = execution.logIndex(of: send), sent < place
                else { return false }
                return event.peer == nil || event.peer == execution.processes[send.process]
            }
        }
        return dropped
    }
}
