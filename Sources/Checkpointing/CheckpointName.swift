/// Names one checkpoint: its id, and the recovery in which it was taken.
///
/// Regular checkpoints have ids that only grow: 1, 2, 3 and so on. The last one of a job has the id 0. The
/// recovery is the epoch of the system, and grows each time it begins again from a checkpoint. No name is
/// used twice: an id whose checkpoint was given up is left out from then on, except 0, which is tried
/// again in a later recovery.
///
/// Names are ordered by age, the oldest first. That needs no more than the name itself: a recovery ends all
/// that the one before it had begun, and within one the checkpoint 0 comes last.
public struct CheckpointName: Hashable, Codable, Sendable, Comparable, CustomStringConvertible {
    /// Which checkpoint; 0 is the last of a job.
    public let id: Int
    /// In which epoch of the system it was taken.
    public let recovery: Int

    /// The highest number that an id or a recovery can be: far above any that is counted to, and with room
    /// above it, so that whoever finds it on a disk can go on counting.
    public static let numberMax = 1 << 53

    /// The checkpoint of this id and this recovery.
    public init(_ id: Int, recovery: Int) {
        self.id = id
        self.recovery = recovery
    }

    /// Whether there can be one of this name.
    var isPossible: Bool {
        0...Self.numberMax ~= id && 0...Self.numberMax ~= recovery
    }

    /// Whether it is the last one of a job.
    public var isLast: Bool { id == 0 }

    /// By age: whether the left one is older.
    public static func < (left: CheckpointName, right: CheckpointName) -> Bool {
        (left.recovery, left.isLast ? 1 : 0, left.id)
            < (right.recovery, right.isLast ? 1 : 0, right.id)
    }

    /// `checkpoint 3 of recovery 1`.
    public var description: String { "checkpoint \(id) of recovery \(recovery)" }
}
