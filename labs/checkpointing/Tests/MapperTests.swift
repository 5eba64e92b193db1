import Nodes
import Testing
import Text

@testable import CheckpointingSolution

/// The mapper as a value: what it answers to each call, and what it leaves alone.
@Suite struct MapperTests {
    private let reducers = PipelineSetup.quiet().reducers
    private static let texts = [
        "1": Array("to be or not to be\n".utf8), "2": Array("that is\nthe question\n".utf8),
    ]
    private let inputs = Inputs(["stream_0": ["1", "2"], "stream_1": []], files: texts)

    private func mapper(
        incarnation: Int = 0,
        saved: [String: Pipeline.Saved] = [:],
        damaged: [String] = [],
        _ change: (inout PipelineSetup) -> Void = { _ in }
    ) -> Bench<Mapper> {
        var setup = PipelineSetup.quiet()
        change(&setup)
        return .mapper(
            setup,
            incarnation: incarnation,
            saved: saved,
            damaged: damaged,
            inputs: inputs
        )
    }

    // MARK: Reading

    @Test func `it reads file after file, and says once that it is at the end`() {
        var mapper = mapper()
        #expect(mapper.start().contains(.wantIdle))
        #expect(mapper.idle().words == WordCounts(of: "to be or not to be"))
        #expect(mapper.node.cursor == Cursor(lastStreamID: 1) && !mapper.node.isDone)
        #expect(mapper.idle().words == WordCounts(of: "that is the question"))
        #expect(mapper.idle() == [.tell(.done(recovery: 0))])
        #expect(mapper.node.isDone && mapper.node.cursor == Cursor(lastStreamID: 2))
        #expect(mapper.idle().isEmpty)
    }

    @Test func `each word goes to the one reducer whose it is`() {
        var mapper = mapper()
        let sent = mapper.idleOn().counts
        #expect(Set(sent.map(\.to)) == Set(reducers))
        for (packed, recovery, receiver) in sent {
            #expect(recovery == 0)
            packed.forEach { word, _ in
                let part = Routing.hash.part(of: Array(word), parts: 2)
                #expect(reducers[part] == receiver)
            }
        }
    }

    @Test func `a file that cannot be read ends the job, by name`() {
        let inputs = Inputs(["stream_0": ["gone"]])
        var mapper = Bench.mapper(inputs: inputs)
        let told = mapper.idle().messages
        #expect(told.count == 1)
        guard case .failed(let reason)? = told.first?.message else {
            Issue.record("\(told)")
            return
        }
        #expect(reason.contains("gone") && reason.contains("there is no such file"))
        #expect(mapper.node.cursor == Cursor() && !mapper.node.isDone)
    }

    @Test func `a file that is malformed ends the job, by name and place`() {
        let bytes = Array("id,text\n1,\"a \"b\n".utf8)
        var setup = PipelineSetup.quiet()
        setup.format = .csv(column: "text")
        var mapper = Bench.mapper(
            setup,
            inputs: Inputs(["stream_0": ["broken.csv"]], files: ["broken.csv": bytes])
        )
        let effects = mapper.idle()
        guard case .failed(let reason)? = effects.messages.last?.message else {
            Issue.record("\(effects)")
            return
        }
        #expect(reason.contains("broken.csv") && reason.contains("broken.csv:2"))
        #expect(effects.counts.isEmpty && !effects.contains(.wantIdle))
    }

    @Test(arguments: 1...70) func `rows of any length are read in steps of any length`(step: Int) {
        let row = String(repeating: "x", count: 40)
        let text = "id,text\n1,\"a\nb \"\"c\"\" a\"\n2,\(row)\n3,a\n"
        var setup = PipelineSetup.quiet()
        setup.format = .csv(column: "text")
        setup.stepBytes = step
        var mapper = Bench.mapper(
            setup,
            inputs: Inputs(["stream_0": ["t"]], files: ["t": Array(text.utf8)])
        )
        let effects = mapper.idleOn()
        #expect(effects.words == WordCounts(of: "a b \"c\" a \(row) a"))
        #expect(effects.last == .tell(.done(recovery: 0)))
    }

    // MARK: Checkpoints

