import Messaging
import Nodes

/// The stream from one life of another node to us.
final class IncomingStream<Words: Vocabulary> {
    /// Bounds on what a fault that delays can make us hold.
    enum Limit {
        static var delayedMessagesMax: Int { 10_000 }
    }

    /// A message that has arrived and that a fault holds back.
    struct Delayed {
        let message: Words.Message
        let id: MessageID
        let dueAt: Int
    }

    let stream: ByteStream
    let incarnation: Int
    /// What a fault holds back, in order.
    var delayed: [Delayed] = []
    /// Comes when the first of them is due.
    var alarm: EventLoop.Alarm?

    init(_ stream: ByteStream, incarnation: Int) {
        self.stream = stream
        self.incarnation = incarnation
    }
}
