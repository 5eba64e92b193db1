import Causality
import Checkpointing
import Nodes

/// One process: a program, and around it what a snapshot needs.
///
/// The program could be any: the process sees only its messages, and copies its state as a value.
struct CountingProcess: Node {
    enum State: Hashable, Codable {
        /// It has begun again after a death, and does not know from where.
        case waiting
        /// It is back at a snapshot, and takes messages; others may not be back yet, so that it sends none.
        case restored
        case running
    }

    /// Which component of the vector clock is its own.
    let index: Int
    let setup: SnapshotSetup
    private(set) var state = State.running
    private(set) var program: CountingProgram
    private(set) var clock = VectorClock()
    private(set) var epochs = EpochSnapshot()
    private(set) var recovery = 0
    /// Whether its program has nothing left to do of its own.
    private(set) var isDone = false
    /// With barriers, and of a process that reads from others: which of them it holds back.
    var alignment: Alignment<NodeID>?

    init(index: Int, setup: SnapshotSetup) {
        self.index = index
        self.setup = setup
        program = Self.program(index, setup)
        let aligns = setup.algorithm == .barrier && index >= setup.mapperCount
        alignment = aligns ? Alignment(channels: setup.mappers) : nil
    }

    private static func program(_ index: Int, _ setup: SnapshotSetup) -> CountingProgram {
        index < setup.mapperCount ? .mapper(Mapper()) : .reducer(Reducer())
    }

    mutating func start(_ effects: inout Effects<Snapshots>) {
        guard effects.incarnation == 0 else { return state = .waiting }
        armNext(&effects)
        if setup.algorithm.goesByClock { armCheckpoint(&effects) }
    }

    mutating func receive(
        _ message: Snapshots.Message,
        from sender: NodeID,
        _ effects: inout Effects<Snapshots>
    ) {
        switch message {
        case .count(let count, let stamp):
            guard isOfNow(stamp.recovery) || setup.variant == .staleTaken else { return }
            take(count, stamp, &effects)
        case .enter(let epoch, let recovery):
            guard isOfNow(recovery) else { return }
            enter(epoch, &effects)
        case .barrier(let snapshot, let recovery):
            guard isOfNow(recovery) else { return }
            align(snapshot, from: sender, &effects)
        case .recover(let snapshot, let epoch, let recovery):
            recover(to: snapshot, epoch, recovery, &effects)
        case .goOn(let recovery):
            guard isOfNow(recovery), state == .restored else { return }
            state = .running
            armNext(&effects)
        case .part, .late, .recovered, .refused:
            break  // Not for a process.
        }
    }

    mutating func fire(_ timer: Snapshots.Timer, _ effects: inout Effects<Snapshots>) {
        switch timer {
        case .next: readNext(&effects)
        case .checkpoint:
            checkpoint(into: epochs.epoch + 1, &effects)
            armCheckpoint(&effects)
        case .begin, .ended: break  // Not of a process.
        }
    }

    private func isOfNow(_ recovery: Int) -> Bool { state != .waiting && recovery == self.recovery }

    // MARK: The program

    private func armNext(_ effects: inout Effects<Snapshots>) {
        guard case .mapper = program, !isDone else { return }
        effects.arm(.next, after: .zero...setup.pauseMax)
    }

    private mutating func readNext(_ effects: inout Effects<Snapshots>) {
        guard state == .running, case .mapper(var mapper) = program else { return }
        let stream = SnapshotSetup.stream(of: index)
        // What lies in memory can be read.
        guard let entry = try? effects.read(stream, after: mapper.cursor) else {
            return isDone = true
        }
        for count in mapper.read(entry.text) { send(count, &effects) }
        program = .mapper(mapper)
        armNext(&effects)
    }

    private mutating func send(_ count: Snapshots.Count, _ effects: inout Effects<Snapshots>) {
        clock.tick(index)
        epochs.send()
        let stamp = Snapshots.Stamp(clock: clock, epoch: epochs.epoch, recovery: recovery)
        let receiver = setup.reducer(of: count.word)
        effects.send(.count(count, stamp: stamp), to: receiver, over: setup.link)
    }

    // MARK: The snapshot

    private func armCheckpoint(_ effects: inout Effects<Snapshots>) {
        guard epochs.epoch < setup.snapshotCountMax else { return }
        effects.arm(.checkpoint, after: setup.interval)
    }

