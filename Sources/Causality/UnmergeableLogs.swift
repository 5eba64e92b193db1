/// Why several logs cannot be those of one run.
public enum UnmergeableLogs: Error, Hashable, Sendable {
    /// An event, as people find it.
    public struct Place: Hashable, Sendable, CustomStringConvertible {
        /// What the log is called.
        public let log: String
        /// The line, from 1; the header is line 1.
        public let line: Int
        /// What stands there.
        public let event: Event

        /// `a.jsonl, line 4 (M: send M.0.1)`.
        public var description: String {
            let words = [event.kind.rawValue, event.message].compactMap(\.self)
            return "\(log), line \(line) (\(event.node): \(words.joined(separator: " ")))"
        }
    }

    /// An event that cannot come before the send of its message, and does.
    public struct Wait: Hashable, Sendable {
        /// The receipt, or the loss.
        public let event: Place
        /// The send that it waits for.
        public let send: Place
    }

    /// There is no log.
    case none
    /// Two logs are of different systems.
    case systems(log: String, system: String, otherLog: String, otherSystem: String)
    /// One life of a node is in two logs.
    case sameLife(node: String, incarnation: Int, log: String, otherLog: String)
    /// A clock has entries, and the log's header does not say whose.
    case unnamedClock(Place)
    /// A message is sent by two events.
    case sentTwice(first: Place, second: Place)
    /// Each of these waits for a send that stands behind the next one, and the last for one behind the first.
    case circle([Wait])
}

extension UnmergeableLogs: CustomStringConvertible {
    /// One line: where, what, and what to do about it.
    public var description: String {
        switch self {
        case .none: "there is no log to merge: name at least one"
        case .systems(let log, let system, let otherLog, let otherSystem):
            "\(log) is of \(system), \(otherLog) of \(otherSystem): merge logs of one run"
        case .sameLife(let node, let incarnation, let log, let otherLog):
            "life \(incarnation) of \(node) is in \(log) and in \(otherLog): leave out one of them"
        case .unnamedClock(let place):
            "\(place): a clock has entries for nodes that the header does not name: "
                + "add the list \"nodes\" to the header"
        case .sentTwice(let first, let second):
            "\(second): sent again, after \(first): a message has one send"
        case .circle(let waits):
            "these wait for each other: "
                + waits.map { "\($0.event) for \($0.send)" }.joined(separator: "; ")
        }
    }
}
