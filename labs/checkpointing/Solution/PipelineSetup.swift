import Nodes
import Text

/// What all nodes of a pipeline know from the beginning.
struct PipelineSetup: Hashable, Codable {
    /// How many mappers there are, and how many reducers.
    var mapperCount = 2
    var reducerCount = 2
    /// The time from the end of one checkpoint to the beginning of the next; nil for none but the last.
    var checkpointInterval: Duration? = .milliseconds(500)
    /// How many checkpoints there are before the last one; nil for as many as there is time for.
    var checkpointCountMax: Int?
    /// How often a worker says that it lives; nil for never, and nobody listens then.
    var heartbeatInterval: Duration? = .milliseconds(500)
    /// After how long without a heartbeat a worker counts as lost.
    var heartbeatTimeout = Duration.seconds(1)
    /// How much of a file a mapper reads in one step.
    var stepBytes = 1 << 20
    /// What of a file is text, how it is split, and which reducer gets which word.
    var format = Format.text
    var tokenizer = Tokenizer.whiteSpace
    var routing = Routing.hash
    /// Whether words travel in messages of the classic course, which have room for so much and no more.
    var speaksClassic = false
    /// Whether the job goes on from the newest complete checkpoint that is there.
    var isResumed = false
    /// The highest recovery id of an earlier run: those of this one are higher.
    var earlierRecoveryID = 0
    /// Whether workers tell how far they are; the coordinator always does.
    var isTalkative = true
    /// The right pipeline, or one with a mistake.
    var variant = Variant.right

    var counter: ChunkCounter { ChunkCounter(format: format, tokenizer: tokenizer) }

    // By index: the coordinator, the mappers, the reducers.

    static let coordinator = NodeID(0)

    var mappers: [NodeID] { (1..<(1 + mapperCount)).map { NodeID($0) } }

    var reducers: [NodeID] {
        ((1 + mapperCount)..<(1 + mapperCount + reducerCount)).map { NodeID($0) }
    }

    static func stream(of mapper: Int) -> String { "stream_\(mapper)" }
}
