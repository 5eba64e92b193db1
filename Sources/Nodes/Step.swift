/// One thing that happens next in a system, as a world without a clock chooses it.
public struct Step<Words: Vocabulary>: Hashable, Sendable {
    /// What happens.
    public enum Action: Hashable, Sendable {
        /// A node that does not live begins.
        case begin(NodeID)
        /// A message arrives; if it is kept, as only a plain datagram can be, it can arrive again.
        case deliver(MessageID, isKept: Bool)
        /// A datagram is lost; an acknowledged one only if its sender has crashed.
        case drop(MessageID)
        /// An armed timer fires.
        case fire(NodeID, Words.Timer)
        /// A node that wants to does a step of its own work.
        case idle(NodeID)
        /// The oldest write of a node comes to rest, and the node is reminded.
        case finish(NodeID)
        /// The oldest write of a node is refused, and the node is reminded.
        case refuse(NodeID)
        /// A node dies between two handler calls.
        case crash(NodeID)
        /// What a node has saved under a name becomes unreadable.
        case damage(NodeID, String)
    }

    /// With this, and the name after it, the note of a damage begins in the event log.
    public static var damageMark: String { "damaged: " }

    /// What happens.
    public let action: Action
    /// After how many effects of the handler its node dies; nil if it does not.
    public let crashAfter: Int?

    /// That step.
    public init(_ action: Action, crashAfter: Int? = nil) {
        self.action = action
        self.crashAfter = crashAfter
    }
}
