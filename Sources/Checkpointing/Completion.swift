public import Files

/// What has become of the store when a checkpoint was completed.
public struct Completion: Hashable, Sendable {
    /// The checkpoint.
    public let checkpoint: CheckpointName
    /// Checkpoints that were not needed any more and are gone, complete or not.
    public let removed: [CheckpointName]
    /// Why some of what is not needed is still there; it is tried again next time, and does no harm.
    public let notRemoved: FileFailure?
}
