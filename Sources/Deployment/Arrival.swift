import Nodes

/// What has arrived at a node and waits for its turn.
enum Arrival<Words: Vocabulary> {
    case message(Words.Message, MessageID, Link)
    /// A timer that is due; if it waited for the end of a life, of which.
    case timer(Words.Timer, ended: Life?)
    /// A save beside the node's work that is ready to take place.
    case commit
    /// One that has ended, and has changed nothing.
    case unwritten(SaveWriter.Outcome)

    /// Whether it is a timer that time alone has made due.
    var isTimer: Bool {
        switch self {
        case .timer(_, let ended): ended == nil
        case .message, .commit, .unwritten: false
        }
    }
}
