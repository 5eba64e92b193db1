import Nodes
import Testing

@testable import CheckpointingSolution

/// Every sequence of events up to a length, right and wrong ones, against a plain account of what was said.
@Suite struct CoordinatorSequenceTests {
    /// What may happen to a coordinator; relative to what it is at, so that few events say much.
    private enum Happening: Hashable {
        /// A part of what is under way is at rest; of another id; of the recovery before.
        case answered(NodeID)
        case answeredOther(NodeID)
        case answeredOlder(NodeID)
        case refused(NodeID)
        case recovered(NodeID)
        case recoveredOlder(NodeID)
        case damaged(NodeID)
        case done(NodeID)
        case doneOlder(NodeID)
        case ended(NodeID)
        case overdue(NodeID)
        /// The oldest write comes to rest, or finds no room.
        case saved
        case notSaved
        case due
    }

    /// What an onlooker has seen, who knows the rules and nothing of how the coordinator keeps them.
    private struct Account: Hashable {
        var recovery = 0
        /// The checkpoint under way, and who has answered since it began.
        var attempt: Int?
        var answered: Set<NodeID> = []
        var isRefused = false
        var recovered: Set<NodeID> = []
        var areMappersTold = false
        var isRecovering = false
        var done: Set<NodeID> = []
        var writes: [Commit] = []
        var completed: [Int] = []
        var target = Pipeline.beginning
        var lastID = 0
        var isLastOfAll = false
        var isDue = true
        var hasEnded = false

        /// Whether a recovery goes on as soon as it can.
        func isLedOn(_ setup: PipelineSetup) -> Bool {
            guard isRecovering, recovered.isSuperset(of: setup.reducers) else { return true }
            return areMappersTold && !recovered.isSuperset(of: setup.mappers)
        }

        /// Whether the job waits for somebody who has been asked, or for a timer.
        var mayStill: Bool { isDue || attempt != nil || isRecovering || !writes.isEmpty }
    }

    private struct Commit: Hashable {
        let id: Int
        let recovery: Int
    }

    private struct State: Hashable {
        var coordinator: Coordinator
        var account: Account
    }

    private struct Wrong: Error, CustomStringConvertible {
        let description: String
    }

    private let setup: PipelineSetup
    private var workers: [NodeID] { setup.mappers + setup.reducers }

    private init(_ setup: PipelineSetup) { self.setup = setup }

    init() { setup = .quiet() }

    @Test(arguments: [(1, 1, 10), (2, 1, 7), (2, 2, 7)])
    func `no sequence of events makes it break a rule`(
        mappers: Int,
        reducers: Int,
        length: Int
    ) throws {
        let setup = PipelineSetup.quiet(mappers: mappers, reducers: reducers)
        try CoordinatorSequenceTests(setup).check(length: length)
    }

    private func check(length: Int) throws {
        var coordinator = Bench.coordinator(setup)
        _ = coordinator.start()
        let first = State(coordinator: coordinator.node, account: Account())
        // Sequences that have come to the same end go on in the same way: one of them is enough.
        var seen: Set<State> = [first]
        var level: [(state: State, way: [Happening])] = [(first, [])]
        for _ in 0..<length {
            var next: [(state: State, way: [Happening])] = []
            for (state, way) in level where !state.account.hasEnded {
                for happening in happenings(in: state.account) {
                    var after = state
                    let way = way + [happening]
                    do throws(Wrong) {
                        try happen(happening, &after)
                    } catch {
                        Issue.record("\(error) after \(way)")
                        return
                    }
                    if seen.insert(after).inserted { next.append((after, way)) }
                }
            }
            level = next
        }
        // Not in vain: some of them end the job.
        #expect(seen.contains { $0.account.completed == [1] && $0.account.recovery > 0 })
        #expect(seen.contains { $0.account.hasEnded })
        #expect(seen.count > 1000)
    }

