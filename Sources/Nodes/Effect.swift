/// One thing that a handler asked of the world.
public enum Effect<Words: Vocabulary>: Hashable, Sendable {
    /// Let a message travel.
    case send(Words.Message, to: NodeID, over: Link)
    /// Remind me, after so many nanoseconds; arming an armed timer moves it.
    case arm(Words.Timer, afterNanoseconds: ClosedRange<Int>)
    /// Do not remind me.
    case disarm(Words.Timer)
    /// Put this to rest under that name.
    case save(Words.Saved, as: String)
    /// Put this to rest under that name while I go on, and remind me: of the first timer when it is durable,
    /// of the second if it cannot be.
    case write(Words.Saved, as: String, then: Words.Timer, otherwise: Words.Timer)
    /// Remind me when the life of that node has ended.
    case watch(NodeID, Words.Timer)
    /// Hold back what comes over the stream from there.
    case pause(NodeID)
    /// Let it come again.
    case resume(NodeID)
    /// Start that node, if it does not live.
    case launch(NodeID)
    /// End that node, if it lives.
    case kill(NodeID)
    /// An entry of a durable input was read, or a file up to there. (It marks progress, and no more.)
    case read(String, cursor: Int)
    /// Call `idle` when nothing waits.
    case wantIdle
    /// Tell whoever watches.
    case emit(Words.Output)
    /// End me, for good.
    case halt
}
