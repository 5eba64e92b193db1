import Nodes

/// What has arrived at a node and waits for its turn.
enum Arrival<Words: Vocabulary> {
    case message(Words.Message, MessageID, Link)
    case timer(Words.Timer)
}
