import Nodes

/// Begins checkpoints, finds out who is lost, and leads everybody back to the newest complete checkpoint.
///
/// Its phases are those of the course:
///
/// ```text
///         ┌──────────────── somebody is lost ────────────────┐
///         ▼                                                  │
///   recoverReducers ──all reducers──▶ recoverMappers ──all──▶ checkpointing ──all done──▶ lastCheckpoint
///         ▲                                │                                                │        │
///         └────────── somebody is lost ────┴──────────── somebody is lost ──────────────────┘       all
///                                                                                                    ▼
///                                                                                                 exiting
/// ```
///
/// Every message that could be of an earlier time carries the recovery id, and what is not of the present
/// one is not looked at.
struct Coordinator: Node {
    enum Phase: String, Hashable, Codable {
        /// Checkpoints are taken, one at a time, with a pause in between.
        case checkpointing
        /// The reducers go back first, so that they are ready for what the mappers will send.
        case recoverReducers
        /// Then the mappers.
        case recoverMappers
        /// The mappers are at the end of their streams: one more checkpoint, which is the result.
        case lastCheckpoint
        /// All parts of the result are at rest, or there will be none: whoever dies now is not missed.
        case exiting
    }

    /// Bounds on what is tried again.
    enum Limit {
        /// The longest pause behind a checkpoint that was refused, unless the interval is longer itself.
        static let pauseMax = Duration.seconds(1)
        /// So many refusals of the last checkpoint in a row end the job without a result.
        static let lastRefusalsMax = 16
    }

    /// A checkpoint on its way.
    struct Attempt: Hashable, Codable {
        let id: Int
        /// Who has not answered.
        var missing: [NodeID]
        /// Whose part could not be saved, if anybody's.
        var refusedBy: NodeID?
    }

    /// What is known of a worker.
    struct Worker: Hashable, Codable {
        let id: NodeID
        let isMapper: Bool
        /// The last recovery that it has acknowledged.
        var recoveryID = 0
        /// Of a mapper: whether its stream is at its end.
        var isDone = false
    }

    let setup: PipelineSetup
    private(set) var position = Phase.checkpointing
    private(set) var lastRecoveryID = 0
    /// The checkpoint to which the last recovery leads.
    ///
    /// It stays the same while that runs, even if another one turns out to be complete meanwhile: all must go
    /// back to one.
    private(set) var recoveryCheckpointID = Pipeline.beginning
    /// The last checkpoint that was begun.
    private(set) var lastCheckpointID = 0
    /// The checkpoint under way; there is never more than one.
    private(set) var attempt: Attempt?
    /// How many checkpoints were refused one after the other; of the last one, only its own.
    private(set) var refusalsInRow = 0
    /// The complete checkpoints, newest last.
    private(set) var completed: [Int] = []
    private(set) var workers: [Worker]

    init(setup: PipelineSetup) {
        self.setup = setup
        workers =
            setup.mappers.map { Worker(id: $0, isMapper: true) }
            + setup.reducers.map { Worker(id: $0, isMapper: false) }
    }

    mutating func start(_ effects: inout Effects<Pipeline>) {
        for worker in workers { lookAfter(worker.id, &effects) }
        guard setup.isResumed else { return goOn(&effects) }
        lastRecoveryID = setup.earlierRecoveryID
        for name in effects.savedNames {
            guard let id = Int(name), id != Pipeline.last,
                case .complete(let recovery)? = try? effects.saved(name)
            else { continue }
            completed.append(id)
            lastRecoveryID = max(lastRecoveryID, recovery)
        }
        completed.sort()
        lastCheckpointID = completed.last ?? 0
        goBack(.resumed, of: effects.me, &effects)
    }

    mutating func receive(
        _ message: Pipeline.Message,
        from sender: NodeID,
        _ effects: inout Effects<Pipeline>
    ) {
        guard let place = workers.firstIndex(where: { $0.id == sender }) else { return }
        switch message {
        case .heartbeat:
            awaitHeartbeat(of: sender, &effects)
        case .checkpointAcknowledged(let id, let recovery):
            answered(id, recovery, by: sender, isRefused: false, &effects)
        case .lastCheckpointAcknowledged(let recovery):
            answered(Pipeline.last, recovery, by: sender, isRefused: false, &effects)
        case .checkpointRefused(let id, let recovery):
            answered(id, recovery, by: sender, isRefused: true, &effects)
        case .recoveryAcknowledged(let recovery):
            guard recovery == lastRecoveryID else { return }
            workers[place].recoveryID = recovery
            recoverFurther(&effects)
        case .recoveryRefused(let checkpoint, let recovery):
            guard recovery == lastRecoveryID else { return }
            completed.removeAll { $0 == checkpoint }
            goBack(.damagedPart, of: sender, &effects)
        case .done(let recovery):
            guard recovery == lastRecoveryID else { return }
            workers[place].isDone = true
            takeLastIfDone(&effects)
        case .failed(let reason):
            guard position != .exiting else { return }
            effects.emit(.failed(reason: reason))
            exit(&effects)
        case .checkpoint, .forwardedCheckpoint, .counts, .recover, .exit:
            break  // Not for a coordinator.
        }
    }

