import Causality
import Glibc
import Processes
import Redis
import Text

/// The client: lays out the work, starts the workers, keeps Redis saved and alive, and says when all
/// is done.
///
/// One loop on one thread. It trusts nothing that it remembers about Redis, since Redis may have
/// gone back in time: each turn asks how things stand and does what follows from that.
final class Job {
    /// Bounds on waiting.
    enum Limit {
        /// How often Redis is asked how things stand, at most.
        static let turnMilliseconds = 3
        /// How long workers may take to leave when all is done, beyond the sleep of a slow one.
        static let leavingSecondsMax = 10
        /// How often a private server that does not come back is started again.
        static let startsMax = 3
    }

    let options: JobOptions
    private var observer = JobObserver()
    let began = ContinuousClock.now
    private let beganNanoseconds = monotonicNanoseconds()

    let server: RedisServer?
    private let address: RedisAddress
    var store: JobStore
    var crew: Crew
    var schedule: FaultSchedule
    var checkpointer: Checkpointer
    var result = JobResult()

    /// How things stood at the last look.
    private var progress = JobStore.Progress(life: "")
    /// How many files the stream was given.
    private var fed = 0
    /// The life of the server that has all it needs.
    private var preparedLife: String?
    /// When the server that was killed is to come back.
    private var restartAt: Duration?
    /// Nothing can be lost any more.
    private var isDone = false
    /// A server that died under a call was started again.
    private var hasMended = false
    /// The files acknowledged when this life of the server began, and those in its last checkpoint.
    private var acknowledgedAtStart = 0
    private var acknowledgedOnDisk = 0

    /// Starts a private server, or looks whether the given one will do.
    init(_ options: JobOptions) throws(JobFailure) {
        self.options = options
        schedule = FaultSchedule(options.kills, files: options.files.count)
        checkpointer = Checkpointer(interval: options.checkpointInterval)
        let password: String?
        var keys = Keys(prefix: "")
        if let given = options.server {
            server = nil
            address = given
            password = options.password
            var random = SystemRandomNumberGenerator()
            keys = Keys(prefix: "lightcone:\(String(random.next() as UInt64, radix: 36)):")
            // A wrong password or an old server is told at once, not after patience is at its end.
            _ = try mapped { () throws(RedisFailure) in
                try RedisConnection(given, password: options.password)
            }
        } else {
            let own = try mapped { () throws(RedisFailure) in try RedisServer() }
            server = own
            address = own.address
            password = own.password
        }
        store = JobStore(
            RedisSession(address, password: password, passes: RedisFailure.beforePreparation),
            keys: keys
        )
        let setup = WorkerSetup(
            parent: getpid(),
            name: "",
            incarnation: 0,
            address: address,
            password: password,
            keys: keys,
            format: options.format,
            tokenizer: options.tokenizer,
            claimAfter: options.claimAfter,
            commit: options.commit,
            batchFilesMax: options.batchFilesMax
        )
        crew = Crew(options, setup: setup)
        store.onTrouble { [weak self] () throws(RedisFailure) in try self?.mend() }
    }

    /// Runs the job to its end.
    ///
    /// Workers and a private server are gone afterwards, however it ends.
    func run(_ observer: JobObserver) throws(JobFailure) -> JobResult {
        self.observer = observer
        defer { end() }
        observer.note(
            server == nil
                ? "using the Redis at \(address), in keys of our own: \(store.keys.prefix)*"
                : "a Redis of our own listens at \(address)"
        )
        do throws(JobFailure) {
            while !isDone {
                try turn()
                try hear(upTo: pause)
            }
            result.seconds = elapsed / .seconds(1)
            try collectAnswer()
            try letWorkersLeave()
            if server == nil { try tidyUp() }
        } catch {
            abandon(error)
            // What fails while we are being interrupted fails because of that.
            if let signal = Interruption.signal { throw .interrupted(signal: signal) }
            throw error
        }
        _ = crew.endAll()
        result.claims = crew.claims
        result.refused = crew.refused
        result.retries = crew.retries + store.retries
        result.peakMemoryBytes = crew.peakMemoryBytes
        result.faults =
            crew.faults + result.faults
            + schedule.missed.map { missed in
                JobResult.Fault(name: "kill Redis at \(missed)", landed: nil)
            }
        return result
    }

