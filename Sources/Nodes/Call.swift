/// What a node is told: one call of one handler.
public enum Call<Words: Vocabulary>: Hashable, Sendable {
    /// It begins.
    case start
    /// It has a message.
    case receive(Words.Message, from: NodeID)
    /// A timer is due.
    case fire(Words.Timer)
    /// Nothing waits, and it asked.
    case idle
}
