import Text

/// How a job went.
struct JobResult {
    /// A fault that was asked for, and what came of it.
    struct Fault {
        let name: String
        /// Where the job was when the fault hit it; nil: it never did.
        var landed: String?
    }

    /// A file that could not be counted.
    struct Failed {
        /// Its number in the input, from 0.
        let file: Int
        /// What a process would exit with because of it.
        let status: Int32
        let reason: String

        /// Reads what a worker left in Redis: the entry's identity (`3-0`), and status and reason.
        init?(entry: [UInt8], value: [UInt8]) {
            let number = String(decoding: entry.prefix { $0 != UInt8(ascii: "-") }, as: UTF8.self)
            let parts = String(decoding: value, as: UTF8.self).split(separator: " ", maxSplits: 1)
            guard let number = Int(number), parts.count == 2, let status = Int32(parts[0]) else {
                return nil
            }
            (file, self.status, reason) = (number - 1, status, String(parts[1]))
        }
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
    var failed: [Failed] = []
    var faults: [Fault] = []
    /// On a given server: how to see the answer, which stays there.
    var keptAt: String?
}