    private func happenings(in account: Account) -> [Happening] {
        var all: [Happening] = account.isDue ? [.due] : []
        if !account.writes.isEmpty { all += [.saved, .notSaved] }
        for worker in workers {
            all += [
                .answered(worker), .answeredOther(worker), .answeredOlder(worker),
                .refused(worker), .recoveredOlder(worker), .ended(worker), .overdue(worker),
            ]
            // Nobody goes back who has not been told to.
            if account.areMappersTold || setup.reducers.contains(worker) {
                all.append(.recovered(worker))
            }
            if account.isRecovering, account.target != Pipeline.beginning {
                all.append(.damaged(worker))
            }
        }
        for mapper in setup.mappers { all += [.done(mapper), .doneOlder(mapper)] }
        return all
    }

    private func call(_ happening: Happening, _ account: Account) -> Call<Pipeline> {
        let id = account.attempt ?? account.lastID
        let now = account.recovery
        return switch happening {
        case .answered(let worker): .receive(.acknowledgement(of: id, now), from: worker)
        case .answeredOther(let worker):
            .receive(.checkpointAcknowledged(id: id + 1, recovery: now), from: worker)
        case .answeredOlder(let worker):
            .receive(.acknowledgement(of: id, now - 1), from: worker)
        case .refused(let worker):
            .receive(.checkpointRefused(id: id, recovery: now), from: worker)
        case .recovered(let worker):
            .receive(.recoveryAcknowledged(recovery: now), from: worker)
        case .recoveredOlder(let worker):
            .receive(.recoveryAcknowledged(recovery: now - 1), from: worker)
        case .damaged(let worker):
            .receive(.recoveryRefused(checkpoint: account.target, recovery: now), from: worker)
        case .done(let worker): .receive(.done(recovery: now), from: worker)
        case .doneOlder(let worker): .receive(.done(recovery: now - 1), from: worker)
        case .ended(let worker): .fire(.ended(worker))
        case .overdue(let worker): .fire(.overdue(worker))
        case .saved:
            .fire(.saved(checkpoint: account.writes[0].id, recovery: account.writes[0].recovery))
        case .notSaved:
            .fire(.notSaved(checkpoint: account.writes[0].id, recovery: account.writes[0].recovery))
        case .due: .fire(.checkpointDue)
        }
    }

    private func happen(_ happening: Happening, _ state: inout State) throws(Wrong) {
        var bench = Bench(state.coordinator, me: PipelineSetup.coordinator, setup)
        let call = call(happening, state.account)
        var account = state.account
        note(happening, &account)
        let effects = bench.call(call)
        for effect in effects { try check(effect, &account) }
        if case .ended(let worker) = happening, !state.account.isLastOfAll {
            guard effects.contains(.launch(worker)) else { throw Wrong(description: "left dead") }
        }
        if case .overdue(let worker) = happening, !state.account.isLastOfAll {
            guard Array(effects.prefix(2)) == [.kill(worker), .launch(worker)] else {
                throw Wrong(description: "launched beside one that lives")
            }
        }
        guard bench.node.lastRecoveryID == account.recovery else {
            throw Wrong(description: "a recovery of which nobody was told")
        }
        guard bench.node.completed == account.completed else {
            throw Wrong(description: "\(bench.node.completed) is not \(account.completed)")
        }
        guard account.isLedOn(setup) else {
            throw Wrong(description: "all have gone back, and nobody is told: \(account)")
        }
        guard account.hasEnded || account.mayStill else {
            throw Wrong(description: "nothing will ever happen: \(account)")
        }
        state = State(coordinator: bench.node, account: account)
    }

