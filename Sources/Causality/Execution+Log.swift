extension Execution {
    /// What an event log says that happened.
    ///
    /// A node is one process with all its lives. Its processes are those that the header names, in that
    /// order, then those that only events name. What the world remarks (`drop` and `note`) is no event of a
    /// process: nobody there knows of it, as it counts in no clock.
    ///
    /// A message is known by its name and its sender. A receipt whose message nobody here sends came from
    /// outside, and causes of it are not known.
    ///
    /// - Throws: `ImpossibleExecution` with lines of the log, if a message is sent twice, or events would
    ///   have to happen before themselves.
    /// - Complexity: O(events).
    public init(_ log: EventLog) throws(ImpossibleExecution) {
        var reading = LogReading(log)
        try reading.readSends()
        reading.readReceives()
        try self.init(
            reading.processes,
            reading.steps,
            reading.messages,
            logIndices: reading.logIndices,
            logPoints: reading.logPoints
        )
    }

    /// Which event of the log an event is, as an index into `EventLog.events`; nil without a log.
    public func logIndex(of point: EventPoint) -> Int? {
        logIndices.isEmpty ? nil : logIndices[point.process][point.index]
    }

    /// Where the event of the log with this index stands; nil for remarks of the world, and without a log.
    public func point(logIndex: Int) -> EventPoint? {
        logPoints.isEmpty ? nil : logPoints[logIndex]
    }
}

/// A log on its way to an execution.
private struct LogReading {
    private let events: [Event]
    private(set) var processes: [String] = []
    private(set) var steps: [[Execution.Step]] = []
    private(set) var messages: [Execution.Message] = []
    private(set) var logIndices: [[Int]] = []
    private(set) var logPoints: [EventPoint?] = []
    private var indices: [String: Int] = [:]
    private var table = MessageTable()

    /// Lays out the events by process.
    init(_ log: EventLog) {
        events = log.events
        logPoints.reserveCapacity(events.count)
        for name in log.header.nodes ?? [] { _ = process(name) }
        for (logIndex, event) in events.enumerated() {
            guard event.isOfProcess else {
                logPoints.append(nil)
                continue
            }
            let process = process(event.node)
            logPoints.append(EventPoint(process: process, index: steps[process].count))
            steps[process].append(.local)
            logIndices[process].append(logIndex)
        }
    }

    private mutating func process(_ name: String) -> Int {
        if let index = indices[name] { return index }
        indices[name] = processes.count
        processes.append(name)
        steps.append([])
        logIndices.append([])
        return processes.count - 1
    }

    /// Sends come first: in the log of a run that went wrong a receipt may stand above its send.
    mutating func readSends() throws(ImpossibleExecution) {
        for (event, point) in zip(events, logPoints) where event.kind == .send {
            guard let name = event.message, let point else { continue }
            if let first = table.add(messages.count, name: name, sender: event.node),
                let send = messages[first].send
            {
                throw .sentTwice(message: name, first: place(of: send), second: place(of: point))
            }
            steps[point.process][point.index] = .send(message: messages.count)
            messages.append(Execution.Message(name: name, send: point))
        }
    }

    mutating func readReceives() {
        for (event, point) in zip(events, logPoints) where event.kind == .receive {
            guard let name = event.message, let point else { continue }
            let message = message(name, from: event.peer)
            steps[point.process][point.index] = .receive(message: message)
            messages[message].receives.append(point)
        }
        for message in messages.indices where messages[message].receives.count > 1 {
            messages[message].receives.sort()
        }
    }

    private mutating func message(_ name: String, from sender: String?) -> Int {
        if let known = table.find(name: name, sender: sender) { return known }
        _ = table.add(messages.count, name: name, sender: sender ?? "")
        messages.append(Execution.Message(name: name))
        return messages.count - 1
    }

    private func place(of point: EventPoint) -> ImpossibleExecution.Place {
        .init(point, processes, logIndex: logIndices[point.process][point.index])
    }
}
