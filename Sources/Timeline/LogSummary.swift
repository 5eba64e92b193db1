import Causality

/// What a log tells, in numbers.
public struct LogSummary: Hashable, Codable, Sendable {
    /// What a node did.
    public struct Node: Hashable, Codable, Sendable {
        /// Its name.
        public let name: String
        /// How many events of it there are.
        public internal(set) var events = 0
        /// How often it began.
        public internal(set) var lives = 0
        /// How many messages it sent.
        public internal(set) var sent = 0
        /// How many it received; one that came twice is counted twice.
        public internal(set) var received = 0
        /// How often it put state to rest.
        public internal(set) var saves = 0
        /// How often it died.
        public internal(set) var crashes = 0
    }

    /// What ran.
    public let system: String
    /// The last time in the log, in nanoseconds since the run began.
    public let nanoseconds: Int
    /// How many events of nodes there are.
    public let events: Int
    /// How many remarks there are, which are no events: drops and notes.
    public let remarks: Int
    /// The nodes.
    public let nodes: [Node]
    /// How many messages were sent.
    public let sent: Int
    /// How many of them were received.
    public let received: Int
    /// How many of them were received more than once by one node.
    public let doubled: Int
    /// How many of them were dropped, and never received.
    public let lost: Int
    /// How many of them did not end in the log: in flight, or lost without a word.
    public let inFlight: Int
    /// How many messages were received whose send is not in the log.
    public let unknown: Int
    /// How many deaths there were.
    public let crashes: Int

    /// Counts.
    ///
    /// - Complexity: O(events).
    public init(_ linked: LinkedLog) {
        let execution = linked.execution
        system = linked.log.header.system
        nanoseconds = linked.log.events.lazy.map(\.time).max() ?? 0
        events = execution.eventCount
        remarks = linked.log.events.count - execution.eventCount
        nodes = Self.nodes(linked)
        var counts = (sent: 0, received: 0, doubled: 0, lost: 0, inFlight: 0, unknown: 0)
        for (number, message) in execution.messages.enumerated() {
            guard message.send != nil else {
                counts.unknown += 1
                continue
            }
            counts.sent += 1
            // One that is meant for several processes is not doubled.
            let pairs = zip(message.receives, message.receives.dropFirst())
            if pairs.contains(where: { $0.process == $1.process }) { counts.doubled += 1 }
            switch linked.fate(of: number) {
            case .received: counts.received += 1
            case .lost: counts.lost += 1
            case .inFlight: counts.inFlight += 1
            }
        }
        (sent, received, doubled, lost, inFlight, unknown) = counts
        crashes = nodes.reduce(0) { $0 + $1.crashes }
    }

    /// `34 events, 8 messages sent, 5 received, …`.
    public var sentence: String {
        let (events, sent) = (Self.count(events, "event"), Self.count(sent, "message"))
        return "\(events), \(sent) sent, \(received) received, \(lost) lost, "
            + "\(inFlight) in flight at the end, \(Self.count(crashes, "crash", "crashes"))"
    }

    /// `1 event`, `2 events`.
    static func count(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        count == 1 ? "1 \(one)" : "\(count) \(many ?? one + "s")"
    }

    private static func nodes(_ linked: LinkedLog) -> [Node] {
        var nodes = linked.nodes.map { Node(name: $0) }
        for (place, event) in linked.log.events.enumerated() {
            guard let point = linked.execution.point(logIndex: place) else { continue }
            let node = point.process
            nodes[node].events += 1
            switch event.kind {
            case .start, .recover: nodes[node].lives += 1
            case .send: nodes[node].sent += 1
            case .receive: nodes[node].received += 1
            case .save, .written: nodes[node].saves += 1
            case .crash: nodes[node].crashes += 1
            case .timer, .idle, .refused, .output, .halt, .drop, .note: break
            }
        }
        return nodes
    }
}
