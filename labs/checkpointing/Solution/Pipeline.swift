import Nodes
import Text

/// The words of the pipeline: mappers that read, reducers that count, a coordinator that keeps them safe.
enum Pipeline: Vocabulary {
    /// The checkpoint from which a recovery starts if there is none: the very beginning.
    static let beginning = -1
    /// The last checkpoint of a job, and its result.
    static let last = 0

    /// What they say to each other; in brackets, how the classic course calls it.
    enum Message: Hashable, Codable {
        /// A worker to the coordinator, over a link that loses: I live. [HEARTBEAT]
        case heartbeat
        /// Coordinator to mapper: save your cursor, then pass the marker on. [CHECKPOINT]
        case checkpoint(id: Int, recovery: Int)
        /// Mapper to reducer, in the stream of counts: all before this belongs to the checkpoint.
        /// [FWD_CHECKPOINT]
        case forwardedCheckpoint(id: Int, recovery: Int)
        /// Mapper to reducer: add these. [WORD_COUNT]
        case counts(PackedCounts, recovery: Int)
        /// Worker to coordinator: my part is at rest. [CHECKPOINT_ACK]
        case checkpointAcknowledged(id: Int, recovery: Int)
        /// Worker to coordinator: my part of the last one is at rest. [LAST_CHECKPOINT_ACK]
        case lastCheckpointAcknowledged(recovery: Int)
        /// Worker to coordinator: my part found no room. (Not in the classic course.)
        case checkpointRefused(id: Int, recovery: Int)
        /// Coordinator to worker: go back to this checkpoint, and drop what is older. [RECOVER]
        case recover(checkpoint: Int, recovery: Int)
        /// Worker to coordinator: I have. [RECOVERY_ACK]
        case recoveryAcknowledged(recovery: Int)
        /// Worker to coordinator: my part of it cannot be read. (Not in the classic course.)
        case recoveryRefused(checkpoint: Int, recovery: Int)
        /// Mapper to coordinator: my stream is at its end. [DONE]
        case done(recovery: Int)
        /// Mapper to coordinator: the input is bad, and nobody can go on. (Not in the classic course.)
        case failed(reason: String)
        /// Coordinator to worker: it is over. [EXIT]
        case exit
    }

    /// What they are reminded of.
    enum Timer: Hashable, Codable {
        /// A worker: say that you live.
        case heartbeat
        /// The coordinator: the next checkpoint.
        case checkpointDue
        /// The coordinator: nothing has been heard of that worker for too long.
        case overdue(NodeID)
        /// The coordinator: the process of that worker has ended.
        case ended(NodeID)
        /// What was written of a checkpoint is at rest.
        case saved(checkpoint: Int, recovery: Int)
        /// What was written of a checkpoint found no room.
        case notSaved(checkpoint: Int, recovery: Int)
    }

    /// What they tell whoever watches.
    enum Output: Hashable, Codable {
        /// A mapper has read a part of a file, with so many words.
        case read(words: Int)
        /// A mapper or reducer begins to save its part.
        case saving(checkpoint: Int)
        /// Its part is at rest.
        case saved(checkpoint: Int)
        /// A reducer holds back the first channel, for the others are behind.
        case aligning(checkpoint: Int)
        /// A reducer adds the first counts after a recovery.
        case counting(recovery: Int)
        /// A worker has gone back to a checkpoint.
        case recovered(checkpoint: Int, recovery: Int)
        /// The coordinator begins a checkpoint.
        case checkpointBegan(id: Int, recovery: Int)
        /// A checkpoint is complete.
        case checkpointCompleted(id: Int, recovery: Int)
        /// A checkpoint will never be complete: of that worker, for that reason.
        case checkpointAborted(id: Int, worker: NodeID, reason: Abort)
        /// A recovery begins, since a worker is lost, or could not read its part.
        case recoveryBegan(recovery: Int, checkpoint: Int, worker: NodeID, reason: Loss)
        /// All workers have recovered.
        case recoveryEnded(recovery: Int)
        /// The job ends without a result.
        case failed(reason: String)
        /// The result is at rest.
        case finished
    }

    /// Why a checkpoint was given up.
    enum Abort: String, Hashable, Codable {
        /// A part of it could not be put to rest: there is no room, or something else is in the way.
        case notSaved
        /// The same, and it was the last one, for the last time: the job ends without a result.
        case neverSaved
        case workerLost
    }

    /// Why a recovery began.
    enum Loss: String, Hashable, Codable {
        /// Its process has ended.
        case died
        /// It has said nothing for too long.
        case silent
        /// Its part of the checkpoint cannot be read.
        case damagedPart
        /// Nobody is lost: the job goes on from a checkpoint of an earlier run.
        case resumed
    }

    /// What they put to rest, under the id of the checkpoint.
    enum Saved: Hashable, Codable {
        /// Of a mapper: up to where all it has read is counted.
        case cursor(Cursor, recovery: Int)
        /// Of a reducer.
        case counts(WordCounts, recovery: Int)
        /// Of the coordinator: the parts of all workers are there.
        case complete(recovery: Int)
    }

    /// The name under which a part of a checkpoint is saved.
    static func name(of checkpoint: Int) -> String { "\(checkpoint)" }
}

/// How far a mapper has read.
struct Cursor: Hashable, Codable {
    /// The last entry of its stream that it has finished.
    var lastStreamID = 0
    /// Where it is in the file of the entry after that.
    var place = ReadingPlace.start
}
