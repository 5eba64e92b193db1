/// The names under which a job keeps its state in Redis.
struct Keys: Hashable, Codable {
    /// Before every key: empty on a private server, of the job's own on a given one.
    let prefix: String

    /// The stream of files to count, one entry each, and the field that holds the path.
    var files: String { prefix + "files" }
    static let pathField = "fname"
    /// The consumer group of the workers.
    static let group = "worker"
    /// The sorted set of words and their counts: the answer.
    var count: String { prefix + "count" }
    /// Where the answer is put together before it appears as a whole.
    var unpublished: String { prefix + "count:unpublished" }
    /// Committed counts, packed, not yet in `count`.
    var partials: String { prefix + "partials" }
    /// How many files, bytes and words are committed, and how many files were put aside.
    var totals: String { prefix + "totals" }
    /// The files put aside: entry to reason.
    var failures: String { prefix + "failed" }
    /// There once `partials` have gone over into `count`.
    var published: String { prefix + "published" }
    /// There once nothing can be lost any more: workers leave.
    var done: String { prefix + "done" }
    /// Blocks sent ahead of their commits: fields `Worker_0:5:1` (consumer, attempt, number).
    var staged: String { prefix + "staged" }
    /// Everything but the answer.
    var bookkeeping: [String] {
        [files, unpublished, partials, totals, failures, published, done, staged]
    }
}
