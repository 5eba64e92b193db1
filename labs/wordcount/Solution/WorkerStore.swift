import Redis
import Text

/// What a worker says to Redis.
///
/// Every call may be repeated after a lost reply, and is.
struct WorkerStore: ~Copyable {
    /// One file to count, held by this worker until it is acknowledged or taken over.
    struct Task: Hashable {
        let id: String
        let path: InputPath
    }

    /// What became of a commit.
    enum Answer: Hashable {
        /// The counts are in, once.
        case applied
        /// Nothing was added, since these entries are not pending any more: another worker was
        /// faster, or our own commit had been applied and its reply was lost, or Redis died and came
        /// back from before we got them. In each case they are none of our business now.
        case refused(gone: Set<String>)
        /// Nothing was added: Redis died since the first of the staged blocks was sent.
        case lost
    }

    private var session: RedisSession
    private let keys: Keys
    private let consumer: String

    /// A store on the server of `session`.
    init(_ session: consuming RedisSession, keys: Keys, consumer: String) {
        self.session = session
        self.keys = keys
        self.consumer = consumer
    }

    var retries: Int { session.retries }

    /// The troubles since the last call.
    mutating func takeTroubles() -> [RedisFailure] {
        defer { session.troubles = [] }
        return session.troubles
    }

    /// A file that nobody has got yet; waits for one up to `wait`.
    mutating func read(waiting wait: Duration) throws(RedisFailure) -> Task? {
        try session.perform { [keys, consumer] redis throws(RedisFailure) in
            try redis.readGroup(Keys.group, consumer: consumer, stream: keys.files, blocking: wait)
                .map { entry throws(RedisFailure) in try task(entry) }
        }
    }

    /// A file that its worker has been silent about for longer than `idle`.
    mutating func claim(idle: Duration) throws(RedisFailure) -> Task? {
        try session.perform { [keys, consumer] redis throws(RedisFailure) in
            var cursor = "0-0"
            repeat {
                let (entry, next) = try redis.autoClaim(
                    Keys.group,
                    consumer: consumer,
                    stream: keys.files,
                    idle: idle,
                    from: cursor
                )
                if let entry { return try task(entry) }
                cursor = next
            } while cursor != "0-0"
            return nil
        }
    }

    /// Tells the others that we are at work on these.
    mutating func keep(_ tasks: [Task]) throws(RedisFailure) {
        try call("wordcount_keep", keys: [keys.files], [Keys.group, consumer] + tasks.map(\.id))
    }

    /// Sends a block of counts ahead of the commit it belongs to.
    mutating func stage(
        _ block: [UInt8],
        number: Int,
        attempt: Int
    ) throws(RedisFailure) {
        let command = RedisCommand("HSET", keys.staged, "\(consumer):\(attempt):\(number)")
            .adding(block)
        try session.perform { redis throws(RedisFailure) in _ = try redis.send(command) }
    }

    /// Acknowledges the batch and adds its counts, in one atom.
    ///
    /// `block` holds the counts that were not staged.
    mutating func commit(_ batch: Batch, block: [UInt8]) throws(RedisFailure) -> Answer {
        var command = RedisCommand("FCALL", "wordcount_commit", "4")
        for key in [keys.files, keys.partials, keys.totals, keys.staged] { command.add(key) }
        command.add(Keys.group)
        command.add("\(consumer):\(batch.attempt)")
        command.add(batch.staged)
        command.add(block)
        command.add(batch.bytes)
        command.add(batch.words)
        for task in batch.tasks { command.add(task.id) }
        return try answer(to: command)
    }

    /// The same for one file, word by word: `--commit simple`.
    mutating func commitSimple(_ batch: Batch, _ counts: WordTable) throws(RedisFailure) -> Answer {
        var command = RedisCommand("FCALL", "wordcount_commit_simple", "3")
        for key in [keys.files, keys.count, keys.totals] { command.add(key) }
        command.add(Keys.group)
        command.add(batch.tasks[0].id)
        command.add(batch.bytes)
        command.add(batch.words)
        counts.forEach { word, count in
            command.add(word)
            command.add(count)
        }
        return try answer(to: command)
    }

    /// Puts a file aside that cannot be counted.
    mutating func putAside(
        _ task: Task,
        status: Int32,
        reason: String
    ) throws(RedisFailure) {
        try call(
            "wordcount_put_aside",
            keys: [keys.files, keys.failures, keys.totals],
            [Keys.group, task.id, "\(status) \(reason)"]
        )
    }

    /// Whether the client has said that nothing can be lost any more.
    mutating func isDone() throws(RedisFailure) -> Bool {
        try session.perform { [keys] redis throws(RedisFailure) in
            try redis.get(keys.done) != nil
        }
    }

    private mutating func call(
        _ function: String,
        keys: [String],
        _ arguments: [String]
    ) throws(RedisFailure) {
        let command = RedisCommand("FCALL", function, String(keys.count))
            .adding(keys).adding(arguments)
        try session.perform { redis throws(RedisFailure) in _ = try redis.send(command) }
    }

    private mutating func answer(to command: RedisCommand) throws(RedisFailure) -> Answer {
        let reply = try session.perform { redis throws(RedisFailure) in try redis.send(command) }
        var words: [String] = []
        for word in try reply.array() { words.append(try word.text() ?? "") }
        switch words.first {
        case "applied": return .applied
        case "lost": return .lost
        case "refused": return .refused(gone: Set(words.dropFirst()))
        default: throw reply.unexpected("applied, refused or lost")
        }
    }
}

private func task(_ entry: RedisConnection.Entry) throws(RedisFailure) -> WorkerStore.Task {
    guard let path = entry.value(of: Keys.pathField) else {
        throw .protocol(reason: "entry \(entry.id) has no field \(Keys.pathField)")
    }
    return WorkerStore.Task(id: entry.id, path: InputPath(bytes: path))
}

extension RedisFailure {
    /// Besides what passes by itself: a server that came back from nothing, and whose client has not
    /// yet given it the stream's group and the functions again.
    static let beforePreparation: @Sendable (RedisFailure) -> Bool = { failure in
        switch failure {
        case .server(let code, let message):
            code == "NOGROUP" || message.contains("Function not found")
        case .disconnected, .protocol, .unsupported, .notStarted: false
        }
    }
}