    /// Takes a message for the program; which side of the cut it comes from decides what else happens.
    private mutating func take(
        _ count: Snapshots.Count,
        _ stamp: Snapshots.Stamp,
        _ effects: inout Effects<Snapshots>
    ) {
        let arrival = epochs.arrival(of: stamp.epoch)
        let isFollowed = setup.algorithm == .vector && arrival == .future
        let isWrong = setup.variant == .checkpointAfterMessage
        if isFollowed, !isWrong { checkpoint(into: stamp.epoch, &effects) }
        if arrival == .past { record(count, stamp, &effects) }
        epochs.receive(of: stamp.epoch)
        learn(stamp.clock)
        program.take(count)
        if isFollowed, isWrong { checkpoint(into: stamp.epoch, &effects) }
    }

    /// An event of its own that knows all that the other one knew.
    private mutating func learn(_ other: VectorClock) {
        clock.tick(index)
        clock.merge(other)
    }

    private mutating func enter(_ epoch: Int, _ effects: inout Effects<Snapshots>) {
        switch setup.algorithm {
        case .vector:
            // A message of the new epoch may have come before.
            if epochs.arrival(of: epoch) == .future { checkpoint(into: epoch, &effects) }
        case .barrier: sendBarriers(of: epoch, &effects)
        case .time, .timeAndDeficit: break  // It goes by its clock.
        }
    }

    /// Puts the state of now to rest, and is in the new epoch from here on.
    mutating func checkpoint(into epoch: Int, _ effects: inout Effects<Snapshots>) {
        let ahead = epochs.ahead
        let deficit = epochs.checkpoint(into: epoch)
        let part = Snapshots.Saved(
            snapshot: epoch,
            recovery: recovery,
            program: program,
            clock: clock,
            deficit: deficit,
            ahead: ahead
        )
        // At rest first: who acknowledges and dies has acknowledged a lie.
        effects.save(part, as: Snapshots.name(of: epoch))
        effects.tell(.part(snapshot: epoch, deficit: deficit, recovery: recovery))
    }

    /// Puts a message to rest that was in flight when the part was taken, with that part.
    private func record(
        _ count: Snapshots.Count,
        _ stamp: Snapshots.Stamp,
        _ effects: inout Effects<Snapshots>
    ) {
        guard setup.algorithm.recordsInFlight else { return }
        // By clocks that err a process may be more than one snapshot ahead of another.
        for snapshot in (stamp.epoch + 1)...epochs.epoch {
            let name = Snapshots.name(of: snapshot)
            do throws(DamagedSave) {
                guard var part = try effects.saved(name) else { continue }
                part.inFlight.append(.init(count: count, clock: stamp.clock))
                if setup.variant != .inFlightNotRecorded { effects.save(part, as: name) }
                effects.tell(.late(snapshot: snapshot, recovery: recovery))
            } catch {
                effects.tell(.refused(snapshot: snapshot, recovery: recovery))
            }
        }
    }

    // MARK: Recovery

    private mutating func recover(
        to snapshot: Int,
        _ epoch: Int,
        _ recovery: Int,
        _ effects: inout Effects<Snapshots>
    ) {
        // One that was overtaken by a later one.
        guard recovery > self.recovery else { return }
        self.recovery = recovery
        effects.disarm(.next)
        effects.disarm(.checkpoint)
        for channel in alignment?.reset() ?? [] { effects.resume(channel) }
        state = .restored
        isDone = false
        epochs = EpochSnapshot(epoch: epoch)
        guard snapshot != Snapshots.beginning else {
            program = Self.program(index, setup)
            clock = VectorClock()
            return effects.tell(.recovered(recovery: recovery))
        }
        guard let part = try? effects.saved(Snapshots.name(of: snapshot)) else {
            state = .waiting
            return effects.tell(.refused(snapshot: snapshot, recovery: recovery))
        }
        program = part.program
        clock = part.clock
        if setup.variant != .inFlightNotReplayed {
            for message in part.inFlight {
                learn(message.clock)
                program.take(message.count)
            }
        }
        effects.tell(.recovered(recovery: recovery))
    }

    var phase: String {
        switch state {
        case .waiting: "waiting"
        case .restored: "restored"
        case .running: isDone ? "done" : "running"
        }
    }
}

extension Effects where Words == Snapshots {
    /// Tells the coordinator something that must not be lost.
    mutating func tell(_ message: Snapshots.Message) {
        send(message, to: SnapshotSetup.coordinator, over: .acknowledged)
    }
}
