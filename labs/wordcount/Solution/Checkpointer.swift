import Redis

/// When to save, and whether a save is on disk.
struct Checkpointer {
    /// A save that is being written.
    private struct Running {
        let life: String
        /// How many files were acknowledged when it began.
        let acknowledged: Int
        let startedAt: Duration
        /// Whether the answer stood when it began.
        let isLast: Bool
    }

    private let interval: Duration
    private var running: Running?
    private var nextStart = Duration.zero

    /// How many checkpoints were completed.
    private(set) var completed = 0
    /// How many were started: the number of the one that is being written.
    private(set) var started = 0
    /// How many failed to be written, in a row.
    private var failuresInARow = 0

    /// Bounds on trying.
    enum Limit {
        /// So many failures in a row end the job: the disk is full, or may not be written.
        static let failuresInARowMax = 5
    }

    init(interval: Duration) { self.interval = interval }

    /// The number of the checkpoint that is being written, if one is.
    var runningNumber: Int? { running.map { _ in started } }

    /// What became of the checkpoint that was being written.
    enum News: Hashable {
        case none
        /// It is on disk, with so many files acknowledged. `isLast`: and with it the answer, so that
        /// nothing can be lost any more.
        case completed(acknowledged: Int, isLast: Bool)
        /// It was not written, or the server died under it.
        case failed
    }

    /// Starts a checkpoint if it is time for one, or at once if it is to be the last.
    ///
    /// `published` is the life of the server in which the answer stands, if it does.
    mutating func startIfDue(
        _ store: inout JobStore,
        elapsed: Duration,
        acknowledged: Int,
        published: String?
    ) throws(RedisFailure) {
        guard running == nil, published != nil || elapsed >= nextStart,
            let life = try store.startCheckpoint()
        else { return }
        running = Running(
            life: life,
            acknowledged: acknowledged,
            startedAt: elapsed,
            isLast: life == published
        )
        started += 1
        nextStart = elapsed + interval
    }

    /// Looks how the checkpoint that is being written is doing.
    mutating func poll(_ store: inout JobStore, elapsed: Duration) throws(JobFailure) -> News {
        guard let running else { return .none }
        let (life, state) = try mapped { () throws(RedisFailure) in try store.saveState() }
        if life == running.life, state.isSaving { return .none }
        self.running = nil
        // It may be that another save has ended since; it came after ours and holds no less.
        guard life == running.life, state.lastSucceeded else {
            // A death of the server says nothing about the disk.
            failuresInARow += life == running.life ? 1 : 0
            if failuresInARow >= Limit.failuresInARowMax { throw .cannotSave }
            return .failed
        }
        failuresInARow = 0
        completed += 1
        // A large state takes long to write: half of the time, at most, goes into that.
        nextStart = max(nextStart, elapsed + (elapsed - running.startedAt))
        return .completed(acknowledged: running.acknowledged, isLast: running.isLast)
    }

    /// Forgets the checkpoint that was being written: its server is gone, and the next one is due.
    mutating func serverDied() {
        running = nil
        nextStart = .zero
    }
}
