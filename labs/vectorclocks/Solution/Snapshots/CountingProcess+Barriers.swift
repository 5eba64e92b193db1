import Checkpointing
import Nodes

// The snapshot of lab 2, for comparison: marks in the streams (Carbone et al., "Lightweight Asynchronous Snapshots
// for Distributed Dataflows", 2015, section 4.1).
extension CountingProcess {
    /// The coordinator wants a snapshot: who reads saves its cursor, and then marks its streams.
    mutating func sendBarriers(of snapshot: Int, _ effects: inout Effects<Snapshots>) {
        guard case .mapper = program else { return }
        checkpoint(into: snapshot, &effects)
        for reducer in setup.reducers {
            let barrier = Snapshots.Message.barrier(snapshot: snapshot, recovery: recovery)
            effects.send(barrier, to: reducer, over: setup.link)
        }
    }

    /// A stream has come to its mark: it is held back until all have.
    mutating func align(
        _ snapshot: Int,
        from sender: NodeID,
        _ effects: inout Effects<Snapshots>
    ) {
        guard var alignment else { return }
        switch alignment.take(
            barrier: CheckpointName(snapshot, recovery: recovery),
            from: sender
        ) {
        case .block: effects.pause(sender)
        case .aligned(let blocked):
            checkpoint(into: snapshot, &effects)
            for channel in blocked { effects.resume(channel) }
        case .repeated, .otherIsAligning, .outdated, .unknownChannel:
            break  // The coordinator takes one snapshot after another.
        }
        self.alignment = alignment
    }
}
