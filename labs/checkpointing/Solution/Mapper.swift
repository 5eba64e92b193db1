import Nodes
import Text

/// Reads files, and sends the counts of their words to the reducers.
///
/// It can be sent back: all that it is, is how far it has read (`cursor`). At a checkpoint it puts the
/// cursor to rest and then passes the marker on; in each stream the marker so parts what was read before
/// the cursor from what was read after it (Carbone et al., "Lightweight Asynchronous Snapshots for
/// Distributed Dataflows", 2015, section 4.1).
struct Mapper: Node {
    /// What it is at.
    enum State: Hashable, Codable {
        /// It has begun again after a death, and does not know from where.
        case waiting
        /// It reads, or has come to the end of its stream.
        case reading
        /// The cursor is on its way to rest. The marker will stand where the cursor is, so that nothing
        /// may be read until it has been passed on.
        case saving(checkpoint: Int)
    }

    let index: Int
    let setup: PipelineSetup
    private(set) var state = State.reading
    private(set) var cursor = Cursor()
    private(set) var lastCheckpointID = 0
    private(set) var lastRecoveryID = 0
    /// Whether its stream is at its end.
    private(set) var isDone = false

    init(index: Int, setup: PipelineSetup) {
        self.index = index
        self.setup = setup
    }

    mutating func start(_ effects: inout Effects<Pipeline>) {
        effects.beatHeart(setup)
        effects.watch(PipelineSetup.coordinator, reminding: .ended(PipelineSetup.coordinator))
        // Whoever begins again would read from the first file on, and nobody would notice before the
        // coordinator has: an acknowledgement in between would be one of two lives.
        guard effects.incarnation == 0, !setup.isResumed else { return state = .waiting }
        effects.wantIdle()
    }

    mutating func receive(
        _ message: Pipeline.Message,
        from sender: NodeID,
        _ effects: inout Effects<Pipeline>
    ) {
        switch message {
        case .checkpoint(let id, let recovery): checkpoint(id, recovery, &effects)
        case .recover(let checkpoint, let recovery): recover(to: checkpoint, recovery, &effects)
        case .exit: effects.halt()
        case .heartbeat, .forwardedCheckpoint, .counts, .checkpointAcknowledged,
            .lastCheckpointAcknowledged, .checkpointRefused, .recoveryAcknowledged,
            .recoveryRefused, .done, .failed:
            break  // Not for a mapper.
        }
    }

    mutating func fire(_ timer: Pipeline.Timer, _ effects: inout Effects<Pipeline>) {
        switch timer {
        case .heartbeat: effects.beatHeart(setup)
        case .saved(let id, let recovery): ended(id, recovery, isSaved: true, &effects)
        case .notSaved(let id, let recovery): ended(id, recovery, isSaved: false, &effects)
        case .ended: effects.halt()  // It is all over, and nobody was there to say so.
        case .checkpointDue, .overdue: break  // Not of a mapper.
        }
    }

    // MARK: Reading

    mutating func idle(_ effects: inout Effects<Pipeline>) {
        guard state == .reading || setup.variant == .markerBeforeSave, !isDone else { return }
        do {
            let stream = PipelineSetup.stream(of: index)
            guard let entry = try effects.read(stream, after: cursor.lastStreamID) else {
                isDone = true
                effects.tell(.done(recovery: lastRecoveryID))
                return saveLate(&effects)
            }
            try readStep(of: entry, &effects)
            if state == .reading { effects.wantIdle() } else { saveLate(&effects) }
        } catch {
            effects.tell(.failed(reason: "\(error)"))
        }
    }

    /// Counts one part of a file, sends the counts, and moves the cursor behind it.
    private mutating func readStep(
        of entry: Inputs.Entry,
        _ effects: inout Effects<Pipeline>
    ) throws {
        var step: ChunkCounter.Tally
        var countMax = setup.stepBytes
        repeat {
            let offset = Int(cursor.place.offset)
            let bytes = try effects.read(file: entry.text, from: offset, countMax: countMax)
            let isLast = bytes.count < countMax
            let path = InputPath(entry.text)
            step = try setup.counter.count(bytes, from: cursor.place, isLast: isLast, as: path)
            countMax *= 2
        } while step.place == cursor.place  // Not one row has fitted.
        if setup.speaksClassic {
            // Before anything of it is sent: half a file would be counted.
            let words = step.words
            try ClassicWord.check(words, by: index, recovery: lastRecoveryID, of: entry.text)
        }
        let parts = step.words.packed(
            into: setup.reducerCount,
            by: setup.routing,
            isSorted: false
        )
        for (reducer, counts) in zip(setup.reducers, parts) where !counts.isEmpty {
            let message = Pipeline.Message.counts(counts, recovery: lastRecoveryID)
            effects.send(message, to: reducer, over: .stream)
        }
        if step.place.isEnd {
            cursor = Cursor(lastStreamID: entry.cursor)
        } else {
            cursor.place = step.place
        }
        if setup.isTalkative { effects.emit(.read(words: Int(step.words.words))) }
    }