    var elapsed: Duration { .now - began }

    // MARK: A turn

    /// Asks how things stand, and does what follows.
    private func turn() throws(JobFailure) {
        guard try serverIsUp() else { return }
        try lookAtProgress()
        observer.progress(progress.acknowledged, progress.bytes)
        if killIfDue() { return }
        try lookAfterCheckpoint()
        if isDone { return }
        // The first checkpoint comes before the first worker: a death from then on leads back to
        // a server that knows its work.
        if checkpointer.completed > 0 {
            try startWorkersIfDue()
            try feed()
            try store.mergePartialsIfMany(progress)
        }
        // The share of 100 % has had its chance above: only now is the answer put together.
        var published: String?
        if checkpointer.completed > 0, progress.acknowledged == options.files.count {
            published = try store.publish(files: options.files.count)
        }
        try startCheckpointIfDue(published)
    }

    private func lookAtProgress() throws(JobFailure) {
        let before = progress
        progress = try mapped { () throws(RedisFailure) in try store.progress() }
        if progress.life != preparedLife {
            try prepare()
            progress = try mapped { () throws(RedisFailure) in try store.progress() }
            acknowledgedAtStart = progress.acknowledged
            acknowledgedOnDisk = 0
        }
        // Within one life of the server nothing goes back, unless somebody else lays hand on it.
        let isSameLife = progress.life == before.life
        guard progress.acknowledged <= options.files.count,
            !isSameLife || progress.acknowledged >= before.acknowledged,
            progress.life != preparedLife || progress.fed >= fed
        else {
            throw .damagedCounts(
                reason: "\(progress.acknowledged) of \(options.files.count) files acknowledged "
                    + "after \(before.acknowledged), and \(progress.fed) of \(fed) in the stream; "
                    + "has somebody changed the job's keys?"
            )
        }
    }

    private func serverIsUp() throws(JobFailure) -> Bool {
        guard let server else { return true }
        if hasMended {
            hasMended = false
            checkpointer.serverDied()
        }
        if let restartAt {
            guard elapsed >= restartAt else { return false }
            self.restartAt = nil
        } else if server.isRunning {
            return true
        } else {
            checkpointer.serverDied()
            observer.note("Redis died, not by our hand")
            log(.crash, node: "Redis", incarnation: server.lives - 1, text: "not by our hand")
        }
        try mapped { () throws(RedisFailure) in try start(server) }
        return true
    }

    private func start(_ server: RedisServer) throws(RedisFailure) {
        var tries = 0
        while true {
            do throws(RedisFailure) {
                try server.start()
                break
            } catch .notStarted(let reason) {
                // It may have been killed from outside while it was starting.
                tries += 1
                guard tries < Limit.startsMax, Interruption.signal == nil else {
                    throw .notStarted(reason: reason)
                }
            }
        }
        result.redisRestarts += 1
        observer.note("Redis is back, from the last checkpoint (\(result.checkpoints) so far)")
        log(.recover, node: "Redis", incarnation: server.lives - 1)
    }

    /// Before a call to Redis is tried again: a server of ours that has died is started again.
    ///
    /// The call may be the checkpointer's own, which must not be touched from here.
    private func mend() throws(RedisFailure) {
        if Interruption.signal != nil { throw .notStarted(reason: "interrupted") }
        if let server, !server.isRunning {
            // The call that is tried again may be the checkpointer's own: it is told in the next turn.
            hasMended = true
            try start(server)
        }
    }

    private func prepare() throws(JobFailure) {
        fed = max(fed, schedule.filesAllowed(inHands: inHands))
        let paths = options.files[..<fed].lazy.map(\.path)
        preparedLife = try mapped { () throws(RedisFailure) in
            try store.prepare(library: PackageResources.wordcount_lua, paths: paths)
        }
    }

