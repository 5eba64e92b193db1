/// What a worker tells its client, a JSON object a line.
struct WorkerEvent: Codable {
    enum Kind: String, Codable {
        /// The worker is up.
        case started
        /// It got a file that nobody had.
        case read
        /// It took over a file from a silent worker.
        case claimed
        /// Counts were sent ahead of their commit, since they were many.
        case staged
        /// The entries' counts are in.
        case committed
        /// A commit was refused: these entries were not pending any more.
        case refused
        /// A commit found that the server had died under it.
        case lost
        /// A file cannot be counted and was put aside.
        case putAside
        /// Redis was away, and is back.
        case retried
        /// An injected fault happens now.
        case fault
        /// Nothing is left to do.
        case left
    }
    let kind: Kind
    /// On the machine's monotonic clock.
    let nanoseconds: UInt64
    var entries: [String] = []
    var text: String?
    /// All retries so far.
    var retries = 0
}
