/// Aligns the barriers of a checkpoint at one node that has several channels to read from.
///
/// A node that gets a barrier from one channel blocks that channel until the barrier has come from all of
/// them (Carbone et al., *Lightweight Asynchronous Snapshots for Distributed Dataflows*, 2015, section 4.2):
/// what came before the barriers is in the state then, and nothing of what came behind them.
///
/// A value that knows nothing of messages or files. Its owner says which barrier came from where, holds back
/// what comes from blocked channels, and saves when it is told that all are aligned. Departures from the
/// paper: checkpoints have names, so that a barrier that comes twice, late or in between is told apart; and
/// an alignment can be given up (``reset()``), for a recovery or for a checkpoint that was aborted.
public struct Alignment<Channel: Hashable & Codable & Sendable & Comparable>: Hashable, Codable,
    Sendable
{
    /// What follows from a barrier.
    public enum Verdict: Hashable, Codable, Sendable {
        /// Nothing may be taken from this channel until all are aligned.
        case block(channel: Channel)
        /// All channels have delivered the barrier: save the state, send the barrier on, and then take from
        /// these channels again, in this order. The channel whose barrier came last was never blocked.
        case aligned(unblock: [Channel])
        /// The channel has delivered this barrier before; nothing has changed.
        case repeated(channel: Channel)
        /// Another checkpoint is being aligned; nothing has changed. If the barrier's is the newer one, the
        /// other was given up: `reset`, and take the barrier again.
        case otherIsAligning(checkpoint: CheckpointName)
        /// This checkpoint, or a newer one, is over here, aligned or given up; nothing has changed. (The last
        /// one of a job is tried until it succeeds: it may begin again under its name.)
        case outdated(newest: CheckpointName)
        /// There is no such channel; nothing has changed.
        case unknownChannel(channel: Channel)
    }

    /// The channels, in order.
    public let channels: [Channel]
    /// The checkpoint whose barriers have begun to come; nil when no channel is blocked.
    public private(set) var aligning: CheckpointName?
    /// The newest checkpoint that is over here: aligned, or given up.
    public private(set) var newest: CheckpointName?
    /// The channels that are blocked, in the order in which their barriers came.
    public private(set) var blocked: [Channel] = []

    /// A node that reads from these channels, each once, at least one.
    public init(channels: [Channel]) {
        self.channels = channels.sorted()
        precondition(!channels.isEmpty, "a node without channels has nothing to align")
        let repeated = zip(self.channels, self.channels.dropFirst()).first { $0.0 == $0.1 }
        precondition(repeated == nil, "channel \(repeated.map { "\($0.0)" } ?? "") comes twice")
    }

    /// The channels whose barriers are waited for, in order; none when nothing is being aligned.
    public var waitingFor: [Channel] {
        aligning == nil ? [] : channels.filter { !blocked.contains($0) }
    }

    /// Whether nothing may be taken from this channel now.
    public func isBlocked(_ channel: Channel) -> Bool { blocked.contains(channel) }

    /// Takes the barrier of a checkpoint that a channel has delivered.
    public mutating func take(barrier: CheckpointName, from channel: Channel) -> Verdict {
        guard channels.contains(channel) else { return .unknownChannel(channel: channel) }
        if let aligning, aligning != barrier { return .otherIsAligning(checkpoint: aligning) }
        if let newest, barrier < newest || barrier == newest && !barrier.isLast {
            return .outdated(newest: newest)
        }
        if isBlocked(channel) { return .repeated(channel: channel) }
        guard blocked.count + 1 == channels.count else {
            aligning = barrier
            blocked.append(channel)
            return .block(channel: channel)
        }
        newest = barrier
        return .aligned(unblock: unblock())
    }

    /// Gives up what is being aligned; barriers of it that still come are outdated.
    ///
    /// - Returns: The channels to take from again, in this order.
    public mutating func reset() -> [Channel] {
        newest = aligning ?? newest
        return unblock()
    }

    private mutating func unblock() -> [Channel] {
        let channels = blocked
        blocked = []
        aligning = nil
        return channels
    }
}
