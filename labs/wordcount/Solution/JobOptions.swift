import Redis
import Text

/// What a job is to do.
struct JobOptions {
    var files: [InputFile] = []
    var format = Format.text
    var tokenizer = Tokenizer.whiteSpace
    var workers = 2
    /// How many of the workers crash, and where.
    var crashing = 0
    var crashPoint = CrashPoint.afterRead
    /// How many of the workers are slow, and how long they sleep.
    var slow = 0
    var slowFor = Duration.seconds(1)
    /// Whether a dead worker is replaced.
    var respawns = false
    var commit = CommitMode.combined
    var claimAfter = Duration.milliseconds(500)
    /// nil: a server of our own.
    var server: RedisAddress?
    var password: String?
    var checkpointInterval = Duration.seconds(1)
    var kills: [KillTime] = []
    var downtime = Duration.milliseconds(200)
    /// How many of the most frequent words to tell.
    var top = 10
    /// Whether all words are needed, and not only the top.
    var wantsAll = false

    /// How many files go into one commit.
    ///
    /// Several, but few enough that the last ones are shared out evenly; word by word there is one
    /// commit a file.
    var batchFilesMax: Int {
        switch commit {
        case .combined: min(Batch.Limit.filesMax, max(1, files.count / (workers * 4)))
        case .simple: 1
        }
    }
}
