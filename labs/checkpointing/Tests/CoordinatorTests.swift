import Nodes
import Testing

@testable import CheckpointingSolution

/// The coordinator as a value: the phases of the text, every way from one to another.
@Suite struct CoordinatorTests {
    static let setup = PipelineSetup.quiet()
    private let mappers = setup.mappers
    private let reducers = setup.reducers
    private var workers: [NodeID] { mappers + reducers }
    private let pause = Effect<Pipeline>.arm(
        .checkpointDue,
        afterNanoseconds: 500_000_000...500_000_000
    )

    /// Brings a coordinator into a phase, by the shortest way.
    private func coordinator(in phase: Coordinator.Phase) -> Bench<Coordinator> {
        var coordinator = Bench.coordinator(Self.setup)
        _ = coordinator.start()
        switch phase {
        case .checkpointing: break
        case .recoverReducers: _ = coordinator.fire(.ended(mappers[0]))
        case .recoverMappers:
            _ = coordinator.fire(.ended(mappers[0]))
            for reducer in reducers { recovered(reducer, 1, &coordinator) }
        case .lastCheckpoint: done(0, &coordinator)
        case .exiting:
            done(0, &coordinator)
            acknowledge(Pipeline.last, 0, &coordinator)
        }
        #expect(coordinator.node.position == phase)
        return coordinator
    }

    @discardableResult private func acknowledge(
        _ id: Int,
        _ recovery: Int,
        but missing: NodeID? = nil,
        _ coordinator: inout Bench<Coordinator>
    ) -> [Effect<Pipeline>] {
        workers.filter { $0 != missing }.reduce([]) { effects, worker in
            effects + coordinator.receive(.acknowledgement(of: id, recovery), from: worker)
        }
    }

    @discardableResult private func recovered(
        _ worker: NodeID,
        _ recovery: Int,
        _ coordinator: inout Bench<Coordinator>
    ) -> [Effect<Pipeline>] {
        coordinator.receive(.recoveryAcknowledged(recovery: recovery), from: worker)
    }

    private func recover(_ recovery: Int, _ coordinator: inout Bench<Coordinator>) {
        for worker in reducers + mappers { recovered(worker, recovery, &coordinator) }
    }

    @discardableResult private func done(
        _ recovery: Int,
        _ coordinator: inout Bench<Coordinator>
    ) -> [Effect<Pipeline>] {
        mappers.reduce([]) { $0 + coordinator.receive(.done(recovery: recovery), from: $1) }
    }

    /// Takes the next checkpoint and brings it to rest.
    private func complete(
        _ id: Int,
        _ coordinator: inout Bench<Coordinator>
    ) {
        _ = coordinator.fire(.checkpointDue)
        acknowledge(id, 0, &coordinator)
        _ = coordinator.fire(.saved(checkpoint: id, recovery: 0))
        #expect(coordinator.node.completed.last == id)
    }

    // MARK: Checkpoints

