import Nodes

/// Begins snapshots, finds out when they are complete, and leads everybody back to the newest that is.
struct Coordinator: Node {
    enum Phase: Hashable, Codable {
        case running
        /// All are to go back, and these have not said that they have.
        case recovering(missing: [NodeID])
    }

    /// A snapshot on its way.
    struct Attempt: Hashable, Codable {
        /// How many parts are not at rest.
        var missing: Int
        /// What was sent before the snapshot, less what was received of that, as far as is known.
        var deficit = 0
    }

    let setup: SnapshotSetup
    private(set) var position = Phase.running
    private(set) var recovery = 0
    /// The last snapshot that was begun: its epoch.
    private(set) var begun = Snapshots.beginning
    /// Snapshots on their way; more than one only where everybody goes by its clock.
    private(set) var attempts: [Int: Attempt] = [:]
    /// The complete snapshots, in the order in which they became so.
    private(set) var completed: [Int] = []

    init(setup: SnapshotSetup) {
        self.setup = setup
    }

    mutating func start(_ effects: inout Effects<Snapshots>) {
        for process in setup.processes { effects.watch(process, reminding: .ended(process)) }
        armBegin(&effects)
    }

    mutating func receive(
        _ message: Snapshots.Message,
        from sender: NodeID,
        _ effects: inout Effects<Snapshots>
    ) {
        switch message {
        case .part(let snapshot, let deficit, recovery):
            note(snapshot, &effects) {
                $0.missing -= 1
                $0.deficit += deficit
            }
        case .late(let snapshot, recovery):
            note(snapshot, &effects) { $0.deficit -= 1 }
        case .recovered(recovery):
            hasRecovered(sender, &effects)
        case .refused(let snapshot, recovery):
            completed.removeAll { $0 == snapshot }
            goBack(for: sender, &effects)
        case .part, .late, .recovered, .refused:
            break  // Of an older recovery.
        case .count, .enter, .barrier, .recover, .goOn:
            break  // Not for a coordinator.
        }
    }

    mutating func fire(_ timer: Snapshots.Timer, _ effects: inout Effects<Snapshots>) {
        switch timer {
        case .begin: begin(&effects)
        case .ended(let process):
            effects.launch(process)
            effects.watch(process, reminding: .ended(process))
            goBack(for: process, &effects)
        case .next, .checkpoint: break  // Of processes.
        }
    }

    // MARK: Snapshots

    private mutating func begin(_ effects: inout Effects<Snapshots>) {
        begun += 1
        effects.emit(.began(snapshot: begun))
        // By clocks that err some have been there before.
        if attempts[begun] == nil, !completed.contains(begun) {
            attempts[begun] = Attempt(missing: setup.processCount)
        }
        guard !setup.algorithm.goesByClock else { return armBegin(&effects) }
        let told = setup.variant == .quietNotTold ? setup.mappers : setup.processes
        for process in told {
            effects.send(
                .enter(epoch: begun, recovery: recovery),
                to: process,
                over: .acknowledged
            )
        }
    }

    private func armBegin(_ effects: inout Effects<Snapshots>) {
        guard begun < setup.snapshotCountMax else { return }
        effects.arm(.begin, after: setup.interval)
    }

    /// Something has become known of a snapshot that is on its way.
    private mutating func note(
        _ snapshot: Int,
        _ effects: inout Effects<Snapshots>,
        _ change: (inout Attempt) -> Void
    ) {
        guard !completed.contains(snapshot) else { return }
        var attempt = attempts[snapshot] ?? Attempt(missing: setup.processCount)
        change(&attempt)
        attempts[snapshot] = attempt
        // The parts may say so before what was late does, and the other way round: only all together count.
        let waits = setup.algorithm.recordsInFlight && setup.variant != .deficitIgnored
        guard attempt.missing == 0, attempt.deficit == 0 || !waits else { return }
        attempts[snapshot] = nil
        completed.append(snapshot)
        effects.emit(.completed(snapshot: snapshot))
        if !setup.algorithm.goesByClock { armBegin(&effects) }
    }

    // MARK: Recovery

    /// Leads everybody back; a recovery that is under way is over with it.
    private mutating func goBack(for process: NodeID, _ effects: inout Effects<Snapshots>) {
        for snapshot in attempts.keys.sorted() { effects.emit(.gaveUp(snapshot: snapshot)) }
        attempts = [:]
        recovery += 1
        let target = completed.last ?? Snapshots.beginning
        effects.emit(
            .recoveryBegan(recovery: recovery, snapshot: target, process: process)
        )
        // Who goes by its clock takes no more snapshots: a new life does not know how late it is.
        if setup.algorithm.goesByClock { begun = max(begun, setup.snapshotCountMax) }
        effects.disarm(.begin)
        position = .recovering(missing: setup.processes)
        tell(.recover(snapshot: target, epoch: begun, recovery: recovery), &effects)
    }

    private mutating func hasRecovered(_ process: NodeID, _ effects: inout Effects<Snapshots>) {
        guard case .recovering(var missing) = position else { return }
        missing.removeAll { $0 == process }
        position = .recovering(missing: missing)
        // Who goes on sends, and nobody may get that who is not back.
        guard missing.isEmpty else { return }
        position = .running
        effects.emit(.recoveryEnded(recovery: recovery))
        tell(.goOn(recovery: recovery), &effects)
        armBegin(&effects)
    }

    private func tell(_ message: Snapshots.Message, _ effects: inout Effects<Snapshots>) {
        for process in setup.processes { effects.send(message, to: process, over: .acknowledged) }
    }

    var phase: String {
        switch position {
        case .running: attempts.isEmpty ? "running" : "waiting for parts"
        case .recovering: "recovering"
        }
    }
}
