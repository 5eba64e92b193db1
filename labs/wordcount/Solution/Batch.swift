/// The files whose counts go into one commit.
///
/// Its bound is what a crash costs: that much input is counted again by others, no more.
struct Batch {
    /// The bounds; reaching one of them ends the batch.
    enum Limit {
        /// Input beyond this is not added to; a single larger file is a batch of its own.
        static let inputBytesMax = 32 << 20
        /// However small they are.
        static let filesMax = 64
        /// Counts beyond this are sent ahead and forgotten here, so that a worker stays small.
        static let tableBytesMax = 48 << 20
    }

    /// Which commit of this worker it is, applied or not.
    let attempt: Int
    private(set) var tasks: [WorkerStore.Task] = []
    private(set) var bytes = 0
    private(set) var words: UInt64 = 0
    /// Blocks sent ahead.
    var staged = 0

    init(attempt: Int) { self.attempt = attempt }

    mutating func add(_ task: WorkerStore.Task) { tasks.append(task) }

    mutating func add(bytes: Int, words: UInt64) {
        self.bytes += bytes
        self.words += words
    }
}