    @Test func `it begins with a pause, and then asks the mappers alone`() {
        var coordinator = Bench.coordinator(Self.setup)
        #expect(
            coordinator.start() == workers.map { .watch($0, .ended($0)) } + [pause]
        )
        #expect(
            coordinator.fire(.checkpointDue) == [
                .emit(.checkpointBegan(id: 1, recovery: 0)),
                .tell(.checkpoint(id: 1, recovery: 0), to: mappers[0]),
                .tell(.checkpoint(id: 1, recovery: 0), to: mappers[1]),
            ]
        )
        #expect(coordinator.fire(.checkpointDue).isEmpty, "there is never more than one under way")
    }

    @Test func `a checkpoint is complete with the last answer, whoever gives it`() {
        func go(_ coordinator: Bench<Coordinator>, _ missing: [NodeID]) {
            for worker in missing {
                var coordinator = coordinator
                let effects = coordinator.receive(
                    .checkpointAcknowledged(id: 1, recovery: 0),
                    from: worker
                )
                let others = missing.filter { $0 != worker }
                #expect(effects == (others.isEmpty ? [.part(.complete(recovery: 0), of: 1)] : []))
                go(coordinator, others)
            }
        }
        var coordinator = coordinator(in: .checkpointing)
        _ = coordinator.fire(.checkpointDue)
        go(coordinator, workers)
    }

    @Test func `it counts when that is at rest, and then comes a pause and the next`() {
        var coordinator = coordinator(in: .checkpointing)
        _ = coordinator.fire(.checkpointDue)
        acknowledge(1, 0, &coordinator)
        #expect(coordinator.node.completed.isEmpty && coordinator.node.attempt != nil)
        #expect(
            coordinator.fire(.saved(checkpoint: 1, recovery: 0))
                == [.emit(.checkpointCompleted(id: 1, recovery: 0)), pause]
        )
        #expect(coordinator.node.completed == [1] && coordinator.node.attempt == nil)
        #expect(
            coordinator.fire(.checkpointDue).first
                == .emit(.checkpointBegan(id: 2, recovery: 0))
        )
    }

    @Test func `an answer that comes twice, late or for another checkpoint is not counted`() {
        var coordinator = coordinator(in: .checkpointing)
        complete(1, &coordinator)
        _ = coordinator.fire(.ended(reducers[0]))
        recover(1, &coordinator)
        _ = coordinator.fire(.checkpointDue)
        acknowledge(2, 1, but: reducers[1], &coordinator)
        let before = coordinator.node
        let wrong: [(Pipeline.Message, NodeID)] = [
            (.checkpointAcknowledged(id: 2, recovery: 1), mappers[0]),
            (.checkpointAcknowledged(id: 1, recovery: 1), reducers[1]),
            (.checkpointAcknowledged(id: 3, recovery: 1), reducers[1]),
            (.checkpointAcknowledged(id: 2, recovery: 0), reducers[1]),
            (.checkpointAcknowledged(id: 2, recovery: 2), reducers[1]),
            (.checkpointRefused(id: 2, recovery: 0), reducers[1]),
            (.lastCheckpointAcknowledged(recovery: 1), reducers[1]),
            (.checkpointAcknowledged(id: 2, recovery: 1), PipelineSetup.coordinator),
        ]
        for (message, sender) in wrong {
            #expect(coordinator.receive(message, from: sender).isEmpty, "\(message)")
            #expect(coordinator.node == before, "\(message)")
        }
        #expect(!acknowledge(2, 1, &coordinator).isEmpty)
    }

    @Test func `there are no more checkpoints than was asked for, but always the last`() {
        var setup = Self.setup
        setup.checkpointCountMax = 1
        var coordinator = Bench.coordinator(setup)
        #expect(coordinator.start().last == pause)
        _ = coordinator.fire(.checkpointDue)
        acknowledge(1, 0, &coordinator)
        #expect(coordinator.fire(.saved(checkpoint: 1, recovery: 0)).count == 1)
        #expect(done(0, &coordinator).contains(.emit(.checkpointBegan(id: 0, recovery: 0))))
        setup.checkpointCountMax = nil
        setup.checkpointInterval = nil
        coordinator = .coordinator(setup)
        #expect(!coordinator.start().contains(pause))
        #expect(done(0, &coordinator).contains(.emit(.checkpointBegan(id: 0, recovery: 0))))
    }

    // MARK: The last checkpoint

    @Test func `the last checkpoint begins when all mappers are at their ends`() {
        var coordinator = coordinator(in: .checkpointing)
        #expect(coordinator.receive(.done(recovery: 0), from: mappers[1]).isEmpty)
        #expect(coordinator.receive(.done(recovery: 0), from: mappers[1]).isEmpty)
        #expect(
            coordinator.receive(.done(recovery: 0), from: mappers[0]) == [
                .disarm(.checkpointDue), .emit(.checkpointBegan(id: 0, recovery: 0)),
                .tell(.checkpoint(id: 0, recovery: 0), to: mappers[0]),
                .tell(.checkpoint(id: 0, recovery: 0), to: mappers[1]),
            ]
        )
        #expect(coordinator.node.position == .lastCheckpoint)
    }

    @Test func `it waits for the checkpoint that is under way`() {
        var coordinator = coordinator(in: .checkpointing)
        _ = coordinator.fire(.checkpointDue)
        #expect(done(0, &coordinator).isEmpty)
        #expect(acknowledge(1, 0, &coordinator) == [.part(.complete(recovery: 0), of: 1)])
        #expect(
            coordinator.fire(.saved(checkpoint: 1, recovery: 0))
                .contains(.emit(.checkpointBegan(id: 0, recovery: 0)))
        )
    }

    @Test func `all end when the result is at rest, and not before`() {
        var coordinator = coordinator(in: .lastCheckpoint)
        #expect(acknowledge(0, 0, &coordinator) == [.part(.complete(recovery: 0), of: 0)])
        #expect(coordinator.node.position == .exiting)
        #expect(
            coordinator.fire(.saved(checkpoint: 0, recovery: 0))
                == [
                    .emit(.checkpointCompleted(id: 0, recovery: 0)), .emit(.finished),
                ] + workers.map { .tell(.exit, to: $0) } + [.halt]
        )
    }

    @Test(arguments: [Coordinator.Phase.checkpointing, .recoverMappers, .lastCheckpoint])
    func `input that is bad ends the job, and says why`(phase: Coordinator.Phase) {
        var coordinator = coordinator(in: phase)
        #expect(
            coordinator.receive(.failed(reason: "no such file"), from: mappers[0])
                == [.emit(.failed(reason: "no such file"))]
                + workers.map { .tell(.exit, to: $0) } + [.halt]
        )
        #expect(coordinator.receive(.failed(reason: "nor this"), from: mappers[1]).isEmpty)
    }

    // MARK: Recovery

    @Test(
        arguments: [
            Coordinator.Phase.checkpointing, .recoverReducers, .recoverMappers, .lastCheckpoint,
        ],
        setup.mappers + setup.reducers
    )
    func `a death in any phase leads back to the reducers, under a new recovery id`(
        phase: Coordinator.Phase,
        worker: NodeID
    ) {
        var coordinator = coordinator(in: phase)
        let recovery = coordinator.node.lastRecoveryID + 1
        let aborted: [Effect<Pipeline>] =
            phase == .lastCheckpoint
            ? [.emit(.checkpointAborted(id: 0, worker: worker, reason: .workerLost))] : []
        #expect(
            coordinator.fire(.ended(worker))
                == [.launch(worker), .watch(worker, .ended(worker))] + aborted + [
                    .emit(
                        .recoveryBegan(
                            recovery: recovery,
                            checkpoint: -1,
                            worker: worker,
                            reason: .died
                        )
                    ), .disarm(.checkpointDue),
                    .tell(.recover(checkpoint: -1, recovery: recovery), to: reducers[0]),
                    .tell(.recover(checkpoint: -1, recovery: recovery), to: reducers[1]),
                ]
        )
        #expect(coordinator.node.position == .recoverReducers)
        #expect(coordinator.node.attempt == nil)
    }

    @Test(arguments: setup.mappers + setup.reducers)
    func `whoever dies when the result is on its way to rest is not missed`(worker: NodeID) {
        var coordinator = coordinator(in: .exiting)
        let before = coordinator.node
        #expect(coordinator.fire(.ended(worker)).isEmpty)
        #expect(coordinator.fire(.overdue(worker)).isEmpty)
        #expect(coordinator.receive(.heartbeat, from: worker).isEmpty)
        #expect(coordinator.node == before)
    }

    @Test func `the reducers go back first, then the mappers, then checkpoints go on`() {
        var coordinator = coordinator(in: .recoverReducers)
        #expect(recovered(reducers[0], 1, &coordinator).isEmpty)
        #expect(recovered(reducers[0], 1, &coordinator).isEmpty, "twice is once")
        #expect(
            recovered(reducers[1], 1, &coordinator)
                == mappers.map { .tell(.recover(checkpoint: -1, recovery: 1), to: $0) }
        )
        #expect(coordinator.node.position == .recoverMappers)
        #expect(recovered(mappers[0], 1, &coordinator).isEmpty)
        #expect(
            recovered(mappers[1], 1, &coordinator) == [.emit(.recoveryEnded(recovery: 1)), pause]
        )
        #expect(coordinator.node.position == .checkpointing)
        #expect(recovered(mappers[1], 1, &coordinator).isEmpty)
    }

    @Test
    func `a second death during a recovery begins another, and the first one ends in nothing`() {
        var coordinator = coordinator(in: .recoverReducers)
        recovered(reducers[0], 1, &coordinator)
        _ = coordinator.fire(.ended(reducers[0]))
        for worker in workers { #expect(recovered(worker, 1, &coordinator).isEmpty) }
        #expect(coordinator.node.position == .recoverReducers)
        recovered(reducers[0], 2, &coordinator)
        #expect(!recovered(reducers[1], 2, &coordinator).isEmpty)
    }

    @Test func `an answer that is late does not take back a newer one`() {
        var coordinator = coordinator(in: .recoverReducers)
        _ = coordinator.fire(.ended(mappers[1]))
        for worker in reducers + mappers {
            recovered(worker, 2, &coordinator)
            #expect(recovered(worker, 1, &coordinator).isEmpty)
        }
        #expect(coordinator.node.position == .checkpointing)
    }

    @Test func `all at once may die`() {
        var coordinator = coordinator(in: .checkpointing)
        for (count, worker) in workers.enumerated() {
            #expect(coordinator.fire(.ended(worker)).contains(.launch(worker)))
            #expect(coordinator.node.lastRecoveryID == count + 1)
        }
        recover(4, &coordinator)
        #expect(coordinator.node.position == .checkpointing)
    }

    @Test func `checkpoints of before a recovery are not answered, and their ids not used again`() {
        var coordinator = coordinator(in: .checkpointing)
        _ = coordinator.fire(.checkpointDue)
        acknowledge(1, 0, but: reducers[1], &coordinator)
        #expect(
            coordinator.fire(.ended(mappers[0])).outputs.first
                == .checkpointAborted(id: 1, worker: mappers[0], reason: .workerLost)
        )
        #expect(coordinator.fire(.checkpointDue).isEmpty)
        #expect(acknowledge(1, 0, &coordinator).isEmpty && acknowledge(1, 1, &coordinator).isEmpty)
        recover(1, &coordinator)
        #expect(
            coordinator.fire(.checkpointDue).first == .emit(.checkpointBegan(id: 2, recovery: 1))
        )
    }

    @Test func `who was done before a recovery is not done after it`() {
        var coordinator = coordinator(in: .checkpointing)
        _ = coordinator.receive(.done(recovery: 0), from: mappers[0])
        _ = coordinator.fire(.ended(reducers[0]))
        recover(1, &coordinator)
        #expect(coordinator.receive(.done(recovery: 1), from: mappers[1]).isEmpty)
        #expect(coordinator.receive(.done(recovery: 0), from: mappers[0]).isEmpty)
        #expect(!coordinator.receive(.done(recovery: 1), from: mappers[0]).isEmpty)
    }

    @Test func `the last checkpoint waits for the end of a recovery`() {
        var coordinator = coordinator(in: .recoverMappers)
        recovered(mappers[0], 1, &coordinator)
        _ = coordinator.receive(.done(recovery: 1), from: mappers[0])
        // The answer to the recovery has been overtaken by what came after it.
        #expect(coordinator.receive(.done(recovery: 1), from: mappers[1]).isEmpty)
        #expect(
            recovered(mappers[1], 1, &coordinator).outputs
                == [.recoveryEnded(recovery: 1), .checkpointBegan(id: 0, recovery: 1)]
        )
        #expect(coordinator.node.position == .lastCheckpoint)
    }

    @Test
    func `a recovery leads to the newest checkpoint that is complete, and not to a newer one`() {
        var coordinator = coordinator(in: .checkpointing)
        complete(1, &coordinator)
        complete(2, &coordinator)
        _ = coordinator.fire(.checkpointDue)
        acknowledge(3, 0, &coordinator)
        // All parts of the third are at rest, but that this is so is not.
        _ = coordinator.fire(.ended(mappers[0]))
        #expect(coordinator.node.recoveryCheckpointID == 2)
        #expect(
            coordinator.fire(.saved(checkpoint: 3, recovery: 0))
                == [.emit(.checkpointCompleted(id: 3, recovery: 0))]
        )
        // Those who have not gone back yet go where the others are.
        for reducer in reducers {
            for effect in recovered(reducer, 1, &coordinator).messages {
                #expect(effect.message == .recover(checkpoint: 2, recovery: 1))
            }
        }
        _ = coordinator.fire(.ended(mappers[0]))
        #expect(coordinator.node.recoveryCheckpointID == 3, "but the next recovery leads there")
    }

    @Test
    func `a part that is damaged sends all to the next older checkpoint, and to the beginning`() {
        var coordinator = coordinator(in: .checkpointing)
        complete(1, &coordinator)
        complete(2, &coordinator)
        _ = coordinator.fire(.ended(mappers[0]))
        let refusal = Pipeline.Message.recoveryRefused(checkpoint: 2, recovery: 1)
        #expect(
            coordinator.receive(refusal, from: reducers[0]) == [
                .emit(
                    .recoveryBegan(
                        recovery: 2,
                        checkpoint: 1,
                        worker: reducers[0],
                        reason: .damagedPart
                    )
                ), .disarm(.checkpointDue),
                .tell(.recover(checkpoint: 1, recovery: 2), to: reducers[0]),
                .tell(.recover(checkpoint: 1, recovery: 2), to: reducers[1]),
            ]
        )
        #expect(coordinator.receive(refusal, from: reducers[1]).isEmpty, "of an older recovery")
        for reducer in reducers { recovered(reducer, 2, &coordinator) }
        let another = Pipeline.Message.recoveryRefused(checkpoint: 1, recovery: 2)
        _ = coordinator.receive(another, from: mappers[1])
        #expect(coordinator.node.recoveryCheckpointID == Pipeline.beginning)
        #expect(coordinator.node.lastRecoveryID == 3)
    }

    @Test func `one that is only silent is killed before another takes its place`() {
        var setup = Self.setup
        setup.heartbeatInterval = .milliseconds(100)
        var coordinator = Bench.coordinator(setup)
        let late = Effect<Pipeline>.arm(
            .overdue(mappers[0]),
            afterNanoseconds: 1_000_000_000...1_000_000_000
        )
        #expect(coordinator.start().contains(late))
        #expect(coordinator.receive(.heartbeat, from: mappers[0]) == [late])
        #expect(
            Array(coordinator.fire(.overdue(mappers[0])).prefix(4)) == [
                .kill(mappers[0]), .launch(mappers[0]), .watch(mappers[0], .ended(mappers[0])),
                late,
            ]
        )
    }

    @Test func `whoever is not of the pipeline is not listened to`() {
        var coordinator = coordinator(in: .checkpointing)
        let before = coordinator.node
        for message in [Pipeline.Message.heartbeat, .failed(reason: "no"), .done(recovery: 0)] {
            #expect(coordinator.receive(message, from: PipelineSetup.coordinator).isEmpty)
        }
        let others: [Pipeline.Message] = [
            .checkpoint(id: 1, recovery: 0), .forwardedCheckpoint(id: 1, recovery: 0), .exit,
            .recover(checkpoint: 1, recovery: 1),
        ]
        for message in others { #expect(coordinator.receive(message, from: mappers[0]).isEmpty) }
        #expect(coordinator.fire(.heartbeat).isEmpty && coordinator.node == before)
    }
}
