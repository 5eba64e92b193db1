import Redis
import Text

/// Everything a worker needs to know; it comes on its standard input, where `ps` does not look.
struct WorkerSetup: Codable {
    /// The process that started it, and without which it must not live.
    var parent: Int32
    /// The node's name, `Worker_0`, and which life of it this is.
    var name: String
    var incarnation: Int
    var address: RedisAddress
    var password: String?
    var keys: Keys
    var format: Format
    var tokenizer: Tokenizer
    var claimAfter: Duration
    var commit: CommitMode
    /// At most so many files in one commit.
    var batchFilesMax: Int
    var fault: WorkerFault?

    /// Its name in the consumer group: another one in each life, so that what the dead one held is
    /// told apart from what this one holds.
    var consumer: String { incarnation == 0 ? name : "\(name).\(incarnation)" }
}

/// How counts get into Redis.
enum CommitMode: String, Codable, CaseIterable {
    /// Several files at once, as packed blocks that the client merges at the end.
    case combined
    /// One file at a time, `ZINCRBY` for each of its words.
    case simple
}

/// A fault that a worker brings upon itself, once.
enum WorkerFault: Hashable, Codable {
    /// It dies of SIGKILL at this point of its first file.
    case crash(at: CrashPoint)
    /// It sleeps after each read, without a sign of life.
    case slow(for: Duration)
}

/// Where a worker can be made to die.
enum CrashPoint: String, Codable, CaseIterable {
    /// It has got a file, and nothing else.
    case afterRead = "after-read"
    /// It has counted the file.
    case afterCount = "after-count"
    /// All is ready to be committed.
    case beforeCommit = "before-commit"
    /// The commit was applied; the worker does not get to know.
    case afterCommit = "after-commit"
}
