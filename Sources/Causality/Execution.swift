/// What happened at several processes: the events of each in their order, and which message goes from
/// which event to which.
///
/// This is the message graph, and the only thing that happens-before is read from: an event happens before
/// the next one of its process, a send before each receipt of its message, and so on along every path
/// (Lamport 1978, section 1). No clock takes part. Clocks are worked out from it, and compared with it.
///
/// Messages may overtake each other, be lost (nobody receives them) or be on their way still, which nobody
/// at a process can tell apart; one that a network has doubled is received several times by its receiver, and
/// one that is meant for several processes once by each.
public struct Execution: Hashable, Sendable {
    /// What an event is.
    public enum Step: Hashable, Sendable {
        /// Nothing that others take part in.
        case local
        /// A message leaves.
        case send(message: Int)
        /// A message arrives.
        case receive(message: Int)
    }

    /// A message, with its ends.
    public struct Message: Hashable, Sendable {
        /// What people call it.
        public var name: String
        /// Where it was sent; nil if it came from outside of what is known here.
        public var send: EventPoint?
        /// Where it was received, by process and then in order; empty if it was lost or is in flight.
        public var receives: [EventPoint] = []
    }

    /// The processes' names.
    public let processes: [String]
    /// The events of each process, in order.
    public let steps: [[Step]]
    /// All messages.
    public let messages: [Message]
    /// Of an execution that was read from an event log: which of the log's events an event is.
    let logIndices: [[Int]]
    /// The same from the other side: by the log's events.
    let logPoints: [EventPoint?]

    /// An execution of these steps.
    ///
    /// - Parameters:
    ///   - processes: The processes' names, each different from the others.
    ///   - steps: The events of each process, in order. Messages are numbered from 0 without a gap; one is
    ///     sent once, and received any number of times.
    ///   - messageNames: What people call the messages; those without a name are called by their number.
    /// - Throws: `ImpossibleExecution` if nothing could have happened this way.
    /// - Complexity: O(events + messages).
    public init(
        processes: [String],
        steps: [[Step]],
        messageNames: [String] = []
    ) throws(ImpossibleExecution) {
        guard processes.count == steps.count else {
            throw .processCount(names: processes.count, lists: steps.count)
        }
        var known: Set<String> = []
        for name in processes where !known.insert(name).inserted { throw .sameName(name) }
        var messages = try Self.named(messageNames, steps)
        for (process, list) in steps.enumerated() {
            for (index, step) in list.enumerated() {
                let point = EventPoint(process: process, index: index)
                switch step {
                case .local: break
                case .send(let message):
                    if let first = messages[message].send {
                        throw .sentTwice(
                            message: messages[message].name,
                            first: .init(first, processes),
                            second: .init(point, processes)
                        )
                    }
                    messages[message].send = point
                case .receive(let message): messages[message].receives.append(point)
                }
            }
        }
        for (number, message) in messages.enumerated() where message.send == nil {
            guard let receive = message.receives.first else { throw .messageNumber(number) }
            throw .neverSent(message: message.name, receive: .init(receive, processes))
        }
        try self.init(processes, steps, messages, logIndices: [], logPoints: [])
    }

    /// An execution whose messages agree with its steps; what is checked is that it has no circle.
    init(
        _ processes: [String],
        _ steps: [[Step]],
        _ messages: [Message],
        logIndices: [[Int]],
        logPoints: [EventPoint?]
    ) throws(ImpossibleExecution) {
        self.processes = processes
        self.steps = steps
        self.messages = messages
        self.logIndices = logIndices
        self.logPoints = logPoints
        let reached = walk { _ in }
        if let stuck = reached.indices.first(where: { reached[$0] < steps[$0].count }) {
            throw .circle(circle(from: stuck, reached))
        }
    }

    /// How many events there are.
    public var eventCount: Int { steps.reduce(0) { $0 + $1.count } }

    /// All events, process by process.
    public var points: [EventPoint] {
        steps.enumerated().flatMap { process, list in
            list.indices.map { EventPoint(process: process, index: $0) }
        }
    }

    /// What an event is.
    public subscript(point: EventPoint) -> Step { steps[point.process][point.index] }

    /// The messages without their ends.
    private static func named(
        _ names: [String],
        _ steps: [[Step]]
    ) throws(ImpossibleExecution) -> [Message] {
        let numbers = steps.joined().compactMap { step in
            switch step {
            case .local: nil as Int?
            case .send(let message), .receive(let message): message
            }
        }
        // Checked before there is room for them: a number may be anything.
        if let wrong = numbers.first(where: { !numbers.indices.contains($0) }) {
            throw .messageNumber(wrong)
        }
        let count = (numbers.max() ?? -1) + 1
        return (0..<count).map { number in
            Message(name: number < names.count ? names[number] : "\(number)")
        }
    }

    /// Visits the events in an order that respects happens-before.
    ///
    /// Each process goes as far as it can, the one with the lowest index first. There is no recursion, since
    /// a chain of causes may be a million events long.
    ///
    /// - Returns: How many events of each process were visited; fewer than all behind a circle.
    @discardableResult
    func walk(_ visit: (EventPoint) -> Void) -> [Int] {
        var reached = Array(repeating: 0, count: steps.count)
        // Who waits for a message: a list through the processes, each of which waits for one at most.
        var firstWaiter = Array(repeating: -1, count: messages.count)
        var nextWaiter = Array(repeating: -1, count: steps.count)
        var ready = Array(steps.indices.reversed())
        while let process = ready.popLast() {
            run: while reached[process] < steps[process].count {
                let point = EventPoint(process: process, index: reached[process])
                switch self[point] {
                case .local: break
                case .send(let message):
                    while firstWaiter[message] >= 0 {
                        let waiter = firstWaiter[message]
                        firstWaiter[message] = nextWaiter[waiter]
                        ready.append(waiter)
                    }
                case .receive(let message):
                    if let send = messages[message].send, reached[send.process] <= send.index {
                        nextWaiter[process] = firstWaiter[message]
                        firstWaiter[message] = process
                        break run
                    }
                }
                visit(point)
                reached[process] += 1
            }
        }
        return reached
    }

    /// Receipts that wait for each other, found by going from one that waits to the next.
    private func circle(from stuck: Int, _ reached: [Int]) -> [ImpossibleExecution.Wait] {
        var seen: [Int] = []
        var waits: [ImpossibleExecution.Wait] = []
        var process = stuck
        while !seen.contains(process) {
            let receive = EventPoint(process: process, index: reached[process])
            guard case .receive(let message) = self[receive], let send = messages[message].send
            else { preconditionFailure("\(receive) is stuck, and waits for nothing") }
            seen.append(process)
            waits.append(
                .init(
                    message: messages[message].name,
                    receive: place(of: receive),
                    send: place(of: send)
                )
            )
            process = send.process
        }
        let start = seen.firstIndex(of: process) ?? 0
        return Array(waits[start...])
    }

    private func place(of point: EventPoint) -> ImpossibleExecution.Place {
        .init(point, processes, logIndex: logIndex(of: point))
    }
}