    private func feed() throws(JobFailure) {
        let allowed = schedule.filesAllowed(inHands: inHands)
        guard allowed > fed else { return }
        let paths = options.files[fed..<allowed].lazy.map(\.path)
        try mapped { () throws(RedisFailure) in try store.feed(paths, from: fed + 1) }
        fed = allowed
    }

    private var inHands: Int { options.workers * options.batchFilesMax }

    // MARK: Faults and checkpoints

    private func killIfDue() -> Bool {
        guard let server, server.isRunning else { return false }
        let due = schedule.takeDue(
            .init(
                elapsed: elapsed,
                acknowledged: progress.acknowledged,
                hasSavedMore: acknowledgedOnDisk > acknowledgedAtStart,
                checkpointRunning: checkpointer.runningNumber.flatMap { server.isSaving ? $0 : nil }
            )
        )
        guard let due else { return false }
        let wasSaving = server.kill()
        let open = options.files.count - progress.acknowledged
        var landed: String? = "\(open) of \(options.files.count) files not acknowledged"
        if wasSaving { landed? += ", while a checkpoint was being written" }
        // Seen to be under way a moment ago, it may have been finished before the kill.
        if case .checkpoint = due, !wasSaving { landed = nil }
        result.faults.append(.init(name: "kill Redis at \(due)", landed: landed))
        observer.note("Redis killed (\(due)): \(landed ?? "the checkpoint was complete already")")
        log(.crash, node: "Redis", incarnation: server.lives - 1, text: landed)
        checkpointer.serverDied()
        store.disconnect()
        restartAt = elapsed + options.downtime
        return true
    }

    private func lookAfterCheckpoint() throws(JobFailure) {
        switch try checkpointer.poll(&store, elapsed: elapsed) {
        case .none: break
        case .failed: observer.note("a checkpoint could not be written; trying again")
        case .completed(let acknowledged, let isLast):
            acknowledgedOnDisk = acknowledged
            result.checkpoints += 1
            let incarnation = max(0, (server?.lives ?? 1) - 1)
            log(.save, node: "Redis", incarnation: incarnation, text: "\(checkpointer.completed)")
            isDone = isLast
        }
    }

    private func startCheckpointIfDue(_ published: String?) throws(JobFailure) {
        if schedule.awaitsCheckpoint(checkpointer.started + 1) {
            try mapped { () throws(RedisFailure) in
                try store.slowDownSaves(perKey: .milliseconds(100))
            }
        }
        try mapped { () throws(RedisFailure) in
            try checkpointer.startIfDue(
                &store,
                elapsed: elapsed,
                acknowledged: progress.acknowledged,
                published: published
            )
        }
    }

    // MARK: Workers

    private func startWorkersIfDue() throws(JobFailure) {
        let isOver = progress.acknowledged == options.files.count
        for worker in try crew.startIfDue(isOver: isOver) {
            log(.start, worker)
        }
    }

    /// Waits for something to happen, and hears what the workers have to say.
    private func hear(upTo limit: Duration) throws(JobFailure) {
        _ = waitReadable([Interruption.descriptor] + crew.descriptors, upTo: limit)
        if let signal = Interruption.signal { throw .interrupted(signal: signal) }
        for (worker, event) in crew.hear() { tell(event, of: worker) }
        for (worker, ending) in crew.reap() {
            guard !worker.hasLeft else {
                log(.halt, worker)
                continue
            }
            result.crashes += 1
            observer.note("\(worker.setup.consumer) is gone: \(ending)")
            log(.crash, worker, text: "\(ending)")
            guard !isDone, options.respawns else { continue }
            let successor = try crew.replace(worker)
            result.respawns += 1
            observer.note("\(successor.setup.consumer) takes its place")
            log(.recover, successor)
        }
        guard isDone || !crew.isExtinct else {
            let open = options.files.count - progress.acknowledged
            throw .noWorkerLeft(open: open, files: options.files.count)
        }
    }

