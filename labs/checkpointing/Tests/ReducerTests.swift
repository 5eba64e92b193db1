import Nodes
import Testing
import Text

@testable import CheckpointingSolution

/// The reducer as a value: what it answers to each call, and what it leaves alone.
@Suite struct ReducerTests {
    private static let mappers = PipelineSetup.quiet().mappers
    private var mappers: [NodeID] { Self.mappers }

    private func marker(_ id: Int, _ recovery: Int = 0) -> Pipeline.Message {
        .forwardedCheckpoint(id: id, recovery: recovery)
    }

    private func counts(_ text: String, _ recovery: Int = 0) -> Pipeline.Message {
        .counts(PackedCounts(of: text), recovery: recovery)
    }

    // MARK: Counting

    @Test func `it adds what all mappers send`() {
        var reducer = Bench.reducer()
        #expect(reducer.receive(counts("a b a"), from: mappers[0]).isEmpty)
        #expect(reducer.receive(counts("b"), from: mappers[1]).isEmpty)
        #expect(reducer.node.counts == WordCounts(of: "a a b b"))
    }

    @Test func `counts of another recovery are dropped`() {
        var reducer = Bench.reducer()
        _ = reducer.receive(.recover(checkpoint: -1, recovery: 2))
        for recovery in [0, 1, 3] {
            _ = reducer.receive(counts("stale", recovery), from: mappers[0])
        }
        #expect(reducer.node.counts.isEmpty && reducer.node.countedRecoveryID == nil)
        _ = reducer.receive(counts("new", 2), from: mappers[0])
        #expect(reducer.node.counts == WordCounts(of: "new"))
        #expect(reducer.node.countedRecoveryID == 2)
    }

    // MARK: Checkpoints

