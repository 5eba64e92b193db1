/// A message of the classic course's word count, which other programs speak too.
///
/// The names on the wire are the course's; what they mean is told in `docs/protocol.md`.
public struct ClassicMessage: Hashable, Sendable {
    /// The ten types of messages, and what each carries.
    ///
    /// A `recovery` that may be missing is one that the course's own programs leave out, and some that
    /// were made from them put in.
    public enum Body: Hashable, Sendable {
        /// Type 0: the sender is alive.
        case heartbeat
        /// Type 1: make a checkpoint; 0 is the last one.
        case checkpoint(checkpoint: Int, recovery: Int)
        /// Type 2: a mapper's marker, between the words before a checkpoint and those after it.
        case forwardedCheckpoint(checkpoint: Int, recovery: Int)
        /// Type 3: a word and how often it came.
        ///
        /// Two words that look alike may differ in their bytes, and Swift holds some of those to be
        /// equal: who counts should go by `key.utf8`.
        case wordCount(key: String, value: Int, lastRecovery: Int)
        /// Type 4: a checkpoint is on disk.
        case checkpointAcknowledgement(checkpoint: Int, recovery: Int?)
        /// Type 5: leave.
        case exit
        /// Type 6: a mapper has read all there is.
        case done(recovery: Int?)
        /// Type 7: the last checkpoint is on disk.
        case lastCheckpointAcknowledgement(checkpoint: Int, recovery: Int?)
        /// Type 8: go back to a checkpoint; -1 is the very beginning.
        case recover(checkpoint: Int, recovery: Int)
        /// Type 9: the sender has gone back.
        case recoveryAcknowledgement(recovery: Int)

        /// The number of the type on the wire, 0...9.
        public var type: Int {
            switch self {
            case .heartbeat: 0
            case .checkpoint: 1
            case .forwardedCheckpoint: 2
            case .wordCount: 3
            case .checkpointAcknowledgement: 4
            case .exit: 5
            case .done: 6
            case .lastCheckpointAcknowledgement: 7
            case .recover: 8
            case .recoveryAcknowledgement: 9
            }
        }
    }

    /// The keys of the JSON object that mean something; others are not looked at.
    public enum Key: String, CaseIterable, Hashable, Sendable {
        /// A number 0...9.
        case type
        /// Who sends.
        case source
        /// The number of a checkpoint.
        case checkpoint = "checkpoint_id"
        /// The number of a recovery.
        case recovery = "recovery_id"
        /// The word of a word count.
        case key
        /// The count of a word count.
        case value
        /// The recovery that the sender of a word count has seen last.
        case lastRecovery = "last_recovery_id"
    }

    /// Who sends: `Mapper_0`, `Reducer_1`, `Coordinator`; not empty.
    public var source: String

    /// What it says.
    public var body: Body

    /// A message; nothing is checked until it is written.
    public init(source: String, _ body: Body) {
        self.source = source
        self.body = body
    }
}