    @Test func `the marker leaves after the cursor is at rest, and the answer after the marker`() {
        var mapper = mapper()
        _ = mapper.idle()
        let cursor = Cursor(lastStreamID: 1)
        #expect(
            mapper.receive(.checkpoint(id: 1, recovery: 0))
                == [.part(.cursor(cursor, recovery: 0), of: 1)]
        )
        #expect(
            mapper.fire(.saved(checkpoint: 1, recovery: 0)) == [
                .marker(1, to: reducers[0]), .marker(1, to: reducers[1]),
                .tell(.checkpointAcknowledged(id: 1, recovery: 0)), .wantIdle,
            ]
        )
        #expect(mapper.node.lastCheckpointID == 1)
    }

    @Test func `nothing is read while the cursor is on its way to rest`() {
        var mapper = mapper()
        _ = mapper.receive(.checkpoint(id: 1, recovery: 0))
        let saving = mapper.node
        #expect(mapper.idle().isEmpty && mapper.node == saving)
        _ = mapper.fire(.saved(checkpoint: 1, recovery: 0))
        #expect(!mapper.idle().counts.isEmpty)
    }

    @Test func `a refused save passes the marker on all the same, and says so`() {
        var mapper = mapper()
        _ = mapper.receive(.checkpoint(id: 1, recovery: 0))
        #expect(
            mapper.fire(.notSaved(checkpoint: 1, recovery: 0)) == [
                .marker(1, to: reducers[0]), .marker(1, to: reducers[1]),
                .tell(.checkpointRefused(id: 1, recovery: 0)), .wantIdle,
            ]
        )
        #expect(!mapper.idle().counts.isEmpty)
    }

    @Test func `the last checkpoint has an answer of its own, and may be tried again`() {
        var mapper = mapper()
        _ = mapper.idleOn()
        for _ in 0..<2 {
            _ = mapper.receive(.checkpoint(id: 0, recovery: 0))
            #expect(
                mapper.fire(.notSaved(checkpoint: 0, recovery: 0)).last
                    == .tell(.checkpointRefused(id: 0, recovery: 0))
            )
        }
        _ = mapper.receive(.checkpoint(id: 0, recovery: 0))
        #expect(
            mapper.fire(.saved(checkpoint: 0, recovery: 0)).last
                == .tell(.lastCheckpointAcknowledged(recovery: 0))
        )
    }

    @Test func `a checkpoint of another recovery, or the same once more, is left alone`() {
        var mapper = mapper()
        _ = mapper.receive(.recover(checkpoint: -1, recovery: 2))
        for recovery in [0, 1, 3] {
            #expect(mapper.receive(.checkpoint(id: 1, recovery: recovery)).isEmpty)
        }
        #expect(!mapper.receive(.checkpoint(id: 1, recovery: 2)).isEmpty)
        #expect(mapper.receive(.checkpoint(id: 1, recovery: 2)).isEmpty)
        _ = mapper.fire(.saved(checkpoint: 1, recovery: 2))
        #expect(mapper.receive(.checkpoint(id: 1, recovery: 2)).isEmpty)
        #expect(mapper.node.state == .reading)
    }

    // MARK: Recovery

    @Test func `a recovery sets the cursor, takes back that it is done, and answers`() {
        let cursor = Cursor(lastStreamID: 1)
        var mapper = mapper(saved: ["3": .cursor(cursor, recovery: 0)])
        _ = mapper.idleOn()
        #expect(mapper.node.isDone)
        #expect(
            mapper.receive(.recover(checkpoint: 3, recovery: 1))
                == [.tell(.recoveryAcknowledged(recovery: 1)), .wantIdle]
        )
        #expect(mapper.node.cursor == cursor && !mapper.node.isDone)
        #expect(mapper.node.lastRecoveryID == 1 && mapper.node.lastCheckpointID == 3)
        let again = mapper.idleOn()
        #expect(again.words == WordCounts(of: "that is the question"))
        #expect(again.counts.allSatisfy { $0.recovery == 1 })
        #expect(again.last == .tell(.done(recovery: 1)))
    }

    @Test func `from the beginning, it reads everything again`() {
        var mapper = mapper()
        let first = mapper.idleOn().words
        _ = mapper.receive(.recover(checkpoint: Pipeline.beginning, recovery: 1))
        #expect(mapper.idleOn().words == first)
    }

    @Test func `a recovery that was overtaken, or comes twice, is left alone`() {
        let saved = ["1": Pipeline.Saved.cursor(Cursor(lastStreamID: 1), recovery: 0)]
        var mapper = mapper(saved: saved)
        _ = mapper.receive(.recover(checkpoint: 1, recovery: 2))
        _ = mapper.idleOn()
        let after = mapper.node
        for recovery in 0...2 {
            for checkpoint in [-1, 1] {
                let message = Pipeline.Message.recover(checkpoint: checkpoint, recovery: recovery)
                #expect(mapper.receive(message).isEmpty && mapper.node == after)
            }
        }
    }

    @Test func `what was on its way to rest before a recovery is forgotten`() {
        var mapper = mapper()
        _ = mapper.receive(.checkpoint(id: 0, recovery: 0))
        _ = mapper.receive(.recover(checkpoint: -1, recovery: 1))
        #expect(mapper.node.state == .reading)
        _ = mapper.receive(.checkpoint(id: 0, recovery: 1))
        #expect(mapper.fire(.saved(checkpoint: 0, recovery: 0)).isEmpty)
        #expect(mapper.fire(.notSaved(checkpoint: 0, recovery: 0)).isEmpty)
        #expect(mapper.node.state == .saving(checkpoint: 0))
        #expect(!mapper.fire(.saved(checkpoint: 0, recovery: 1)).isEmpty)
    }

    @Test(arguments: [true, false])
    func `whoever begins again reads and saves nothing before a recovery`(isResumed: Bool) {
        let cursor = Cursor(lastStreamID: 1)
        var mapper = mapper(
            incarnation: isResumed ? 0 : 1,
            saved: ["2": .cursor(cursor, recovery: 0)]
        ) { $0.isResumed = isResumed }
        #expect(!mapper.start().contains(.wantIdle))
        #expect(mapper.node.phase == "waiting")
        #expect(mapper.idle().isEmpty)
        #expect(mapper.receive(.checkpoint(id: 3, recovery: 0)).isEmpty)
        _ = mapper.receive(.recover(checkpoint: 2, recovery: 1))
        #expect(mapper.idleOn().words == WordCounts(of: "that is the question"))
    }

    @Test(arguments: [["7"], []])
    func `a part that is damaged or not there is refused, and an older one taken`(
        damaged: [String]
    ) {
        let older = Pipeline.Saved.cursor(Cursor(lastStreamID: 1), recovery: 0)
        var mapper = mapper(saved: ["6": older], damaged: damaged)
        _ = mapper.idle()
        #expect(
            mapper.receive(.recover(checkpoint: 7, recovery: 1))
                == [.tell(.recoveryRefused(checkpoint: 7, recovery: 1))]
        )
        #expect(mapper.idle().isEmpty, "it does not know from where to read")
        #expect(
            mapper.receive(.recover(checkpoint: 6, recovery: 2)).first
                == .tell(.recoveryAcknowledged(recovery: 2))
        )
        #expect(mapper.idleOn().words == WordCounts(of: "that is the question"))
    }

    @Test(arguments: [1, 3, 7, 64])
    func `from each place inside a file, it goes on as if nothing had been`(step: Int) throws {
        let whole = WordCounts(of: "to be or not to be that is the question")
        var stepped = mapper { $0.stepBytes = step }
        var before = WordCounts()
        var places = 0
        while !stepped.node.isDone {
            var saving = stepped
            guard
                case .write(let saved, _, _, _)? =
                    saving.receive(.checkpoint(id: 1, recovery: 0)).first
            else {
                Issue.record("nothing is saved")
                return
            }
            var another = mapper(incarnation: 1, saved: ["1": saved]) { $0.stepBytes = step }
            _ = another.receive(.recover(checkpoint: 1, recovery: 1))
            var sum = before
            sum.merge(another.idleOn().words)
            #expect(sum == whole, "from \(stepped.node.cursor)")
            if stepped.node.cursor.place.offset > 0 { places += 1 }
            before.merge(stepped.idle().words)
        }
        #expect(before == whole)
        #expect(step >= 64 ? places == 0 : places > 2)
    }

    // MARK: The coordinator

    @Test func `it says that it lives, again and again`() {
        var setup = PipelineSetup.quiet()
        setup.heartbeatInterval = .milliseconds(7)
        var mapper = Bench.mapper(setup, inputs: inputs)
        let beat: [Effect<Pipeline>] = [
            .send(.heartbeat, to: PipelineSetup.coordinator, over: .datagram),
            .arm(.heartbeat, afterNanoseconds: 7_000_000...7_000_000),
        ]
        #expect(Array(mapper.start().prefix(2)) == beat)
        #expect(mapper.fire(.heartbeat) == beat)
    }

    @Test func `it ends when it is told to, and when nobody is left to tell it`() {
        var mapper = mapper()
        let end = Pipeline.Timer.ended(PipelineSetup.coordinator)
        #expect(mapper.start().first == .watch(PipelineSetup.coordinator, end))
        #expect(mapper.fire(end) == [.halt])
        #expect(mapper.receive(.exit) == [.halt])
    }

    @Test func `what is not for a mapper is left alone`() {
        var mapper = mapper()
        let fresh = mapper.node
        let messages: [Pipeline.Message] = [
            .heartbeat, .forwardedCheckpoint(id: 1, recovery: 0),
            .counts(PackedCounts(of: "a"), recovery: 0),
            .checkpointAcknowledged(id: 1, recovery: 0), .lastCheckpointAcknowledged(recovery: 0),
            .checkpointRefused(id: 1, recovery: 0), .recoveryAcknowledged(recovery: 0),
            .recoveryRefused(checkpoint: 1, recovery: 0), .done(recovery: 0),
            .failed(reason: "no"),
        ]
        for message in messages { #expect(mapper.receive(message).isEmpty) }
        let timers: [Pipeline.Timer] = [
            .checkpointDue, .overdue(NodeID(1)), .saved(checkpoint: 1, recovery: 0),
            .notSaved(checkpoint: 1, recovery: 0),
        ]
        for timer in timers { #expect(mapper.fire(timer).isEmpty) }
        #expect(mapper.node == fresh)
    }
}
