import Checkpointing
import Nodes

/// Removes what was saved of checkpoints that were given up, when the coordinator tells so.
///
/// Else it would lie there until a later checkpoint is complete, which on a full disk may never be.
final class FolderTidier {
    private let store: CheckpointStore
    /// The recovery in which checkpoints are begun now.
    private var recovery = 0

    init(_ store: CheckpointStore) { self.store = store }

    /// Takes note of what a node has told.
    func note(_ output: Pipeline.Output) {
        switch output {
        case .checkpointBegan(_, let recovery): self.recovery = recovery
        case .checkpointAborted(let id, _, .notSaved):
            // The last one is taken once more under the same name. Of another, all have answered.
            guard id != Pipeline.last else { return }
            let name = CheckpointName(id, recovery: recovery)
            store.giveUp { $0 <= name }
        case .recoveryEnded(let recovery):
            // Who was to save parts of a checkpoint that has lost a worker has done so by now, and a recovery
            // does not wait for the disk.
            store.giveUp { $0.recovery < recovery }
        case .checkpointAborted(_, _, .workerLost), .checkpointAborted(_, _, .neverSaved), .read,
            .saving, .saved, .aligning, .counting,
            .recovered, .checkpointCompleted, .recoveryBegan, .failed, .finished:
            break
        }
    }
}
