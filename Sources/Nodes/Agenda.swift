/// What a node has asked for and still waits for; it dies with the node.
public struct Agenda<Words: Vocabulary>: Hashable, Sendable {
    /// A timer that is armed.
    public struct Reminder: Hashable, Sendable {
        /// Which.
        public let timer: Words.Timer
        /// After how many nanoseconds, from its arming, it may fire.
        public let afterNanoseconds: ClosedRange<Int>
    }

    /// The armed timers, in the order of their arming.
    public private(set) var reminders: [Reminder] = []
    /// The senders whose streams are held back, by index.
    public private(set) var paused: [NodeID] = []
    /// Whether it wants to be called when nothing waits.
    public var wantsIdle = false

    /// Nothing.
    public init() {}

    /// Arms a timer, in place of an earlier arming.
    public mutating func arm(_ timer: Words.Timer, afterNanoseconds: ClosedRange<Int>) {
        disarm(timer)
        reminders.append(Reminder(timer: timer, afterNanoseconds: afterNanoseconds))
    }

    /// Forgets a timer.
    public mutating func disarm(_ timer: Words.Timer) {
        reminders.removeAll { $0.timer == timer }
    }

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
