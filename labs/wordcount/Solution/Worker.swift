import Glibc
import LabInput
import LabKit
import Processes
import Redis
import Text

/// A worker: reads the name of a file, counts its words, commits the counts, until all is done.
///
/// Plain blocking code, as one would write it. That Redis may die at any call is the affair of the
/// session below (`RedisSession`); that this process may die at any line is the affair of the other
/// workers, who take over what it held.
struct Worker: ~Copyable {
    private let setup: WorkerSetup
    private let report: (WorkerEvent) -> Void
    private var store: WorkerStore
    private let counts = WordTable()
    private var batch = Batch(attempt: 1)
    private var fault: WorkerFault?
    private var lastSign = ContinuousClock.now

    init(_ setup: WorkerSetup, report: @escaping (WorkerEvent) -> Void) {
        self.setup = setup
        self.report = report
        fault = setup.fault
        let session = RedisSession(
            setup.address,
            password: setup.password,
            passes: RedisFailure.beforePreparation
        )
        store = WorkerStore(session, keys: setup.keys, consumer: setup.consumer)
    }

    /// Works until the client says that nothing can be lost any more.
    mutating func run() throws(RedisFailure) {
        tell(.started)
        while let task = try nextTask() {
            crash(at: .afterRead, holding: [task])
            sleepIfSlow(holding: [task])
            try count(task)
            crash(at: .afterCount, holding: batch.tasks)
            if isBatchFull { try commit() }
        }
        tell(.left)
    }

    /// A new file if there is one, else one that its worker has abandoned.
    private mutating func nextTask() throws(RedisFailure) -> WorkerStore.Task? {
        while true {
            // With counts in hand there is no time to lose: nobody else can finish these files.
            let wait: Duration = batch.tasks.isEmpty ? .milliseconds(20) : .zero
            if let task = try store.read(waiting: wait) {
                // A server that went back in time gives out again what we have counted already: its
                // counts are in our hands, and the entry is ours again, to be committed once.
                if batch.tasks.contains(task) { continue }
                tell(.read, [task])
                return task
            }
            if !batch.tasks.isEmpty {
                try commit()
                continue
            }
            if let task = try store.claim(idle: setup.claimAfter) {
                tell(.claimed, [task])
                return task
            }
            // Nothing new and nothing to take over is no reason to leave: files in the hands of
            // others may come back to us, and so may all since the last save, if Redis dies.
            if try store.isDone() { return nil }
        }
    }

    private mutating func count(_ task: WorkerStore.Task) throws(RedisFailure) {
        batch.add(task)
        let counter = WordCounter(format: setup.format, tokenizer: setup.tokenizer, table: counts)
        do {
            let tally = try counter.count(task.path) { _ in
                try giveSign()
                // Word by word there is only one commit a file, and no bound on the table.
                if setup.commit == .combined, counts.bytesHeld > Batch.Limit.tableBytesMax {
                    try stage()
                }
            }
            batch.add(bytes: Int(tally.bytes), words: tally.words)
        } catch let failure as RedisFailure {
            throw failure
        } catch {
            // What was counted of it cannot be told from the counts of the others: begin those anew.
            let status = (error as? TextFailure)?.status ?? .software
            try store.putAside(task, status: status.code, reason: "\(error)")
            tell(.putAside, [task], "\(error)")
            let others = batch.tasks.filter { $0.id != task.id }
            beginBatch()
            try countAgain(others)
        }
    }

    private mutating func commit() throws(RedisFailure) {
        guard !batch.tasks.isEmpty else { return }
        crash(at: .beforeCommit, holding: batch.tasks)
        let answer =
            switch setup.commit {
            case .combined: try store.commit(batch, block: PartialCounts.encode(counts))
            case .simple: try store.commitSimple(batch, counts)
            }
        let tasks = batch.tasks
        beginBatch()
        switch answer {
        case .applied:
            tell(.committed, tasks)
            crash(at: .afterCommit, holding: [])
        case .refused(let gone):
            tell(.refused, tasks.filter { gone.contains($0.id) })
            try countAgain(tasks.filter { !gone.contains($0.id) })
        case .lost:
            tell(.lost, tasks)
            try countAgain(tasks)
        }
    }

    /// Counts each file by itself, so that one of them cannot hold up the others again.
    private mutating func countAgain(_ tasks: [WorkerStore.Task]) throws(RedisFailure) {
        for task in tasks {
            try count(task)
            try commit()
        }
    }

    private mutating func stage() throws(RedisFailure) {
        batch.staged += 1
        try store.stage(PartialCounts.encode(counts), number: batch.staged, attempt: batch.attempt)
        counts.removeAll()
        try store.keep(batch.tasks)
        lastSign = .now
        tell(.staged, batch.tasks)
    }

    private mutating func beginBatch() {
        batch = Batch(attempt: batch.attempt + 1)
        counts.removeAll(keepingCapacity: counts.bytesHeld <= Batch.Limit.tableBytesMax)
    }

    private var isBatchFull: Bool {
        batch.tasks.count >= setup.batchFilesMax || batch.bytes >= Batch.Limit.inputBytesMax
    }

    /// Lets the others know that we are alive, often enough that nobody takes our files away.
    private mutating func giveSign() throws(RedisFailure) {
        guard ContinuousClock.now - lastSign > setup.claimAfter / 4 else { return }
        try store.keep(batch.tasks)
        lastSign = .now
    }

    // MARK: Faults

    private mutating func crash(at point: CrashPoint, holding tasks: [WorkerStore.Task]) {
        guard fault == .crash(at: point) else { return }
        tell(.fault, tasks, "crash \(point.rawValue)")
        kill(getpid(), SIGKILL)
    }

    private mutating func sleepIfSlow(holding tasks: [WorkerStore.Task]) {
        guard case .slow(let duration) = fault else { return }
        tell(.fault, tasks, "sleep")
        pause(for: duration)
    }

    private mutating func tell(
        _ kind: WorkerEvent.Kind,
        _ tasks: [WorkerStore.Task] = [],
        _ text: String? = nil
    ) {
        for trouble in store.takeTroubles() {
            report(event(.retried, [], "\(trouble)"))
        }
        report(event(kind, tasks, text))
    }

    private func event(
        _ kind: WorkerEvent.Kind,
        _ tasks: [WorkerStore.Task],
        _ text: String?
    ) -> WorkerEvent {
        WorkerEvent(
            kind: kind,
            nanoseconds: monotonicNanoseconds(),
            entries: tasks.map(\.id),
            text: text,
            retries: store.retries
        )
    }
}

/// The machine's monotonic clock, the same for all its processes.
func monotonicNanoseconds() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}
