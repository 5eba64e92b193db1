import Nodes
import Testing

@testable import CheckpointingSolution

/// What finds no room is tried again; what an earlier job has left is gone on from.
@Suite struct CoordinatorRefusalTests {
    private let setup = PipelineSetup.quiet()
    private let pause = Effect<Pipeline>.arm(
        .checkpointDue,
        afterNanoseconds: 500_000_000...500_000_000
    )
    private var workers: [NodeID] { setup.mappers + setup.reducers }

    /// A coordinator with a checkpoint under way: the first, or the last.
    private func coordinator(taking id: Int) -> Bench<Coordinator> {
        var coordinator = Bench.coordinator(setup)
        _ = coordinator.start()
        if id == Pipeline.last {
            for mapper in setup.mappers {
                _ = coordinator.receive(.done(recovery: 0), from: mapper)
            }
        } else {
            _ = coordinator.fire(.checkpointDue)
        }
        #expect(coordinator.node.attempt?.id == id)
        return coordinator
    }

    private func answer(
        _ id: Int,
        refusing: NodeID? = nil,
        _ coordinator: inout Bench<Coordinator>
    ) -> [Effect<Pipeline>] {
        workers.reduce([]) { effects, worker in
            let answer: Pipeline.Message =
                worker == refusing
                ? .checkpointRefused(id: id, recovery: 0) : .acknowledgement(of: id, 0)
            return effects + coordinator.receive(answer, from: worker)
        }
    }

