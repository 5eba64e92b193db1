import Text

/// How a job went.
struct JobResult {
    /// A fault that was asked for, and what came of it.
    struct Fault {
        let name: String
        /// Where the job was when the fault hit it; nil: it never did.
        var landed: String?
    }

    var files = 0
    var bytes = 0
    var words = 0
    var distinct = 0
    var top: [WordCount] = []
    /// All words, if they were asked for.
    var all: WordTable?
    var seconds = 0.0
    var workers = 0
    /// Workers that ended before the job did.
    var crashes = 0
    var respawns = 0
    var claims = 0
    /// Entries whose commit came too late.
    var refused = 0
    var retries = 0
    var redisRestarts = 0
    var checkpoints = 0
    /// Of the worker that held most.
    var peakMemoryBytes = 0
    /// Files that could not be counted, by their number from 0, and why.
    var failed: [(file: Int, reason: String)] = []
    var faults: [Fault] = []
    /// On a given server: how to see the answer, which stays there.
    var keptAt: String?
}