    /// What the happening itself says.
    private func note(_ happening: Happening, _ account: inout Account) {
        switch happening {
        case .answered(let worker): if account.attempt != nil { account.answered.insert(worker) }
        case .refused(let worker):
            guard account.attempt != nil, !account.answered.contains(worker) else { return }
            account.answered.insert(worker)
            account.isRefused = true
        case .recovered(let worker): account.recovered.insert(worker)
        case .damaged: account.completed.removeAll { $0 == account.target }
        case .done(let worker): account.done.insert(worker)
        case .saved:
            let commit = account.writes.removeFirst()
            if commit.id != Pipeline.last { account.completed.append(commit.id) }
            if account.attempt == commit.id, commit.recovery == account.recovery {
                account.attempt = nil
            }
        case .notSaved:
            let commit = account.writes.removeFirst()
            if account.attempt == commit.id, commit.recovery == account.recovery,
                commit.id != Pipeline.last
            {
                account.attempt = nil
            }
        case .due: account.isDue = false
        case .answeredOther, .answeredOlder, .recoveredOlder, .doneOlder, .ended, .overdue: break
        }
    }

    private func check(
        _ effect: Effect<Pipeline>,
        _ account: inout Account
    ) throws(Wrong) {
        func demand(_ isSo: Bool, _ rule: String) throws(Wrong) {
            if !isSo { throw Wrong(description: "\(rule): \(effect), \(account)") }
        }
        switch effect {
        case .emit(.checkpointBegan(let id, let recovery)):
            try demand(account.attempt == nil, "one at a time")
            try demand(!account.isRecovering, "none while a recovery runs")
            try demand(recovery == account.recovery, "of the present recovery")
            if id == Pipeline.last {
                try demand(account.done.isSuperset(of: setup.mappers), "the last when all are done")
            } else {
                try demand(id > account.lastID, "ids only grow")
                account.lastID = id
            }
            account.attempt = id
            account.answered = []
            account.isRefused = false
            account.isDue = false
        case .send(.checkpoint(let id, let recovery), let worker, .acknowledged):
            try demand(setup.mappers.contains(worker), "mappers are asked")
            try demand(id == account.attempt && recovery == account.recovery, "what has begun")
        case .write(.complete(let recovery), let name, _, _):
            try demand(recovery == account.recovery, "of the present recovery")
            try demand(name == account.attempt.map(Pipeline.name), "what is under way")
            try demand(account.answered == Set(workers) && !account.isRefused, "all have answered")
            try demand(!account.isRecovering, "none while a recovery runs")
            let id = account.attempt ?? Pipeline.last
            account.writes.append(Commit(id: id, recovery: recovery))
            if id == Pipeline.last { account.isLastOfAll = true }
        case .emit(.checkpointAborted(let id, _, _)):
            // The last one, whose parts are all there, is only to be called complete once more.
            if !account.isLastOfAll || id != Pipeline.last { account.attempt = nil }
        case .emit(.recoveryBegan(let recovery, let checkpoint, _, _)):
            try demand(recovery == account.recovery + 1, "recovery ids grow by one")
            try demand(
                checkpoint == account.completed.last ?? Pipeline.beginning,
                "to the newest complete one"
            )
            try demand(!account.isLastOfAll, "none when the result is there")
            account.recovery = recovery
            account.target = checkpoint
            account.attempt = nil
            account.isRecovering = true
            account.recovered = []
            account.areMappersTold = false
            account.done = []
            account.isDue = false
        case .send(.recover(let checkpoint, let recovery), let worker, .acknowledged):
            try demand(checkpoint == account.target, "all to one checkpoint")
            try demand(recovery == account.recovery, "under one id")
            guard setup.mappers.contains(worker) else { return }
            try demand(account.recovered.isSuperset(of: setup.reducers), "reducers first")
            account.areMappersTold = true
        case .emit(.recoveryEnded(let recovery)):
            try demand(account.areMappersTold && recovery == account.recovery, "it was under way")
            try demand(account.recovered == Set(workers), "all have gone back")
            account.isRecovering = false
        case .arm(.checkpointDue, _): account.isDue = true
        case .disarm(.checkpointDue): account.isDue = false
        case .emit(.finished):
            try demand(account.isLastOfAll && account.writes.isEmpty, "the result is at rest")
        case .halt:
            try demand(account.isLastOfAll, "the result is at rest")
            account.hasEnded = true
        case .emit, .send, .launch, .kill, .watch, .arm, .disarm, .write, .save, .pause, .resume,
            .read, .wantIdle:
            break
        }
    }
}
