/// Why steps cannot have happened the way they are given.
public enum ImpossibleExecution: Error, Hashable, Sendable {
    /// An event, as people find it.
    public struct Place: Hashable, Sendable, CustomStringConvertible {
        /// The process's name.
        public let process: String
        /// Which of its events, from 1.
        public let number: Int
        /// The line of the event log, from 1, if there is one.
        public let line: Int?

        init(_ point: EventPoint, _ processes: [String], logIndex: Int? = nil) {
            process = processes[point.process]
            number = point.index + 1
            // The header is line 1.
            line = logIndex.map { $0 + 2 }
        }

        /// `event 2 of P`, or `line 7 (event 2 of P)`.
        public var description: String {
            let event = "event \(number) of \(process)"
            return line.map { "line \($0) (\(event))" } ?? event
        }
    }

    /// A receipt that comes, in the end, before the send of its own message.
    public struct Wait: Hashable, Sendable {
        /// The message's name.
        public let message: String
        /// Where it is received.
        public let receive: Place
        /// Where it is sent.
        public let send: Place
    }

    /// There are not as many names of processes as lists of events.
    case processCount(names: Int, lists: Int)
    /// Two processes have one name.
    case sameName(String)
    /// The numbers of messages do not go from 0 without a gap: this one is too many, or missing.
    case messageNumber(Int)
    /// A message is sent by two events.
    case sentTwice(message: String, first: Place, second: Place)
    /// A message is received, and nobody sends it.
    case neverSent(message: String, receive: Place)
    /// These receipts wait for each other: each one's message is sent by the next one's process, behind
    /// the next receipt, and the last one's by the first.
    case circle([Wait])
}

extension ImpossibleExecution: CustomStringConvertible {
    /// One line, with what to mend.
    public var description: String {
        switch self {
        case .processCount(let names, let lists):
            "\(names) names of processes, \(lists) lists of events: give one list for each name"
        case .sameName(let name):
            "two processes are called \(name): give each a name of its own"
        case .messageNumber(let number):
            "message \(number) is missing, or beyond one that is: number them from 0, without a gap"
        case .sentTwice(let message, let first, let second):
            "\(second): \(message) is sent again, after \(first): a message has one send"
        case .neverSent(let message, let receive):
            "\(receive): \(message) is received, and nobody sends it"
        case .circle(let waits):
            waits.map { "\($0.receive): \($0.message) is received before \($0.send) can send it" }
                .joined(separator: "; ")
        }
    }
}
