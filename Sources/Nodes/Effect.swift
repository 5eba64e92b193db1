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
    /// Hold back what comes over the stream from there.
    case pause(NodeID)
    /// Let it come again.
    case resume(NodeID)
    /// Start that node, if it does not live.
    case launch(NodeID)
    /// End that node, if it lives.
    case kill(NodeID)
    /// An entry of a durable input was read. (No effect on the world; it marks progress.)
    case read(String, cursor: Int)
    /// Call `idle` when nothing waits.
    case wantIdle
    /// Tell whoever watches.
    case emit(Words.Output)
    /// End me, for good.
    case halt
}
