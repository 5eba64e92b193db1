import Messaging
import Nodes
import Text

/// What the nodes say, in the words of the classic course, and back.
///
/// The course has no word for three things: that a part of a checkpoint found no room, that it cannot be read,
/// and that the input is bad. Our own workers tell these to the process that started them, in which the
/// coordinator lives (`ClassicReport`); a program of somebody else can only end.
enum ClassicTranslation {
    /// More than this in one message is no count of words in a file.
    static let countMax = 1 << 40

    /// A message in the course's words; nil if it has none, and for counts, of which each word is a message.
    static func body(of message: Pipeline.Message) -> ClassicMessage.Body? {
        switch message {
        case .heartbeat: .heartbeat
        case .checkpoint(let id, let recovery): .checkpoint(checkpoint: id, recovery: recovery)
        case .forwardedCheckpoint(let id, let recovery):
            .forwardedCheckpoint(checkpoint: id, recovery: recovery)
        case .checkpointAcknowledged(let id, let recovery):
            .checkpointAcknowledgement(checkpoint: id, recovery: recovery)
        case .lastCheckpointAcknowledged(let recovery):
            .lastCheckpointAcknowledgement(checkpoint: Pipeline.last, recovery: recovery)
        case .recover(let checkpoint, let recovery):
            .recover(checkpoint: checkpoint, recovery: recovery)
        case .recoveryAcknowledged(let recovery): .recoveryAcknowledgement(recovery: recovery)
        case .done(let recovery): .done(recovery: recovery)
        case .exit: .exit
        case .counts, .checkpointRefused, .recoveryRefused, .failed: nil
        }
    }

    /// What a message means; nil for a count of words that is no count.
    ///
    /// - Parameters:
    ///   - body: What it says.
    ///   - known: The last recovery that its sender has acknowledged, for messages that may not say of
    ///     which one they are. That is the right one: a worker's datagrams come in order on one machine.
    /// - Returns: The message, as our nodes know it.
    static func message(_ body: ClassicMessage.Body, recovery known: Int) -> Pipeline.Message? {
        switch body {
        case .heartbeat: .heartbeat
        case .checkpoint(let id, let recovery): .checkpoint(id: id, recovery: recovery)
        case .forwardedCheckpoint(let id, let recovery):
            .forwardedCheckpoint(id: id, recovery: recovery)
        case .wordCount(let key, let value, let recovery):
            counts(key, value).map { .counts($0.packed(isSorted: false), recovery: recovery) }
        case .checkpointAcknowledgement(let id, let recovery):
            .acknowledgement(of: id, recovery ?? known)
        case .lastCheckpointAcknowledgement(_, let recovery):
            .lastCheckpointAcknowledged(recovery: recovery ?? known)
        case .exit: .exit
        case .done(let recovery): .done(recovery: recovery ?? known)
        case .recover(let checkpoint, let recovery):
            .recover(checkpoint: checkpoint, recovery: recovery)
        case .recoveryAcknowledgement(let recovery): .recoveryAcknowledged(recovery: recovery)
        }
    }

    /// One word and its count; nil for a count that no file can have.
    private static func counts(_ word: String, _ count: Int) -> WordCounts? {
        guard (1...countMax).contains(count) else { return nil }
        var counts = WordCounts()
        counts.add(Array(word.utf8), count: UInt64(count))
        return counts
    }
}
