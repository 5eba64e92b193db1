import Messaging
import Nodes
import Redis

/// What every process of a classic run is told: who takes part, and where everybody is.
struct ClassicPlan: Codable {
    /// What all nodes know.
    var setup: PipelineSetup
    /// The coordinator's port; the workers' follow it, mappers first.
    var portBase = 12_900
    /// The folder of the checkpoint files.
    var checkpoints: String
    /// Where the streams are.
    var redis: RedisAddress
    var password: String
    /// Which part of all datagrams is thrown away, for tests.
    var loss = 0.0
    /// From what it follows which ones these are.
    var seed: UInt64 = 1

    /// Bounds on waiting and repeating.
    enum Limit {
        /// After this something is said again for the first time; then after twice as long, and so on.
        static let repeatAfter = Duration.milliseconds(50)
        /// The same for what is said to a program of somebody else: it may take each thing for a new one, and
        /// between processes of one machine hardly anything is lost.
        static let repeatToOthersAfter = Duration.seconds(2)
        /// The longest pause before it is said again.
        static let repeatAfterMax = Duration.milliseconds(800)
        /// How long a port may be held by the life before.
        static let portWaitMax = Duration.seconds(2)
        /// How long, beside the heartbeats' limit, a mapper lives on after a stream of it broke, if no recovery
        /// begins.
        static let brokenMax = Duration.seconds(2)
    }

    /// The names by node: those of the course.
    var names: [String] {
        ["Coordinator"] + (0..<setup.mapperCount).map { "Mapper_\($0)" }
            + (0..<setup.reducerCount).map { "Reducer_\($0)" }
    }

    /// The node of that name.
    func id(named name: String) -> NodeID? {
        names.firstIndex { $0.utf8.elementsEqual(name.utf8) }.map { NodeID($0) }
    }

    /// Where a node is: its datagrams, and for a reducer also its streams.
    func address(of id: NodeID) -> Address {
        Address.loopback.with(port: portBase + id.index)
    }

    /// The last port that the run takes.
    var portLast: Int { portBase + setup.mapperCount + setup.reducerCount }

    func isMapper(_ id: NodeID) -> Bool { (1...setup.mapperCount).contains(id.index) }

    /// The number of a worker among those of its kind.
    func index(of id: NodeID) -> Int {
        isMapper(id) ? id.index - 1 : id.index - 1 - setup.mapperCount
    }

    /// The node, at the beginning of a life.
    func role(_ id: NodeID) -> Role {
        if id == PipelineSetup.coordinator { return .coordinator(Coordinator(setup: setup)) }
        return isMapper(id)
            ? .mapper(Mapper(index: index(of: id), setup: setup))
            : .reducer(Reducer(index: index(of: id), setup: setup))
    }
}
