import Nodes
import Testing

@testable import vectorclocks

/// Processes and the coordinator as values: what they answer to each call, and what they leave alone.
@Suite struct SnapshotNodeTests {
    // MARK: The programs

    @Test func `a tweet is its letters, each counted once, for the reducer whose they are`() {
        var mapper = SnapshotBench.process(0, tweets: ["bab"])
        let effects = mapper.fire(.next)
        let sent = effects.counts
        #expect(sent.map(\.word) == ["a", "b"] && sent.map(\.times) == [1, 2])
        #expect(sent.map(\.to) == SnapshotSetup().reducers)
        #expect(effects.contains { if case .arm(.next, _) = $0 { true } else { false } })
        #expect(mapper.fire(.next).isEmpty && mapper.node.isDone)
    }

    @Test(arguments: [true, false])
    func `messages keep their order over streams, and need not over datagrams`(isFIFO: Bool) {
        var setup = SnapshotSetup()
        setup.isFIFO = isFIFO
        var mapper = SnapshotBench.process(0, setup, tweets: ["a"])
        let links = mapper.fire(.next).compactMap {
            if case .send(_, _, let link) = $0 { link } else { nil }
        }
        #expect(links == [isFIFO ? .stream : .acknowledged])
    }

    // MARK: The snapshot

    @Test func `a process checkpoints before it takes the first message of a new epoch`() {
        var reducer = SnapshotBench.process(1)
        reducer.receive(.count("a"), from: NodeID(1))
        let effects = reducer.receive(.count("a", epoch: 1, event: 2), from: NodeID(1))
        #expect(effects.told == [.part(snapshot: 1, deficit: -1, recovery: 0)])
        #expect(reducer.part(1)?.program == .reducer(Self.reducer("a")))
        #expect(reducer.counts == ["a": 2])
        guard case .save? = effects.first else {
            Issue.record("it tells of a part that is not at rest: \(effects)")
            return
        }
    }

    @Test func `what it sends from then on is of the new epoch`() {
        var mapper = SnapshotBench.process(0, tweets: ["a", "a"])
        #expect(mapper.fire(.next).counts.map(\.epoch) == [0])
        let part = mapper.receive(.enter(epoch: 1, recovery: 0)).told
        #expect(part == [.part(snapshot: 1, deficit: 1, recovery: 0)])
        #expect(mapper.fire(.next).counts.map(\.epoch) == [1])
    }

    @Test func `the coordinator's word comes to nothing for a process that a message has told`() {
        var reducer = SnapshotBench.process(1)
        reducer.receive(.count("a", epoch: 1), from: NodeID(1))
        #expect(reducer.receive(.enter(epoch: 1, recovery: 0)).isEmpty)
    }

    @Test func `a message of the old epoch is counted, and put to rest as one in flight`() {
        var reducer = SnapshotBench.process(1)
        reducer.receive(.enter(epoch: 1, recovery: 0))
        let effects = reducer.receive(.count("c"), from: NodeID(1))
        #expect(effects.told == [.late(snapshot: 1, recovery: 0)])
        #expect(reducer.part(1)?.inFlight.map(\.count.word) == ["c"])
        #expect(reducer.part(1)?.program == .reducer(Reducer()), "the part itself stays")
        #expect(reducer.counts == ["c": 1])
    }

