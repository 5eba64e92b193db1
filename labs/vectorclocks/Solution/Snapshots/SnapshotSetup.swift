import Nodes

/// What all nodes know from the beginning.
struct SnapshotSetup: Hashable, Codable {
    /// How many processes read, and how many count.
    var mapperCount = 1
    var reducerCount = 2
    var algorithm = Algorithm.vector
    /// Whether messages between processes keep their order.
    var isFIFO = false
    /// How many snapshots there are at most, those that were given up included.
    var snapshotCountMax = 1
    /// τ: when the first snapshot is taken, since the beginning; and the pause before the next.
    var interval = Duration.milliseconds(20)
    /// How long a mapper waits at most before it reads the next tweet; the world draws.
    var pauseMax = Duration.milliseconds(2)
    var variant = SnapshotVariant.right

    /// How many processes there are, without the coordinator.
    var processCount: Int { mapperCount + reducerCount }

    /// Over what messages travel between processes.
    var link: Link { isFIFO ? .stream : .acknowledged }

    // By index: the coordinator, the mappers, the reducers.

    static let coordinator = NodeID(0)

    var processes: [NodeID] { (1...processCount).map { NodeID($0) } }
    var mappers: [NodeID] { Array(processes.prefix(mapperCount)) }
    var reducers: [NodeID] { Array(processes.dropFirst(mapperCount)) }

    /// Who counts a word: of two reducers the first has a, c, e, and the second b, d, f.
    func reducer(of word: String) -> NodeID {
        let letter = Int(word.utf8.first ?? 0)
        let first = Int(UInt8(ascii: "a"))
        return NodeID(1 + mapperCount + (letter + 256 - first) % reducerCount)
    }

    static func stream(of mapper: Int) -> String { "stream_\(mapper)" }

    var names: [String] {
        ["Coordinator"] + (0..<mapperCount).map { "Mapper_\($0)" }
            + (0..<reducerCount).map { "Reducer_\($0)" }
    }
}