    mutating func fire(_ timer: Pipeline.Timer, _ effects: inout Effects<Pipeline>) {
        switch timer {
        case .checkpointDue: checkpointIsDue(&effects)
        case .ended(let worker): lose(worker, .died, &effects)
        case .overdue(let worker): lose(worker, .silent, &effects)
        case .saved(let id, let recovery): completedIsAtRest(id, recovery, &effects)
        case .notSaved(let id, let recovery): completedIsRefused(id, recovery, &effects)
        case .heartbeat: break  // It has none.
        }
    }

    // MARK: Checkpoints

    /// Takes the last checkpoint if it is time for that, and else waits for the next.
    private mutating func goOn(_ effects: inout Effects<Pipeline>) {
        takeLastIfDone(&effects)
        guard attempt == nil, position == .checkpointing, let interval = setup.checkpointInterval,
            lastCheckpointID < setup.checkpointCountMax ?? .max
        else { return }
        effects.arm(.checkpointDue, after: interval)
    }

    private mutating func checkpointIsDue(_ effects: inout Effects<Pipeline>) {
        switch position {
        case .checkpointing:
            takeLastIfDone(&effects)
            guard attempt == nil else { return }
            lastCheckpointID += 1
            begin(lastCheckpointID, &effects)
        case .lastCheckpoint:
            // The last one found no room: once more.
            if attempt == nil { begin(Pipeline.last, &effects) }
        case .exiting:
            // All parts are there, but that this is so found no room: once more.
            complete(Pipeline.last, &effects)
        case .recoverReducers, .recoverMappers:
            break  // The recovery will end in a pause of its own.
        }
    }

    private mutating func begin(_ id: Int, _ effects: inout Effects<Pipeline>) {
        attempt = Attempt(id: id, missing: workers.map(\.id))
        effects.emit(.checkpointBegan(id: id, recovery: lastRecoveryID))
        for mapper in setup.mappers {
            tell(mapper, .checkpoint(id: id, recovery: lastRecoveryID), &effects)
        }
    }

    private mutating func answered(
        _ id: Int,
        _ recovery: Int,
        by worker: NodeID,
        isRefused: Bool,
        _ effects: inout Effects<Pipeline>
    ) {
        // An answer that is late, of another life, or comes twice.
        guard recovery == lastRecoveryID, var attempt, attempt.id == id,
            attempt.missing.contains(worker)
        else { return }
        attempt.missing.removeAll { $0 == worker }
        if isRefused { attempt.refusedBy = worker }
        self.attempt = attempt
        let enough = setup.variant == .completeTooEarly ? 1 : 0
        // Also a checkpoint that was refused is waited for: markers of two would meet.
        guard attempt.missing.count <= enough else { return }
        if let refusedBy = attempt.refusedBy {
            self.attempt = nil
            return refused(id, by: refusedBy, &effects)
        }
        complete(id, &effects)
    }

    /// Puts to rest that all parts are at rest.
    ///
    /// From the moment that this is durable the checkpoint counts.
    private mutating func complete(_ id: Int, _ effects: inout Effects<Pipeline>) {
        if id == Pipeline.last { position = .exiting }
        effects.write(
            .complete(recovery: lastRecoveryID),
            as: Pipeline.name(of: id),
            then: .saved(checkpoint: id, recovery: lastRecoveryID),
            otherwise: .notSaved(checkpoint: id, recovery: lastRecoveryID)
        )
    }

    private mutating func completedIsAtRest(
        _ id: Int,
        _ recovery: Int,
        _ effects: inout Effects<Pipeline>
    ) {
        effects.emit(.checkpointCompleted(id: id, recovery: recovery))
        refusalsInRow = 0
        guard id != Pipeline.last else {
            effects.emit(.finished)
            return exit(&effects)
        }
        // Even if a recovery has begun meanwhile: the next one may go back to this.
        completed.append(id)
        guard attempt?.id == id else { return }
        attempt = nil
        goOn(&effects)
    }

    private mutating func completedIsRefused(
        _ id: Int,
        _ recovery: Int,
        _ effects: inout Effects<Pipeline>
    ) {
        guard attempt?.id == id, recovery == lastRecoveryID else { return }
        if id != Pipeline.last { attempt = nil }
        refused(id, by: effects.me, &effects)
    }

    /// A checkpoint that was refused, also the last one, is followed by another: there may be room then.
    ///
    /// The pause doubles, since what is in the way may stay; and no job waits for ever.
    private mutating func refused(
        _ id: Int,
        by worker: NodeID,
        _ effects: inout Effects<Pipeline>
    ) {
        refusalsInRow += 1
        guard id != Pipeline.last || refusalsInRow < Limit.lastRefusalsMax else {
            effects.emit(.checkpointAborted(id: id, worker: worker, reason: .neverSaved))
            let reason = "the last checkpoint was refused \(refusalsInRow) times in a row"
            effects.emit(.failed(reason: reason))
            return exit(&effects)
        }
        effects.emit(.checkpointAborted(id: id, worker: worker, reason: .notSaved))
        effects.arm(.checkpointDue, after: pause)
    }