    @Test(arguments: [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]])
    func `each channel is blocked by its marker, and all go on after the last`(order: [Int]) {
        var reducer = Bench.reducer(.quiet(mappers: 3, reducers: 1))
        let order = order.map { NodeID($0) }
        #expect(reducer.receive(marker(1), from: order[0]) == [.pause(order[0])])
        #expect(reducer.node.phase == "aligning")
        #expect(reducer.receive(marker(1), from: order[1]) == [.pause(order[1])])
        #expect(
            reducer.receive(marker(1), from: order[2]) == [
                .part(.counts(WordCounts(), recovery: 0), of: 1), .resume(order[0]),
                .resume(order[1]),
            ]
        )
        #expect(reducer.node.phase == "counting")
    }

    @Test func `with one mapper nothing is ever blocked`() {
        var reducer = Bench.reducer(.quiet(mappers: 1))
        #expect(
            reducer.receive(marker(1), from: NodeID(1))
                == [.part(.counts(WordCounts(), recovery: 0), of: 1)]
        )
    }

    @Test func `a marker that comes twice does not stand for that of another`() {
        var reducer = Bench.reducer()
        #expect(reducer.receive(marker(1), from: mappers[0]) == [.pause(mappers[0])])
        #expect(reducer.receive(marker(1), from: mappers[0]).isEmpty)
        #expect(reducer.receive(marker(1), from: NodeID(0)).isEmpty)
        #expect(reducer.node.phase == "aligning")
    }

    /// Each channel brings counts, its marker, and counts behind it; in all orders that the blocking allows.
    @Test(arguments: [2, 3])
    func `in any order, what is saved is what came before the markers`(channels: Int) {
        let setup = PipelineSetup.quiet(mappers: channels, reducers: 1)
        let before = setup.mappers.map { "before\($0.index) common" }.joined(separator: " ")
        let all = setup.mappers.map { "before\($0.index) common behind\($0.index)" }
        var ways = 0
        func go(_ reducer: Bench<Reducer>, _ places: [Int], _ blocked: Set<NodeID>, _ saved: Int) {
            guard places.contains(where: { $0 < 3 }) else {
                #expect(saved == 1 && blocked.isEmpty)
                #expect(reducer.node.counts == WordCounts(of: all.joined(separator: " ")))
                ways += 1
                return
            }
            for (channel, mapper) in setup.mappers.enumerated()
            where places[channel] < 3 && !blocked.contains(mapper) {
                let message =
                    [
                        counts("before\(mapper.index) common"), marker(1),
                        counts("behind\(mapper.index)"),
                    ][places[channel]]
                var (reducer, places, blocked, saved) = (reducer, places, blocked, saved)
                places[channel] += 1
                for effect in reducer.receive(message, from: mapper) {
                    switch effect {
                    case .pause(let mapper): blocked.insert(mapper)
                    case .resume(let mapper): blocked.remove(mapper)
                    default:
                        saved += 1
                        let part = Pipeline.Saved.counts(WordCounts(of: before), recovery: 0)
                        #expect(effect == .part(part, of: 1), "\(places)")
                    }
                }
                go(reducer, places, blocked, saved)
            }
        }
        go(.reducer(setup), setup.mappers.map { _ in 0 }, [], 0)
        // The channel of the last marker goes on first or not: so many interleavings there are.
        #expect(ways == (channels == 2 ? 12 : 540))
    }

    @Test func `what is written is the value of the last marker, whatever comes before it rests`() {
        var reducer = Bench.reducer(.quiet(mappers: 1))
        _ = reducer.receive(counts("a"), from: NodeID(1))
        let effects = reducer.receive(marker(1), from: NodeID(1))
        _ = reducer.receive(counts("b"), from: NodeID(1))
        #expect(effects == [.part(.counts(WordCounts(of: "a"), recovery: 0), of: 1)])
        #expect(reducer.node.counts == WordCounts(of: "a b"))
    }

    @Test func `it answers when its part is at rest, and not before`() {
        var reducer = Bench.reducer(.quiet(mappers: 1))
        #expect(reducer.receive(marker(1), from: NodeID(1)).messages.isEmpty)
        #expect(
            reducer.fire(.saved(checkpoint: 1, recovery: 0))
                == [.tell(.checkpointAcknowledged(id: 1, recovery: 0))]
        )
        #expect(reducer.node.lastCheckpointID == 1)
        #expect(reducer.receive(marker(0), from: NodeID(1)).messages.isEmpty)
        #expect(
            reducer.fire(.saved(checkpoint: 0, recovery: 0))
                == [.tell(.lastCheckpointAcknowledged(recovery: 0))]
        )
    }

    @Test func `a part that finds no room is refused, and the last one may be tried again`() {
        var reducer = Bench.reducer()
        for id in [1, 0, 0] {
            for mapper in mappers { _ = reducer.receive(marker(id), from: mapper) }
            #expect(
                reducer.fire(.notSaved(checkpoint: id, recovery: 0))
                    == [.tell(.checkpointRefused(id: id, recovery: 0))]
            )
        }
        _ = reducer.receive(marker(0), from: mappers[0])
        let part = Pipeline.Saved.counts(WordCounts(), recovery: 0)
        #expect(reducer.receive(marker(0), from: mappers[1]).first == .part(part, of: 0))
    }

    @Test func `markers of another recovery block nobody`() {
        var reducer = Bench.reducer()
        _ = reducer.receive(.recover(checkpoint: -1, recovery: 2))
        for recovery in [0, 1, 3] {
            for mapper in mappers {
                #expect(reducer.receive(marker(1, recovery), from: mapper).isEmpty)
            }
        }
        #expect(reducer.node.phase == "counting")
    }

    @Test func `the end of a write from before a recovery is no answer`() {
        var reducer = Bench.reducer(.quiet(mappers: 1))
        _ = reducer.receive(marker(1), from: NodeID(1))
        _ = reducer.receive(.recover(checkpoint: -1, recovery: 1))
        #expect(reducer.fire(.saved(checkpoint: 1, recovery: 0)).isEmpty)
        #expect(reducer.fire(.notSaved(checkpoint: 1, recovery: 0)).isEmpty)
    }

    // MARK: Recovery

    @Test(arguments: 0...2)
    func `a recovery gives up the alignment, and lets all channels go on`(marked: Int) {
        let setup = PipelineSetup.quiet(mappers: 3, reducers: 1)
        var reducer = Bench.reducer(setup)
        for mapper in setup.mappers.prefix(marked) {
            _ = reducer.receive(marker(1), from: mapper)
        }
        #expect(
            reducer.receive(.recover(checkpoint: -1, recovery: 1))
                == setup.mappers.prefix(marked).map { .resume($0) }
                + [.tell(.recoveryAcknowledged(recovery: 1))]
        )
        // The next one is aligned as if nothing had been.
        #expect(reducer.receive(marker(2, 1), from: setup.mappers[0]) == [.pause(setup.mappers[0])])
        _ = reducer.receive(marker(2, 1), from: setup.mappers[1])
        #expect(
            reducer.receive(marker(2, 1), from: setup.mappers[2]).first
                == .part(.counts(WordCounts(), recovery: 1), of: 2, recovery: 1)
        )
    }

    @Test func `it goes back to what it saved`() {
        let saved = Pipeline.Saved.counts(WordCounts(of: "a b"), recovery: 0)
        var reducer = Bench.reducer(saved: ["4": saved])
        _ = reducer.receive(counts("a b c"), from: mappers[0])
        #expect(
            reducer.receive(.recover(checkpoint: 4, recovery: 1))
                == [.tell(.recoveryAcknowledged(recovery: 1))]
        )
        #expect(reducer.node.counts == WordCounts(of: "a b"))
        #expect(reducer.node.lastRecoveryID == 1 && reducer.node.lastCheckpointID == 4)
    }

    @Test func `from the beginning, no count is left of one that did not die`() {
        var reducer = Bench.reducer()
        _ = reducer.receive(counts("a b c"), from: mappers[0])
        _ = reducer.receive(.recover(checkpoint: Pipeline.beginning, recovery: 1))
        #expect(reducer.node.counts.isEmpty && reducer.node.lastCheckpointID == 0)
    }

    @Test func `a recovery that was overtaken, or comes twice, is left alone`() {
        let saved = Pipeline.Saved.counts(WordCounts(of: "old"), recovery: 0)
        var reducer = Bench.reducer(saved: ["1": saved])
        _ = reducer.receive(.recover(checkpoint: -1, recovery: 2))
        _ = reducer.receive(counts("new", 2), from: mappers[0])
        let after = reducer.node
        for recovery in 0...2 {
            for checkpoint in [-1, 1] {
                let message = Pipeline.Message.recover(checkpoint: checkpoint, recovery: recovery)
                #expect(reducer.receive(message).isEmpty && reducer.node == after)
            }
        }
    }

    @Test(arguments: [true, false])
    func `whoever begins again counts and aligns nothing before a recovery`(isResumed: Bool) {
        var setup = PipelineSetup.quiet()
        setup.isResumed = isResumed
        var reducer = Bench.reducer(setup, incarnation: isResumed ? 0 : 1)
        _ = reducer.start()
        #expect(reducer.node.phase == "waiting")
        for mapper in mappers {
            #expect(reducer.receive(counts("a"), from: mapper).isEmpty)
            #expect(reducer.receive(marker(1), from: mapper).isEmpty)
        }
        #expect(reducer.node.counts.isEmpty)
        _ = reducer.receive(.recover(checkpoint: -1, recovery: 1))
        _ = reducer.receive(counts("a", 1), from: mappers[0])
        #expect(reducer.node.counts == WordCounts(of: "a"))
    }

    @Test(arguments: [["7"], []])
    func `a part that is damaged or not there is refused, and an older one taken`(
        damaged: [String]
    ) {
        let older = Pipeline.Saved.counts(WordCounts(of: "old"), recovery: 0)
        var reducer = Bench.reducer(saved: ["6": older], damaged: damaged)
        _ = reducer.receive(counts("a"), from: mappers[0])
        #expect(
            reducer.receive(.recover(checkpoint: 7, recovery: 1))
                == [.tell(.recoveryRefused(checkpoint: 7, recovery: 1))]
        )
        #expect(reducer.receive(counts("a", 1), from: mappers[0]).isEmpty)
        #expect(reducer.receive(marker(8, 1), from: mappers[0]).isEmpty)
        #expect(
            reducer.receive(.recover(checkpoint: 6, recovery: 2))
                == [.tell(.recoveryAcknowledged(recovery: 2))]
        )
        #expect(reducer.node.counts == WordCounts(of: "old"))
    }

    // MARK: The coordinator

    @Test func `it says that it lives, again and again`() {
        var setup = PipelineSetup.quiet()
        setup.heartbeatInterval = .milliseconds(7)
        var reducer = Bench.reducer(setup)
        let beat: [Effect<Pipeline>] = [
            .send(.heartbeat, to: PipelineSetup.coordinator, over: .datagram),
            .arm(.heartbeat, afterNanoseconds: 7_000_000...7_000_000),
        ]
        #expect(Array(reducer.start().prefix(2)) == beat)
        #expect(reducer.fire(.heartbeat) == beat)
    }

    @Test func `it ends when it is told to, and when nobody is left to tell it`() {
        var reducer = Bench.reducer()
        let end = Pipeline.Timer.ended(PipelineSetup.coordinator)
        #expect(reducer.start() == [.watch(PipelineSetup.coordinator, end)])
        #expect(reducer.fire(end) == [.halt])
        #expect(reducer.receive(.exit) == [.halt])
    }

    @Test func `what is not for a reducer is left alone`() {
        var reducer = Bench.reducer()
        let fresh = reducer.node
        let messages: [Pipeline.Message] = [
            .heartbeat, .checkpoint(id: 1, recovery: 0),
            .checkpointAcknowledged(id: 1, recovery: 0), .lastCheckpointAcknowledged(recovery: 0),
            .checkpointRefused(id: 1, recovery: 0), .recoveryAcknowledged(recovery: 0),
            .recoveryRefused(checkpoint: 1, recovery: 0), .done(recovery: 0),
            .failed(reason: "no"),
        ]
        for message in messages { #expect(reducer.receive(message).isEmpty) }
        for timer in [Pipeline.Timer.checkpointDue, .overdue(NodeID(1))] {
            #expect(reducer.fire(timer).isEmpty)
        }
        #expect(reducer.node == fresh)
    }
}
