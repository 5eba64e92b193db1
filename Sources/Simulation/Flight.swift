import Causality
import Nodes

/// A message on its way in a simulated run.
struct Flight<Words: Vocabulary> {
    let message: Words.Message
    let sender: NodeID
    let receiver: NodeID
    let link: Link
    /// The lives it goes between: it reaches these or nobody.
    let senderIncarnation: Int
    let receiverIncarnation: Int
    /// As which of its sender's messages, from 1.
    let number: Int
    /// What its sender knew; kept only for a log.
    let clock: VectorClock?

    var id: MessageID {
        MessageID(sender: sender, incarnation: senderIncarnation, number: number)
    }

    var envelope: Envelope<Words> {
        Envelope(sender: sender, receiver: receiver, link: link, message: message)
    }
}