    @Test(arguments: [0, 1], 0..<4)
    func `a checkpoint of which a part finds no room is waited for, and given up`(
        id: Int,
        place: Int
    ) {
        var coordinator = coordinator(taking: id)
        #expect(
            answer(id, refusing: workers[place], &coordinator)
                == [
                    .emit(.checkpointAborted(id: id, worker: workers[place], reason: .notSaved)),
                    pause,
                ]
        )
        #expect(coordinator.node.attempt == nil && coordinator.node.completed.isEmpty)
        // The last one once more under its name, any other under a new one.
        let next = id == Pipeline.last ? Pipeline.last : 2
        #expect(
            coordinator.fire(.checkpointDue).first
                == .emit(.checkpointBegan(id: next, recovery: 0))
        )
        #expect(answer(next, &coordinator) == [.part(.complete(recovery: 0), of: next)])
    }

    @Test func `that it is complete finds no room: another follows`() {
        var coordinator = coordinator(taking: 1)
        _ = answer(1, &coordinator)
        let reason = Pipeline.Output.checkpointAborted(
            id: 1,
            worker: PipelineSetup.coordinator,
            reason: .notSaved
        )
        #expect(coordinator.fire(.notSaved(checkpoint: 1, recovery: 0)) == [.emit(reason), pause])
        #expect(coordinator.node.completed.isEmpty)
        #expect(coordinator.fire(.checkpointDue).outputs == [.checkpointBegan(id: 2, recovery: 0)])
    }

    @Test func `that the last one is complete finds no room: it is said again, until there is`() {
        var coordinator = coordinator(taking: Pipeline.last)
        _ = answer(0, &coordinator)
        for pause in [500, 1000, 1000, 1000] {
            let refused = coordinator.fire(.notSaved(checkpoint: 0, recovery: 0))
            #expect(refused.last == .pause(milliseconds: pause))
            #expect(coordinator.fire(.checkpointDue) == [.part(.complete(recovery: 0), of: 0)])
        }
        #expect(coordinator.fire(.saved(checkpoint: 0, recovery: 0)).last == .halt)
    }

    @Test
    func `the pause doubles with each refusal, up to a second, and begins anew after a success`() {
        var coordinator = coordinator(taking: 1)
        for (place, pause) in [500, 1000, 1000].enumerated() {
            let effects = answer(place + 1, refusing: workers[0], &coordinator)
            #expect(effects.last == .pause(milliseconds: pause))
            _ = coordinator.fire(.checkpointDue)
        }
        _ = answer(4, &coordinator)
        _ = coordinator.fire(.saved(checkpoint: 4, recovery: 0))
        _ = coordinator.fire(.checkpointDue)
        #expect(answer(5, refusing: workers[0], &coordinator).last == pause)
    }

    @Test(arguments: [true, false])
    func `a last checkpoint that is refused again and again ends the job`(byWorker: Bool) {
        var coordinator = coordinator(taking: Pipeline.last)
        let refusedBy = byWorker ? workers[3] : PipelineSetup.coordinator
        if !byWorker { _ = answer(0, &coordinator) }
        for count in 1...Coordinator.Limit.lastRefusalsMax {
            let effects =
                byWorker
                ? answer(0, refusing: workers[3], &coordinator)
                : coordinator.fire(.notSaved(checkpoint: 0, recovery: 0))
            let isOver = count == Coordinator.Limit.lastRefusalsMax
            let abort = Pipeline.Output.checkpointAborted(
                id: 0,
                worker: refusedBy,
                reason: isOver ? .neverSaved : .notSaved
            )
            #expect(effects.first == .emit(abort))
            #expect((effects.last == .halt) == isOver)
            if isOver { continue }
            _ = coordinator.fire(.checkpointDue)
        }
        #expect(coordinator.node.position == .exiting)
    }

    @Test func `a refusal from before a recovery says nothing of after it`() {
        var coordinator = coordinator(taking: 1)
        _ = answer(1, &coordinator)
        _ = coordinator.fire(.ended(workers[0]))
        let before = coordinator.node
        #expect(coordinator.fire(.notSaved(checkpoint: 1, recovery: 0)).isEmpty)
        #expect(
            coordinator.receive(.checkpointRefused(id: 1, recovery: 0), from: workers[1]).isEmpty
        )
        #expect(coordinator.node == before)
    }

    @Test func `who is done while a checkpoint is given up gets the last one after the pause`() {
        var coordinator = coordinator(taking: 1)
        for mapper in setup.mappers { _ = coordinator.receive(.done(recovery: 0), from: mapper) }
        #expect(answer(1, refusing: workers[2], &coordinator).last == pause)
        #expect(
            coordinator.fire(.checkpointDue).outputs == [.checkpointBegan(id: 0, recovery: 0)]
        )
    }

    // MARK: Going on from an earlier job

    @Test func `it goes on from the newest checkpoint that is whole, under a new recovery id`() {
        var setup = setup
        setup.isResumed = true
        // Also what was never complete was of a recovery, and must not be mistaken for what comes.
        setup.earlierRecoveryID = 5
        var coordinator = Bench.coordinator(
            setup,
            saved: [
                "2": .complete(recovery: 0), "10": .complete(recovery: 3),
                "9": .complete(recovery: 1), "0": .complete(recovery: 5),
                "notes": .complete(recovery: 8), "11": .cursor(Cursor(), recovery: 3),
            ],
            damaged: ["9"]
        )
        let effects = coordinator.start()
        let resumed = Pipeline.Output.recoveryBegan(
            recovery: 6,
            checkpoint: 10,
            worker: PipelineSetup.coordinator,
            reason: .resumed
        )
        #expect(effects.outputs == [resumed])
        #expect(
            effects.messages.map(\.message)
                == [.recover(checkpoint: 10, recovery: 6), .recover(checkpoint: 10, recovery: 6)]
        )
        #expect(!effects.contains { if case .launch = $0 { true } else { false } })
        #expect(coordinator.node.completed == [2, 10])
        for worker in setup.reducers + setup.mappers {
            _ = coordinator.receive(.recoveryAcknowledged(recovery: 6), from: worker)
        }
        #expect(coordinator.fire(.checkpointDue).outputs == [.checkpointBegan(id: 11, recovery: 6)])
    }

    @Test func `where there is none, it begins at the beginning`() {
        var setup = setup
        setup.isResumed = true
        var coordinator = Bench.coordinator(setup)
        #expect(
            coordinator.start().messages.map(\.message)
                == [.recover(checkpoint: -1, recovery: 1), .recover(checkpoint: -1, recovery: 1)]
        )
    }
}

extension Effect<Pipeline> {
    fileprivate static func pause(milliseconds: Int) -> Effect {
        let nanoseconds = milliseconds * 1_000_000
        return .arm(.checkpointDue, afterNanoseconds: nanoseconds...nanoseconds)
    }
}
