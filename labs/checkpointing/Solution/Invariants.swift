import Nodes
import Text
import Threads

/// What must be true of the pipeline, in every world.
struct Invariants: Sendable {
    private let setup: PipelineSetup
    private let serial: SerialCount

    init(_ setup: PipelineSetup, _ inputs: Inputs) {
        self.setup = setup
        serial = SerialCount(setup, inputs)
    }

    var all: [Property<Role>] {
        [
            .always("every complete checkpoint is a consistent cut") { state in
                newestComplete(in: state).allSatisfy { isConsistent($0.id, $0.recovery, state) }
            },
            .always("no reducer counts a message of an older recovery") { state in
                setup.reducers.allSatisfy { id in
                    guard case .reducer(let reducer)? = state[id],
                        let counted = reducer.countedRecoveryID
                    else { return true }
                    return counted == reducer.lastRecoveryID
                }
            },
            .always("a recovery leads to a checkpoint that is complete") { state in
                leadsToComplete(state)
            },
            .always("the last checkpoint is taken at the ends of all streams") { state in
                isTakenAtTheEnds(state)
            },
            .always("checkpoint ids and recovery ids only grow") { state in
                hasGrown(state.outputs(of: PipelineSetup.coordinator))
            },
            .sometimes("a checkpoint is complete before the last one") { state in
                state.outputs(of: PipelineSetup.coordinator).contains {
                    if case .checkpointCompleted(let id, _) = $0 {
                        id != Pipeline.last
                    } else {
                        false
                    }
                }
            },
            .eventually("the job ends, and its counts are those of a serial count") { state in
                isRight(state)
            },
        ]
    }

    /// The parts of a checkpoint that the reducers have saved; nil if one is missing, or of another recovery.
    func counts(_ id: Int, _ recovery: Int, _ state: SystemState<Role>) -> [WordCounts]? {
        var parts: [WordCounts] = []
        for reducer in setup.reducers {
            guard
                case .counts(let counts, recovery)? =
                    state.places[reducer.index].saved[Pipeline.name(of: id)]
            else { return nil }
            parts.append(counts)
        }
        return parts
    }

    /// The newest complete checkpoints, and the last of all.
    ///
    /// Those before were looked at when they were new.
    private func newestComplete(in state: SystemState<Role>) -> [(id: Int, recovery: Int)] {
        let place = state.places[PipelineSetup.coordinator.index]
        var ids = [Pipeline.last]
        if case .coordinator(let coordinator)? = place.node {
            if let attempt = coordinator.attempt { ids.append(attempt.id) }
            if let newest = coordinator.completed.last { ids.append(newest) }
        }
        return ids.compactMap { id in
            guard case .complete(let recovery)? = place.saved[Pipeline.name(of: id)] else {
                return nil
            }
            return (id, recovery)
        }
    }

    /// Whether the reducers' parts hold what the mappers had read at their cursors, no more and no less.
    private func isConsistent(_ id: Int, _ recovery: Int, _ state: SystemState<Role>) -> Bool {
        guard let parts = counts(id, recovery, state) else { return false }
        var read = WordCounts()
        for (index, mapper) in setup.mappers.enumerated() {
            guard
                case .cursor(let cursor, recovery)? =
                    state.places[mapper.index].saved[Pipeline.name(of: id)]
            else { return false }
            read.merge(serial.counts(ofMapper: index, upTo: cursor))
        }
        return parts.reduce(into: WordCounts()) { $0.merge($1) } == read
    }

    private func leadsToComplete(_ state: SystemState<Role>) -> Bool {
        let place = state.places[PipelineSetup.coordinator.index]
        guard case .coordinator(let coordinator)? = place.node else { return true }
        switch coordinator.position {
        case .checkpointing, .lastCheckpoint, .exiting: return true
        case .recoverReducers, .recoverMappers: break
        }
        let checkpoint = coordinator.recoveryCheckpointID
        return checkpoint == Pipeline.beginning || place.saved[Pipeline.name(of: checkpoint)] != nil
    }

    private func isTakenAtTheEnds(_ state: SystemState<Role>) -> Bool {
        guard case .coordinator(let coordinator)? = state[PipelineSetup.coordinator] else {
            return true
        }
        for (index, mapper) in setup.mappers.enumerated() {
            // What is there of an older recovery has been given up.
            guard
                case .cursor(let cursor, coordinator.lastRecoveryID)? =
                    state.places[mapper.index].saved[Pipeline.name(of: Pipeline.last)]
            else { continue }
            if cursor != serial.end(ofMapper: index) { return false }
        }
        return true
    }

