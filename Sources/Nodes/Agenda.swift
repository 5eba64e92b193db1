/// What a node has asked for and still waits for; it dies with the node.
public struct Agenda<Words: Vocabulary>: Hashable, Sendable {
    /// A timer that is armed.
    public struct Reminder: Hashable, Sendable {
        /// What makes it fire.
        public enum Trigger: Hashable, Sendable {
            /// Time: after so many nanoseconds from its arming.
            case after(nanoseconds: ClosedRange<Int>)
            /// The end of that node's life.
            case end(of: NodeID)
            /// Nothing more: the life that was watched has ended.
            case now
        }

        /// Which.
        public let timer: Words.Timer
        /// What makes it fire.
        public fileprivate(set) var trigger: Trigger

        /// Whether it may fire in a world without time.
        public var mayFire: Bool {
            switch trigger {
            case .after, .now: true
            case .end: false
            }
        }
    }

    /// What is being put to rest beside the node's work.
    public struct Write: Hashable, Sendable {
        /// What.
        public let value: Words.Saved
        /// Under which name.
        public let name: String
        /// The reminder when it is durable.
        public let then: Words.Timer
        /// The reminder if it is refused.
        public let otherwise: Words.Timer
    }

    /// The armed timers, in the order of their arming.
    public private(set) var reminders: [Reminder] = []
    /// The writes under way, oldest first.
    public private(set) var writes: [Write] = []
    /// The senders whose streams are held back, by index.
    public private(set) var paused: [NodeID] = []
    /// Whether it wants to be called when nothing waits.
    public var wantsIdle = false

    /// Nothing.
    public init() {}

    /// Arms a timer, in place of an earlier arming.
    public mutating func arm(_ timer: Words.Timer, on trigger: Reminder.Trigger) {
        disarm(timer)
        reminders.append(Reminder(timer: timer, trigger: trigger))
    }

    /// Forgets a timer.
    public mutating func disarm(_ timer: Words.Timer) {
        reminders.removeAll { $0.timer == timer }
    }

    /// Makes the timers due that wait for the end of a node's life, but for those whose watch has yet to begin.
    public mutating func noteEnd(of node: NodeID, except later: [Words.Timer] = []) {
        for place in reminders.indices where reminders[place].trigger == .end(of: node) {
            if !later.contains(reminders[place].timer) { reminders[place].trigger = .now }
        }
    }

    /// Begins a write, after those that are under way.
    public mutating func begin(_ write: Write) { writes.append(write) }

    /// Takes the oldest write off the list.
    public mutating func takeWrite() -> Write? { writes.isEmpty ? nil : writes.removeFirst() }

    /// Holds back what comes over the stream from a sender.
    public mutating func pause(_ sender: NodeID) {
        let place = paused.firstIndex { $0 >= sender } ?? paused.endIndex
        if place == paused.endIndex || paused[place] != sender { paused.insert(sender, at: place) }
    }

    /// Lets it come again.
    public mutating func resume(_ sender: NodeID) {
        paused.removeAll { $0 == sender }
    }
}
