import Causality
import Nodes

@testable import vectorclocks

/// A node on the bench: one call goes in, and what it asks for comes out.
struct SnapshotBench<N: Node> where N.Words == Snapshots {
    var node: N
    private var surroundings: Surroundings<Snapshots>
    private var saved: [String: Snapshots.Saved]
    var damaged: [String] = []

    init(
        _ node: N,
        me: NodeID,
        _ setup: SnapshotSetup,
        incarnation: Int = 0,
        saved: [String: Snapshots.Saved] = [:],
        tweets: [String] = []
    ) {
        self.node = node
        self.saved = saved
        surroundings = Surroundings(
            me: me,
            incarnation: incarnation,
            nodeCount: 1 + setup.processCount,
            inputs: Inputs(["stream_0": tweets])
        )
    }

    /// What lies in its store.
    func part(_ snapshot: Int) -> Snapshots.Saved? { saved[Snapshots.name(of: snapshot)] }

    @discardableResult
    mutating func call(_ call: Call<Snapshots>) -> [Effect<Snapshots>] {
        surroundings.saved = .held(saved, damaged: damaged)
        var effects = Effects<Snapshots>(surroundings)
        node.handle(call, &effects)
        let list = effects.takeList()
        for case .save(let value, let name) in list { saved[name] = value }
        return list
    }

    @discardableResult
    mutating func receive(
        _ message: Snapshots.Message,
        from sender: NodeID = SnapshotSetup.coordinator
    ) -> [Effect<Snapshots>] { call(.receive(message, from: sender)) }

    @discardableResult
    mutating func fire(_ timer: Snapshots.Timer) -> [Effect<Snapshots>] { call(.fire(timer)) }
}

extension SnapshotBench<CountingProcess> {
    static func process(
        _ index: Int,
        _ setup: SnapshotSetup = SnapshotSetup(),
        incarnation: Int = 0,
        saved: [String: Snapshots.Saved] = [:],
        tweets: [String] = []
    ) -> SnapshotBench {
        SnapshotBench(
            CountingProcess(index: index, setup: setup),
            me: setup.processes[index],
            setup,
            incarnation: incarnation,
            saved: saved,
            tweets: tweets
        )
    }

    /// What a reducer has counted.
    var counts: [String: Int] {
        if case .reducer(let reducer) = node.program { reducer.counts } else { [:] }
    }
}

extension [Effect<Snapshots>] {
    /// What goes to the coordinator.
    var told: [Snapshots.Message] {
        compactMap {
            if case .send(let message, SnapshotSetup.coordinator, .acknowledged) = $0 {
                message
            } else {
                nil
            }
        }
    }

    /// What goes to another process, with the epoch it carries.
    var counts: [(word: String, times: Int, epoch: Int, to: NodeID)] {
        compactMap {
            if case .send(.count(let count, let stamp), let to, _) = $0 {
                (count.word, count.times, stamp.epoch, to)
            } else {
                nil
            }
        }
    }
}

extension Snapshots.Message {
    /// A count of a word, by the first of the processes.
    static func count(
        _ word: String,
        epoch: Int = 0,
        recovery: Int = 0,
        event: Int = 1
    ) -> Snapshots.Message {
        var stamp = Snapshots.Stamp(clock: .init(), epoch: epoch, recovery: recovery)
        for _ in 0..<event { stamp.clock.tick(0) }
        return .count(.init(word: word, times: 1), stamp: stamp)
    }
}
