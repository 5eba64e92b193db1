import Checkpointing
import Nodes
import Text

/// Adds up the counts of the words that are its own.
///
/// At a checkpoint it aligns: a channel whose marker has come is held back until the markers of all have.
/// What it holds then is what all mappers had read before their cursors, and nothing else; so no message
/// in flight is ever saved (Carbone et al., 2015, section 4.1).
struct Reducer: Node {
    let index: Int
    let setup: PipelineSetup
    private(set) var counts = WordCounts()
    private(set) var alignment: Alignment<NodeID>
    private(set) var lastCheckpointID = 0
    private(set) var lastRecoveryID = 0
    /// Whether it has begun again after a death, and does not know from where.
    private(set) var isWaiting = false
    /// The recovery whose counts it has added last; nil if none since it recovered itself.
    private(set) var countedRecoveryID: Int?

    init(index: Int, setup: PipelineSetup) {
        self.index = index
        self.setup = setup
        alignment = Alignment(channels: setup.mappers)
    }

    mutating func start(_ effects: inout Effects<Pipeline>) {
        effects.beatHeart(setup)
        effects.watch(PipelineSetup.coordinator, reminding: .ended(PipelineSetup.coordinator))
        isWaiting = effects.incarnation > 0 || setup.isResumed
    }

    mutating func receive(
        _ message: Pipeline.Message,
        from sender: NodeID,
        _ effects: inout Effects<Pipeline>
    ) {
        switch message {
        case .counts(let batch, let recovery): add(batch, recovery, &effects)
        case .forwardedCheckpoint(let id, let recovery): take(id, recovery, from: sender, &effects)
        case .recover(let checkpoint, let recovery): recover(to: checkpoint, recovery, &effects)
        case .exit: effects.halt()
        case .heartbeat, .checkpoint, .checkpointAcknowledged, .lastCheckpointAcknowledged,
            .checkpointRefused, .recoveryAcknowledged, .recoveryRefused, .done, .failed:
            break  // Not for a reducer.
        }
    }

    mutating func fire(_ timer: Pipeline.Timer, _ effects: inout Effects<Pipeline>) {
        switch timer {
        case .heartbeat: effects.beatHeart(setup)
        case .saved(let id, let recovery):
            guard recovery == lastRecoveryID else { return }
            lastCheckpointID = id
            if setup.variant != .acknowledgedBeforeSave {
                effects.tell(.acknowledgement(of: id, recovery))
            }
            if setup.isTalkative { effects.emit(.saved(checkpoint: id)) }
        case .notSaved(let id, let recovery):
            guard recovery == lastRecoveryID else { return }
            effects.tell(.checkpointRefused(id: id, recovery: recovery))
        case .ended: effects.halt()  // It is all over, and nobody was there to say so.
        case .checkpointDue, .overdue: break  // Not of a reducer.
        }
    }

    // MARK: Counting

    private mutating func add(
        _ batch: PackedCounts,
        _ recovery: Int,
        _ effects: inout Effects<Pipeline>
    ) {
        // Of a mapper that has not gone back yet: it will send all of it again.
        guard isOfNow(recovery) || setup.variant == .staleCounts else { return }
        counts.merge(batch)
        if setup.isTalkative, countedRecoveryID == nil {
            effects.emit(.counting(recovery: recovery))
        }
        countedRecoveryID = recovery
    }

    private func isOfNow(_ recovery: Int) -> Bool { !isWaiting && recovery == lastRecoveryID }

    // MARK: Checkpoints

    private mutating func take(
        _ id: Int,
        _ recovery: Int,
        from mapper: NodeID,
        _ effects: inout Effects<Pipeline>
    ) {
        guard isOfNow(recovery) else { return }
        let isFirst = alignment.aligning == nil
        switch alignment.take(barrier: CheckpointName(id, recovery: recovery), from: mapper) {
        case .block:
            if isFirst, setup.isTalkative { effects.emit(.aligning(checkpoint: id)) }
            if setup.variant == .noAlignment {
                if isFirst { save(id, &effects) }
            } else {
                effects.pause(mapper)
            }
        case .aligned(let blocked):
            if setup.variant != .noAlignment || blocked.isEmpty { save(id, &effects) }
            // What is written is the value of now, so that nobody needs to wait for the disk.
            for channel in blocked { effects.resume(channel) }
        case .repeated, .otherIsAligning, .outdated, .unknownChannel:
            break  // Not from a mapper of ours: one of somebody else may say a thing twice.
        }
    }

    private func save(_ id: Int, _ effects: inout Effects<Pipeline>) {
        if setup.variant == .acknowledgedBeforeSave {
            effects.tell(.acknowledgement(of: id, lastRecoveryID))
        }
        effects.write(
            .counts(counts, recovery: lastRecoveryID),
            as: Pipeline.name(of: id),
            then: .saved(checkpoint: id, recovery: lastRecoveryID),
            otherwise: .notSaved(checkpoint: id, recovery: lastRecoveryID)
        )
        if setup.isTalkative { effects.emit(.saving(checkpoint: id)) }
    }

    // MARK: Recovery

    private mutating func recover(
        to checkpoint: Int,
        _ recovery: Int,
        _ effects: inout Effects<Pipeline>
    ) {
        guard recovery > lastRecoveryID else { return }
        lastRecoveryID = recovery
        countedRecoveryID = nil
        for channel in alignment.reset() { effects.resume(channel) }
        // Markers of before are told by their recovery id: nothing else needs to be remembered of them.
        alignment = Alignment(channels: setup.mappers)
        guard let saved = Self.counts(of: checkpoint, effects) else {
            isWaiting = true
            let message = Pipeline.Message.recoveryRefused(
                checkpoint: checkpoint,
                recovery: recovery
            )
            return effects.tell(message)
        }
        counts = saved
        isWaiting = false
        lastCheckpointID = max(0, checkpoint)
        effects.tell(.recoveryAcknowledged(recovery: recovery))
        if setup.isTalkative {
            effects.emit(.recovered(checkpoint: checkpoint, recovery: recovery))
        }
    }

    /// - Returns: Nil if it cannot be read.
    private static func counts(
        of checkpoint: Int,
        _ effects: borrowing Effects<Pipeline>
    ) -> WordCounts? {
        guard checkpoint != Pipeline.beginning else { return WordCounts() }
        guard case .counts(let counts, _)? = try? effects.saved(Pipeline.name(of: checkpoint))
        else { return nil }
        return counts
    }

    var phase: String {
        if isWaiting { return "waiting" }
        return alignment.aligning != nil ? "aligning" : "counting"
    }
}