    private var pause: Duration {
        let interval = setup.checkpointInterval ?? .milliseconds(500)
        let longest = max(interval, Limit.pauseMax)
        // From 1 ms on, so many doublings reach the longest.
        return min(longest, interval * (1 << min(refusalsInRow - 1, 10)))
    }

    private mutating func takeLastIfDone(_ effects: inout Effects<Pipeline>) {
        let mayBegin =
            switch position {
            case .checkpointing: attempt == nil
            case .recoverReducers, .recoverMappers: setup.variant == .lastWhileRecovering
            case .lastCheckpoint, .exiting: false
            }
        guard mayBegin, workers.allSatisfy({ !$0.isMapper || $0.isDone }) else { return }
        position = .lastCheckpoint
        refusalsInRow = 0
        effects.disarm(.checkpointDue)
        begin(Pipeline.last, &effects)
    }

    // MARK: Recovery

    private func lookAfter(_ worker: NodeID, _ effects: inout Effects<Pipeline>) {
        effects.watch(worker, reminding: .ended(worker))
        awaitHeartbeat(of: worker, &effects)
    }

    private func awaitHeartbeat(of worker: NodeID, _ effects: inout Effects<Pipeline>) {
        guard setup.heartbeatInterval != nil else { return }
        effects.arm(.overdue(worker), after: setup.heartbeatTimeout)
    }

    private mutating func lose(
        _ worker: NodeID,
        _ reason: Pipeline.Loss,
        _ effects: inout Effects<Pipeline>
    ) {
        switch position {
        case .exiting: return  // What it had to do is done.
        case .checkpointing, .recoverReducers, .recoverMappers, .lastCheckpoint: break
        }
        // One that is only slow must not wake up beside the one that takes its place.
        if reason == .silent { effects.kill(worker) }
        effects.launch(worker)
        lookAfter(worker, &effects)
        goBack(reason, of: worker, &effects)
    }

    /// Leads everybody back, under a new recovery id; a recovery that is under way is over with it.
    private mutating func goBack(
        _ reason: Pipeline.Loss,
        of worker: NodeID,
        _ effects: inout Effects<Pipeline>
    ) {
        if let attempt {
            let reason = Pipeline.Abort.workerLost
            effects.emit(.checkpointAborted(id: attempt.id, worker: worker, reason: reason))
        }
        attempt = nil
        lastRecoveryID += 1
        recoveryCheckpointID = completed.last ?? Pipeline.beginning
        if setup.variant == .recoveryToIncomplete, lastCheckpointID > 0 {
            recoveryCheckpointID = lastCheckpointID
        }
        if setup.variant != .lastWhileRecovering {
            for place in workers.indices { workers[place].isDone = false }
        }
        effects.emit(
            .recoveryBegan(
                recovery: lastRecoveryID,
                checkpoint: recoveryCheckpointID,
                worker: worker,
                reason: reason
            )
        )
        position = .recoverReducers
        effects.disarm(.checkpointDue)
        for reducer in setup.reducers { tell(reducer, recover, &effects) }
        // A life takes time to begin, and the world may have held its breath for it: who was silent meanwhile
        // is not lost for that.
        for worker in workers { awaitHeartbeat(of: worker.id, &effects) }
    }

    private var recover: Pipeline.Message {
        .recover(checkpoint: recoveryCheckpointID, recovery: lastRecoveryID)
    }

    private mutating func recoverFurther(_ effects: inout Effects<Pipeline>) {
        switch position {
        case .recoverReducers:
            guard haveRecovered(mappers: false) else { return }
            position = .recoverMappers
            for mapper in setup.mappers { tell(mapper, recover, &effects) }
        case .recoverMappers:
            guard haveRecovered(mappers: true) else { return }
            position = .checkpointing
            effects.emit(.recoveryEnded(recovery: lastRecoveryID))
            goOn(&effects)
        case .checkpointing, .lastCheckpoint, .exiting:
            break  // An acknowledgement that comes twice.
        }
    }

    private func haveRecovered(mappers: Bool) -> Bool {
        workers.allSatisfy { $0.isMapper != mappers || $0.recoveryID == lastRecoveryID }
    }

    // MARK: The end

    private mutating func exit(_ effects: inout Effects<Pipeline>) {
        position = .exiting
        for worker in workers { tell(worker.id, .exit, &effects) }
        effects.halt()
    }

    private func tell(
        _ worker: NodeID,
        _ message: Pipeline.Message,
        _ effects: inout Effects<Pipeline>
    ) {
        effects.send(message, to: worker, over: .acknowledged)
    }

    var phase: String { position.rawValue }
}