    @Test func `by its clock a process checkpoints at τ, and not at messages`() {
        var setup = SnapshotSetup()
        setup.algorithm = .timeAndDeficit
        var reducer = SnapshotBench.process(1, setup)
        #expect(
            reducer.call(.start) == [.arm(.checkpoint, afterNanoseconds: 20_000_000...20_000_000)]
        )
        #expect(reducer.receive(.count("a", epoch: 1), from: NodeID(1)).isEmpty)
        reducer.fire(.checkpoint)
        // It is counted, though its sender will send it again: the mistake of clocks.
        #expect(reducer.part(1)?.program == .reducer(Self.reducer("a")))
        #expect(reducer.part(1)?.ahead == 1)
    }

    @Test func `without a deficit what comes late is counted, and not recorded`() {
        var setup = SnapshotSetup()
        setup.algorithm = .time
        var reducer = SnapshotBench.process(1, setup)
        reducer.fire(.checkpoint)
        #expect(reducer.receive(.count("a"), from: NodeID(1)).isEmpty)
        #expect(reducer.counts == ["a": 1] && reducer.part(1)?.inFlight == [])
    }

    @Test func `with barriers a reducer holds a stream back until all have come to their mark`() {
        var setup = SnapshotSetup()
        setup.algorithm = .barrier
        setup.isFIFO = true
        setup.mapperCount = 2
        var reducer = SnapshotBench.process(2, setup)
        let mark = Snapshots.Message.barrier(snapshot: 1, recovery: 0)
        #expect(reducer.receive(mark, from: NodeID(1)) == [.pause(NodeID(1))])
        reducer.receive(.count("a"), from: NodeID(2))
        let effects = reducer.receive(mark, from: NodeID(2))
        #expect(effects.last == .resume(NodeID(1)))
        #expect(reducer.part(1)?.program == .reducer(Self.reducer("a")))
    }

    // MARK: Recovery

    @Test func `it goes back to its part, and takes once more what was in flight`() {
        var reducer = SnapshotBench.process(1)
        reducer.receive(.count("a"), from: NodeID(1))
        reducer.receive(.enter(epoch: 1, recovery: 0))
        reducer.receive(.count("c"), from: NodeID(1))
        reducer.receive(.count("a", epoch: 1), from: NodeID(1))
        let told = reducer.receive(.recover(snapshot: 1, epoch: 4, recovery: 1)).told
        #expect(told == [.recovered(recovery: 1)])
        #expect(reducer.counts == ["a": 1, "c": 1])
        #expect(reducer.node.epochs == EpochSnapshot(epoch: 4))
    }

    @Test func `a mapper that is back reads on only when all are`() {
        var mapper = SnapshotBench.process(0, tweets: ["a", "c"])
        mapper.fire(.next)
        mapper.receive(.recover(snapshot: 0, epoch: 1, recovery: 1))
        #expect(mapper.fire(.next).isEmpty)
        mapper.receive(.goOn(recovery: 1))
        #expect(mapper.fire(.next).counts.map(\.word) == ["a"])
    }

    @Test func `who begins again takes nothing before it knows from where`() {
        var reducer = SnapshotBench.process(1, incarnation: 1)
        #expect(reducer.call(.start).isEmpty)
        #expect(reducer.receive(.count("a"), from: NodeID(1)).isEmpty && reducer.counts.isEmpty)
        #expect(reducer.receive(.enter(epoch: 1, recovery: 0)).isEmpty)
    }

    @Test func `messages of an older recovery are dropped`() {
        var reducer = SnapshotBench.process(1)
        reducer.receive(.recover(snapshot: 0, epoch: 0, recovery: 2))
        #expect(reducer.receive(.count("a", recovery: 1), from: NodeID(1)).isEmpty)
        #expect(reducer.counts.isEmpty)
        #expect(reducer.receive(.recover(snapshot: 0, epoch: 0, recovery: 1)).isEmpty)
    }

    @Test func `a part that cannot be read is refused, and the coordinator leads elsewhere`() {
        var reducer = SnapshotBench.process(1)
        reducer.receive(.enter(epoch: 1, recovery: 0))
        reducer.damaged = ["1"]
        let told = reducer.receive(.recover(snapshot: 1, epoch: 1, recovery: 1)).told
        #expect(told == [.refused(snapshot: 1, recovery: 1)])
        var coordinator = Self.coordinator()
        coordinator.fire(.begin)
        for process in 1...3 {
            let part = Snapshots.Message.part(snapshot: 1, deficit: 0, recovery: 0)
            coordinator.receive(part, from: NodeID(process))
        }
        coordinator.fire(.ended(NodeID(2)))
        let effects = coordinator.receive(told[0], from: NodeID(2))
        let again = Snapshots.Message.recover(snapshot: 0, epoch: 1, recovery: 2)
        #expect(effects.contains(.send(again, to: NodeID(1), over: .acknowledged)))
    }

    // MARK: The coordinator

    private static func coordinator(
        _ setup: SnapshotSetup = SnapshotSetup()
    ) -> SnapshotBench<Coordinator> {
        SnapshotBench(Coordinator(setup: setup), me: SnapshotSetup.coordinator, setup)
    }

    @Test func `it tells everybody of the new epoch, also who gets no message`() {
        var coordinator = Self.coordinator()
        let told = coordinator.fire(.begin).compactMap {
            if case .send(.enter(1, 0), let process, .acknowledged) = $0 { process } else { nil }
        }
        #expect(told == SnapshotSetup().processes)
    }

    @Test func `a snapshot is complete when all parts are there and nothing is in flight`() {
        let news: [(Snapshots.Message, Int)] = [
            (.part(snapshot: 1, deficit: 2, recovery: 0), 1),
            (.part(snapshot: 1, deficit: -1, recovery: 0), 2),
            (.part(snapshot: 1, deficit: 0, recovery: 0), 3),
            (.late(snapshot: 1, recovery: 0), 3),
        ]
        // In whichever order they come: only all together make it complete.
        for order in Self.orders(of: news.count) {
            var coordinator = Self.coordinator()
            coordinator.fire(.begin)
            for (place, index) in order.enumerated() {
                let (message, process) = news[index]
                let effects = coordinator.receive(message, from: NodeID(process))
                let isLast = place == news.count - 1
                #expect(effects.contains(.emit(.completed(snapshot: 1))) == isLast, "\(order)")
            }
        }
    }

    @Test func `what is of an older recovery completes nothing`() {
        var coordinator = Self.coordinator()
        coordinator.fire(.begin)
        coordinator.fire(.ended(NodeID(1)))
        for process in 1...3 {
            let part = Snapshots.Message.part(snapshot: 1, deficit: 0, recovery: 0)
            #expect(coordinator.receive(part, from: NodeID(process)).isEmpty)
        }
        #expect(coordinator.node.completed.isEmpty)
    }

    @Test func `who has died is begun again, and all go on when all are back`() {
        var coordinator = Self.coordinator()
        let effects = coordinator.fire(.ended(NodeID(2)))
        #expect(effects.first == .launch(NodeID(2)))
        for process in 1...2 {
            let answer = coordinator.receive(.recovered(recovery: 1), from: NodeID(process))
            #expect(answer.isEmpty)
        }
        let last = coordinator.receive(.recovered(recovery: 1), from: NodeID(3))
        #expect(last.contains(.send(.goOn(recovery: 1), to: NodeID(1), over: .acknowledged)))
        #expect(last.contains(.emit(.recoveryEnded(recovery: 1))))
    }

    private static func reducer(_ words: String...) -> Reducer {
        var reducer = Reducer()
        for word in words { reducer.take(.init(word: word, times: 1)) }
        return reducer
    }

    /// All orders of so many things.
    private static func orders(of count: Int) -> [[Int]] {
        guard count > 0 else { return [[]] }
        return orders(of: count - 1).flatMap { order in
            (0..<count).map { place in
                var longer = order
                longer.insert(count - 1, at: place)
                return longer
            }
        }
    }
}
