/// One thing that happened at one node: a line of the event log.
public struct Event: Hashable, Codable, Sendable {
    /// What kinds of things happen, the same in every world.
    public enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
        /// A node began, for the first time.
        case start
        /// It sent a message, or asked a server for something.
        case send
        /// It got a message.
        case receive
        /// A message was lost, or refused by its receiver.
        case drop
        /// A timer fired.
        case timer
        /// It did a step of work of its own.
        case idle
        /// State was put to rest.
        case save
        /// What it was writing has come to rest, and it was reminded.
        case written
        /// What it was writing could not be put to rest, and it was reminded.
        case refused
        /// It died.
        case crash
        /// It began again after a death.
        case recover
        /// It told the watcher something.
        case output
        /// A remark, for people.
        case note
        /// It ended by its own will.
        case halt
    }

    /// When, in nanoseconds since the run began.
    public var time: Int
    /// Where: the node's name.
    public var node: String
    /// Which life of the node, from 0.
    public var incarnation: Int
    /// What.
    public var kind: Kind
    /// Pairs a receive with its send.
    public var message: String?
    /// The other side of a send or receive.
    public var peer: String?
    /// Over what it travelled.
    public var link: String?
    /// A few words for people.
    public var text: String?
    /// Of a crash inside a handler: how many of the handler's effects had taken place.
    public var effects: Int?
    /// Of a handler call: a digest of the node's state after it, in hexadecimal digits.
    public var state: String?
    /// The node's vector clock after the event.
    public var clock: VectorClock?

    /// An event; what is not known stays out of the log.
    public init(
        time: Int,
        node: String,
        incarnation: Int = 0,
        kind: Kind,
        message: String? = nil,
        peer: String? = nil,
        link: String? = nil,
        text: String? = nil,
        effects: Int? = nil,
        state: String? = nil,
        clock: VectorClock? = nil
    ) {
        self.time = time
        self.node = node
        self.incarnation = incarnation
        self.kind = kind
        self.message = message
        self.peer = peer
        self.link = link
        self.text = text
        self.effects = effects
        self.state = state
        self.clock = clock
    }

    /// Whether it happened at its node, which then knows of it.
    ///
    /// What the world remarks did not: that a message was lost, that a fault landed. Such events count in no
    /// clock.
    public var isOfProcess: Bool {
        switch kind {
        case .drop, .note: false
        case .start, .send, .receive, .timer, .idle, .save, .written, .refused, .crash, .recover,
            .output, .halt:
            true
        }
    }
}