    private func hasGrown(_ outputs: [Pipeline.Output]) -> Bool {
        guard let last = outputs.last else { return true }
        let before = outputs.dropLast()
        switch last {
        case .checkpointBegan(let id, let recovery):
            for case .checkpointBegan(let earlier, let earlierRecovery) in before.reversed() {
                let hasGrown = id == Pipeline.last || earlier != Pipeline.last && id > earlier
                return recovery >= earlierRecovery && (hasGrown || recovery > earlierRecovery)
            }
            return true
        case .recoveryBegan(let recovery, _, _, _):
            for case .recoveryBegan(let earlier, _, _, _) in before.reversed() {
                return recovery > earlier
            }
            return true
        case .read, .saving, .saved, .aligning, .counting, .recovered, .checkpointCompleted,
            .checkpointAborted, .recoveryEnded, .failed, .finished:
            return true
        }
    }

    private func isRight(_ state: SystemState<Role>) -> Bool {
        let place = state.places[PipelineSetup.coordinator.index]
        guard place.status == .halted,
            case .complete(let recovery)? = place.saved[Pipeline.name(of: Pipeline.last)],
            let parts = counts(Pipeline.last, recovery, state)
        else { return false }
        // No word is counted by two reducers.
        let all = parts.reduce(into: WordCounts()) { $0.merge($1) }
        return all == serial.all && all.distinct == parts.reduce(0) { $0 + $1.distinct }
    }
}

/// The counts of parts of the input, found by reading them one after another; each once.
final class SerialCount: Sendable {
    private struct Part: Hashable {
        let mapper: Int
        let cursor: Cursor
    }

    private let setup: PipelineSetup
    private let inputs: Inputs
    private let known = Guarded<[Part: WordCounts]>([:])

    init(_ setup: PipelineSetup, _ inputs: Inputs) {
        self.setup = setup
        self.inputs = inputs
    }

    /// The counts of all streams, to their ends.
    var all: WordCounts {
        var all = WordCounts()
        for name in inputs.names {
            for file in inputs.texts(of: name) { addWords(of: file, upTo: .max, to: &all) }
        }
        return all
    }

    /// Where a mapper is that has read all there is.
    func end(ofMapper mapper: Int) -> Cursor {
        Cursor(lastStreamID: inputs.texts(of: PipelineSetup.stream(of: mapper)).count)
    }

    /// The counts of what a mapper has read when it is at that cursor.
    ///
    /// What cannot be read counts as nothing: no mapper comes behind it.
    func counts(ofMapper mapper: Int, upTo cursor: Cursor) -> WordCounts {
        let part = Part(mapper: mapper, cursor: cursor)
        if let counts = known.withLock({ $0[part] }) { return counts }
        let counts = count(part)
        known.withLock { $0[part] = counts }
        return counts
    }

    private func count(_ part: Part) -> WordCounts {
        let files = inputs.texts(of: PipelineSetup.stream(of: part.mapper))
        var counts = WordCounts()
        if part.cursor.place.offset > 0 {
            counts = self.counts(
                ofMapper: part.mapper,
                upTo: Cursor(lastStreamID: part.cursor.lastStreamID)
            )
            if part.cursor.lastStreamID < files.count {
                let end = Int(part.cursor.place.offset)
                addWords(of: files[part.cursor.lastStreamID], upTo: end, to: &counts)
            }
        } else if part.cursor.lastStreamID > 0 {
            let before = Cursor(lastStreamID: part.cursor.lastStreamID - 1)
            counts = self.counts(ofMapper: part.mapper, upTo: before)
            if part.cursor.lastStreamID <= files.count {
                addWords(of: files[part.cursor.lastStreamID - 1], upTo: .max, to: &counts)
            }
        }
        return counts
    }

    /// Adds the words of the first so many bytes of a file, step by step as a mapper does.
    private func addWords(of file: String, upTo end: Int, to counts: inout WordCounts) {
        var place = ReadingPlace.start
        var countMax = Self.stepBytes
        while !place.isEnd, Int(place.offset) < end {
            let offset = Int(place.offset)
            guard let bytes = try? read(file, from: offset, countMax: min(countMax, end - offset)),
                let after = try? setup.counter.count(
                    bytes,
                    from: place,
                    isLast: bytes.count < min(countMax, end - offset),
                    into: &counts
                )
            else { return }
            if after == place, end - offset <= countMax { return }
            countMax = after == place ? 2 * countMax : Self.stepBytes
            place = after
        }
    }

    private func read(_ file: String, from offset: Int, countMax: Int) throws -> [UInt8] {
        try inputs.bytes(of: file, from: offset, countMax: countMax)
    }

    private static let stepBytes = 4 << 20
}
