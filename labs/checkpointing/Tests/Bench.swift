import Nodes
import Text

@testable import CheckpointingSolution

/// A node on the bench: one call goes in, and what it asks for comes out.
struct Bench<N: Node> where N.Words == Pipeline {
    var node: N
    var surroundings: Surroundings<Pipeline>
    /// What it asked for that cannot be.
    private(set) var impossible: String?

    init(
        _ node: N,
        me: NodeID,
        _ setup: PipelineSetup,
        incarnation: Int = 0,
        saved: [String: Pipeline.Saved] = [:],
        damaged: [String] = [],
        inputs: Inputs = Inputs()
    ) {
        self.node = node
        surroundings = Surroundings(
            me: me,
            incarnation: incarnation,
            nodeCount: 1 + setup.mapperCount + setup.reducerCount,
            saved: .held(saved, damaged: damaged),
            inputs: inputs
        )
    }

    mutating func call(_ call: Call<Pipeline>) -> [Effect<Pipeline>] {
        var effects = Effects<Pipeline>(surroundings)
        node.handle(call, &effects)
        impossible = impossible ?? effects.impossible
        return effects.takeList()
    }

    mutating func start() -> [Effect<Pipeline>] { call(.start) }

    mutating func receive(
        _ message: Pipeline.Message,
        from sender: NodeID = PipelineSetup.coordinator
    ) -> [Effect<Pipeline>] { call(.receive(message, from: sender)) }

    mutating func fire(_ timer: Pipeline.Timer) -> [Effect<Pipeline>] { call(.fire(timer)) }

    mutating func idle() -> [Effect<Pipeline>] { call(.idle) }

    /// Calls `idle` as long as it is asked for.
    mutating func idleOn() -> [Effect<Pipeline>] {
        var all: [Effect<Pipeline>] = []
        var wantsIdle = true
        while wantsIdle {
            let effects = idle()
            wantsIdle = effects.contains(.wantIdle)
            all += effects
        }
        return all
    }
}

extension Bench<Mapper> {
    static func mapper(
        _ setup: PipelineSetup = .quiet(),
        incarnation: Int = 0,
        saved: [String: Pipeline.Saved] = [:],
        damaged: [String] = [],
        inputs: Inputs = Inputs()
    ) -> Bench<Mapper> {
        Bench(
            Mapper(index: 0, setup: setup),
            me: setup.mappers[0],
            setup,
            incarnation: incarnation,
            saved: saved,
            damaged: damaged,
            inputs: inputs
        )
    }
}

extension Bench<Reducer> {
    static func reducer(
        _ setup: PipelineSetup = .quiet(),
        incarnation: Int = 0,
        saved: [String: Pipeline.Saved] = [:],
        damaged: [String] = []
    ) -> Bench<Reducer> {
        Bench(
            Reducer(index: 0, setup: setup),
            me: setup.reducers[0],
            setup,
            incarnation: incarnation,
            saved: saved,
            damaged: damaged
        )
    }
}

extension Bench<Coordinator> {
    static func coordinator(
        _ setup: PipelineSetup = .quiet(),
        saved: [String: Pipeline.Saved] = [:],
        damaged: [String] = []
    ) -> Bench<Coordinator> {
        Bench(
            Coordinator(setup: setup),
            me: PipelineSetup.coordinator,
            setup,
            saved: saved,
            damaged: damaged
        )
    }
}

extension PipelineSetup {
    /// Nobody says more than there is to say.
    static func quiet(mappers: Int = 2, reducers: Int = 2) -> PipelineSetup {
        var setup = PipelineSetup()
        setup.mapperCount = mappers
        setup.reducerCount = reducers
        setup.heartbeatInterval = nil
        setup.isTalkative = false
        return setup
    }
}

extension Effect<Pipeline> {
    /// What a worker tells the coordinator, or the coordinator a worker.
    static func tell(
        _ message: Pipeline.Message,
        to receiver: NodeID = PipelineSetup.coordinator
    ) -> Effect { .send(message, to: receiver, over: .acknowledged) }

    /// A marker in a stream.
    static func marker(_ id: Int, recovery: Int = 0, to reducer: NodeID) -> Effect {
        .send(.forwardedCheckpoint(id: id, recovery: recovery), to: reducer, over: .stream)
    }

    /// A part of a checkpoint, on its way to rest.
    static func part(_ saved: Pipeline.Saved, of id: Int, recovery: Int = 0) -> Effect {
        .write(
            saved,
            as: Pipeline.name(of: id),
            then: .saved(checkpoint: id, recovery: recovery),
            otherwise: .notSaved(checkpoint: id, recovery: recovery)
        )
    }
}

extension [Effect<Pipeline>] {
    /// What was sent over streams, to whom.
    var counts: [(packed: PackedCounts, recovery: Int, to: NodeID)] {
        compactMap {
            guard case .send(.counts(let packed, let recovery), let receiver, .stream) = $0 else {
                return nil
            }
            return (packed, recovery, receiver)
        }
    }

    /// All that the counts add up to.
    var words: WordCounts { counts.reduce(into: WordCounts()) { $0.merge($1.packed) } }

    /// What was told to whoever watches.
    var outputs: [Pipeline.Output] {
        compactMap { if case .emit(let output) = $0 { output } else { nil } }
    }

    /// What was sent, to whom.
    var messages: [(message: Pipeline.Message, to: NodeID)] {
        compactMap {
            if case .send(let message, let receiver, _) = $0 { (message, receiver) } else { nil }
        }
    }
}

extension WordCounts {
    /// The words of a text such as `a b a`.
    init(of text: String) {
        self.init()
        for word in text.split(separator: " ") { add(Array(word.utf8)) }
    }
}

extension PackedCounts {
    init(of text: String) { self = WordCounts(of: text).packed() }
}