    // MARK: Checkpoints

    private mutating func checkpoint(
        _ id: Int,
        _ recovery: Int,
        _ effects: inout Effects<Pipeline>
    ) {
        // Of an older recovery, or the same once more.
        guard state == .reading, recovery == lastRecoveryID, id != lastCheckpointID || id == 0
        else { return }
        state = .saving(checkpoint: id)
        if setup.variant == .markerBeforeSave {
            passOn(id, &effects)
            // The cursor will be that of the time when it is saved, and not that of the marker.
            if !isDone { return effects.wantIdle() }
        }
        save(id, &effects)
    }

    /// With a mistake: what should have been saved before.
    private func saveLate(_ effects: inout Effects<Pipeline>) {
        if case .saving(let id) = state { save(id, &effects) }
    }

    private func save(_ id: Int, _ effects: inout Effects<Pipeline>) {
        var saved = cursor
        if setup.variant == .cursorTooFar, !isDone {
            saved = Cursor(lastStreamID: cursor.lastStreamID + 1)
        }
        effects.write(
            .cursor(saved, recovery: lastRecoveryID),
            as: Pipeline.name(of: id),
            then: .saved(checkpoint: id, recovery: lastRecoveryID),
            otherwise: .notSaved(checkpoint: id, recovery: lastRecoveryID)
        )
        if setup.isTalkative { effects.emit(.saving(checkpoint: id)) }
    }

    private mutating func ended(
        _ id: Int,
        _ recovery: Int,
        isSaved: Bool,
        _ effects: inout Effects<Pipeline>
    ) {
        guard state == .saving(checkpoint: id), recovery == lastRecoveryID else { return }
        state = .reading
        lastCheckpointID = id
        // Also if it found no room: a reducer that waits for the marker would wait for ever.
        if setup.variant != .markerBeforeSave { passOn(id, &effects) }
        if isSaved {
            effects.tell(.acknowledgement(of: id, recovery))
            if setup.isTalkative { effects.emit(.saved(checkpoint: id)) }
        } else {
            effects.tell(.checkpointRefused(id: id, recovery: recovery))
        }
        if !isDone { effects.wantIdle() }
    }

    private func passOn(_ id: Int, _ effects: inout Effects<Pipeline>) {
        for reducer in setup.reducers {
            let marker = Pipeline.Message.forwardedCheckpoint(id: id, recovery: lastRecoveryID)
            effects.send(marker, to: reducer, over: .stream)
        }
    }

    // MARK: Recovery

    private mutating func recover(
        to checkpoint: Int,
        _ recovery: Int,
        _ effects: inout Effects<Pipeline>
    ) {
        // One that was overtaken by a later one, or comes twice.
        guard recovery > lastRecoveryID else { return }
        lastRecoveryID = recovery
        isDone = false
        guard let saved = Self.cursor(of: checkpoint, effects) else {
            state = .waiting
            let message = Pipeline.Message.recoveryRefused(
                checkpoint: checkpoint,
                recovery: recovery
            )
            return effects.tell(message)
        }
        cursor = saved
        lastCheckpointID = max(0, checkpoint)
        state = .reading
        effects.tell(.recoveryAcknowledged(recovery: recovery))
        if setup.isTalkative {
            effects.emit(.recovered(checkpoint: checkpoint, recovery: recovery))
        }
        effects.wantIdle()
    }

    /// - Returns: Nil if it cannot be read.
    private static func cursor(of checkpoint: Int, _ effects: borrowing Effects<Pipeline>)
        -> Cursor?
    {
        guard checkpoint != Pipeline.beginning else { return Cursor() }
        guard case .cursor(let cursor, _)? = try? effects.saved(Pipeline.name(of: checkpoint))
        else { return nil }
        return cursor
    }

    var phase: String {
        switch state {
        case .waiting: "waiting"
        case .reading: isDone ? "done" : "reading"
        case .saving: "saving"
        }
    }
}

extension Pipeline.Message {
    /// That a part of a checkpoint is at rest.
    static func acknowledgement(of id: Int, _ recovery: Int) -> Pipeline.Message {
        id == Pipeline.last
            ? .lastCheckpointAcknowledged(recovery: recovery)
            : .checkpointAcknowledged(id: id, recovery: recovery)
    }
}