    private func tell(_ event: WorkerEvent, of worker: WorkerProcess) {
        let entries = event.entries.joined(separator: " ")
        let text = event.text
        switch event.kind {
        case .started, .left: break
        case .read: log(.receive, worker, event, message: entries, text: "read")
        case .claimed:
            observer.note("\(worker.setup.consumer) takes over file \(entries)")
            log(.receive, worker, event, message: entries, text: "claimed")
        case .staged: log(.save, worker, event, message: entries, text: "staged")
        case .committed: log(.send, worker, event, message: entries, text: "commit")
        case .refused:
            observer.note("\(worker.setup.consumer) came too late with \(entries): refused")
            log(.drop, worker, event, message: entries, text: "commit refused")
        case .lost: log(.drop, worker, event, message: entries, text: "Redis died under it")
        case .putAside:
            observer.note("put aside: \(text ?? entries)")
            log(.output, worker, event, message: entries, text: text)
        case .retried: log(.note, worker, event, text: text)
        case .fault:
            let isOpen =
                !isDone && (!entries.isEmpty || progress.acknowledged < options.files.count)
            crew.faultLanded(worker, isOpen: isOpen, text: "file \(entries)")
            log(.note, worker, event, text: "fault: \(text ?? "")")
        }
    }

    /// Waits until all workers have left; the sleep of a slow one is waited for, so that its late
    /// commit is seen to be refused.
    private func letWorkersLeave() throws(JobFailure) {
        var toldLife: String?
        let deadline = elapsed + options.slowFor + .seconds(Limit.leavingSecondsMax)
        while crew.isAnybodyThere {
            guard elapsed < deadline else {
                observer.note("\(crew.endAll()) workers did not leave and were killed")
                return
            }
            _ = try serverIsUp()
            progress = try mapped { () throws(RedisFailure) in try store.progress() }
            // Said in each life of the server: one that died now comes back without it.
            if progress.life != toldLife {
                try prepare()
                try mapped { () throws(RedisFailure) in try store.markDone() }
                toldLife = progress.life
            }
            try hear(upTo: .milliseconds(5))
        }
    }

    // MARK: The end

    private func collectAnswer() throws(JobFailure) {
        result.files = progress.files
        result.bytes = progress.bytes
        result.words = progress.words
        result.workers = options.workers
        try mapped { () throws(RedisFailure) in
            result.distinct = try store.distinct()
            result.top = try store.top(options.top)
            result.failed = try store.failures()
            if options.wantsAll { result.all = try store.all() }
        }
        let words = result.all?.words ?? UInt64(progress.words)
        guard words == UInt64(progress.words), (result.distinct == 0) == (words == 0) else {
            throw .damagedCounts(
                reason: "\(words) words where \(progress.words) were committed"
            )
        }
    }

    private func tidyUp() throws(JobFailure) {
        try mapped { () throws(RedisFailure) in try store.cleanUp() }
        let cli = address.redisCLI
        result.keptAt = """
            kept: \(cli) ZREVRANGE \(store.keys.count) 0 9 WITHSCORES
            to remove it: \(cli) DEL \(store.keys.count); the function library wordcount stays too
            """
    }

    /// Leaves nothing of ours on a given server, if it can still be reached.
    private func abandon(_ failure: JobFailure) {
        if case .redis = failure { return }
        _ = crew.endAll()
        guard server == nil else { return }
        try? store.abandon()
    }

    private func end() {
        _ = crew.endAll()
        server?.end()
    }

    private var pause: Duration {
        .milliseconds(Limit.turnMilliseconds)
    }

    private func log(
        _ kind: Event.Kind,
        _ worker: WorkerProcess,
        _ event: WorkerEvent? = nil,
        message: String? = nil,
        text: String? = nil
    ) {
        let nanoseconds = event?.nanoseconds ?? monotonicNanoseconds()
        observer.event(
            Event(
                time: Int(clamping: Int64(nanoseconds) - Int64(beganNanoseconds)),
                node: worker.setup.name,
                incarnation: worker.setup.incarnation,
                kind: kind,
                message: message,
                peer: message == nil ? nil : "Redis",
                text: text
            )
        )
    }

    private func log(_ kind: Event.Kind, node: String, incarnation: Int, text: String? = nil) {
        observer.event(
            Event(
                time: Int(elapsed / .nanoseconds(1)),
                node: node,
                incarnation: incarnation,
                kind: kind,
                text: text
            )
        )
    }
}
