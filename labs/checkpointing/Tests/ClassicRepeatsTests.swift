import Nodes
import Testing

@testable import CheckpointingSolution

/// What is said again over UDP, and until when.
@Suite struct ClassicRepeatsTests {
    private let mapper = NodeID(1)
    private let other = NodeID(3)
    private let later = Duration.seconds(60).nanoseconds

    @Test func `a request is said again until its own answer has come`() {
        var repeats = ClassicRepeats()
        repeats.say(.recover(checkpoint: 2, recovery: 5), to: mapper, at: 0)
        #expect(repeats.take(at: 0).isEmpty)
        #expect(said(&repeats) == [.recover(checkpoint: 2, recovery: 5)])
        repeats.answered(.recoveryAcknowledged(recovery: 4), by: mapper)
        repeats.answered(.recoveryAcknowledged(recovery: 5), by: other)
        #expect(said(&repeats) == [.recover(checkpoint: 2, recovery: 5)])
        repeats.answered(.recoveryAcknowledged(recovery: 5), by: mapper)
        #expect(said(&repeats) == [])

        repeats.say(.checkpoint(id: 0, recovery: 5), to: mapper, at: 0)
        repeats.answered(.checkpointAcknowledged(id: 3, recovery: 5), by: mapper)
        repeats.answered(.lastCheckpointAcknowledged(recovery: 4), by: mapper)
        #expect(said(&repeats) == [.checkpoint(id: 0, recovery: 5)])
        repeats.answered(.lastCheckpointAcknowledged(recovery: 5), by: mapper)
        #expect(said(&repeats) == [])
    }

    @Test func `what is older is not said beside what is newer`() {
        var repeats = ClassicRepeats()
        repeats.say(.checkpoint(id: 3, recovery: 0), to: mapper, at: 0)
        repeats.say(.checkpoint(id: 4, recovery: 0), to: mapper, at: 0)
        #expect(said(&repeats) == [.checkpoint(id: 4, recovery: 0)])
        repeats.say(.recover(checkpoint: 3, recovery: 1), to: mapper, at: 0)
        #expect(said(&repeats) == [.recover(checkpoint: 3, recovery: 1)])
        repeats.say(.exit, to: mapper, at: 0)
        #expect(said(&repeats) == [.exit])

        // Of a worker: its answers to one recovery stand together, and end with the next.
        var worker = ClassicRepeats()
        worker.say(.checkpointAcknowledged(id: 1, recovery: 0), to: mapper, at: 0)
        worker.say(.done(recovery: 0), to: mapper, at: 0)
        worker.say(.recoveryAcknowledged(recovery: 1), to: mapper, at: 0)
        worker.say(.done(recovery: 1), to: mapper, at: 0)
        worker.say(.lastCheckpointAcknowledged(recovery: 1), to: mapper, at: 0)
        #expect(
            said(&worker) == [
                .recoveryAcknowledged(recovery: 1), .done(recovery: 1),
                .lastCheckpointAcknowledged(recovery: 1),
            ]
        )
        worker.say(.heartbeat, to: mapper, at: 0)
        #expect(said(&worker).count == 3)
    }

    @Test func `nothing is said to a life that was not heard yet, and all of it then`() {
        var repeats = ClassicRepeats()
        repeats.say(.checkpoint(id: 3, recovery: 0), to: mapper, at: 0)
        repeats.begin(mapper)
        repeats.say(.recover(checkpoint: 2, recovery: 1), to: mapper, at: 0)
        #expect(!repeats.isReachable(mapper))
        #expect(repeats.next == nil)
        #expect(said(&repeats) == [])
        #expect(repeats.hear(other) == [])
        #expect(repeats.hear(mapper) == [.recover(checkpoint: 2, recovery: 1)])
        #expect(repeats.hear(mapper) == [])
        #expect(said(&repeats) == [.recover(checkpoint: 2, recovery: 1)])
    }

    @Test func `pauses grow up to a limit, and other programs are asked again late`() {
        var repeats = ClassicRepeats(others: [other])
        repeats.say(.exit, to: mapper, at: 0)
        var pauses: [Int] = []
        var now = 0
        for _ in 0..<8 {
            guard let next = repeats.next else { break }
            pauses.append((next - now) / 1_000_000)
            now = next
            #expect(repeats.take(at: now).count == 1)
        }
        #expect(pauses == [50, 50, 100, 200, 400, 800, 800, 800])

        var late = ClassicRepeats(others: [other])
        late.say(.exit, to: other, at: 0)
        #expect(late.next == ClassicPlan.Limit.repeatToOthersAfter.nanoseconds)
    }

    private func said(_ repeats: inout ClassicRepeats) -> [Pipeline.Message] {
        // Later than anything is due, each time.
        repeats.take(at: (repeats.next ?? 0) + later).map(\.message)
    }
}
