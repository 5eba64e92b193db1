import Processes
import Redis
import Text

/// What the client says to Redis: it lays the work out, watches it, and puts the answer together.
///
/// Each call runs against *one life* of the server from its first command to its last: a connection
/// never outlives a server, and a call that loses it begins anew. So what a call read is what its
/// writes build on, also when a server comes back with an older state in between.
struct JobStore: ~Copyable {
    /// Bounds on what is handed to the server at once.
    enum Limit {
        /// Commands sent before their replies are read.
        static let pipelineCommandsMax = 1000
        /// Words in one `ZADD`: the server does nothing else meanwhile.
        static let wordsPerCommandMax = 1000
        /// Words in one reply.
        static let wordsPerReplyMax = 10_000
        /// Partial counts are merged into one when there are this many, so that the server's
        /// memory and its checkpoints grow with the number of words, not with that of the files.
        static let partialsMax = 32
        /// A larger block is not made of them; a string of Redis holds 512 MiB.
        static let mergedBytesMax = 256 << 20
    }

    /// How far the job is, in one life of the server.
    struct Progress: Hashable {
        /// Which life of the server says so.
        var life: String
        var files = 0
        var failed = 0
        var bytes = 0
        var words = 0
        var partials = 0
        /// How many files the stream was given.
        var fed = 0
        var acknowledged: Int { files + failed }
    }

    let keys: Keys
    private var session: RedisSession
    /// The longest list of partial counts that is not worth merging.
    private var partialsBearable = Limit.partialsMax

    init(_ session: consuming RedisSession, keys: Keys) {
        self.session = session
        self.keys = keys
    }

    var retries: Int { session.retries }

    mutating func disconnect() { session.disconnect() }

    /// Has `mend` called whenever the server does not answer.
    mutating func onTrouble(_ mend: @escaping () throws(RedisFailure) -> Void) {
        session.beforeRetry = mend
    }

    /// Makes saves so slow that a kill finds one under way: per key, however small the data.
    mutating func slowDownSaves(perKey delay: Duration) throws(RedisFailure) {
        let microseconds = String(Int(delay / .microseconds(1)))
        try session.perform { redis throws(RedisFailure) in
            try redis.configure("rdb-key-save-delay", microseconds)
        }
    }

    // MARK: Before and while the work is done

    /// Gives the server what the job needs, unless it is there: functions, group, and files.
    ///
    /// The files' entries have fixed identities, so that adding one again changes nothing. The
    /// result is the life of the server that was prepared.
    mutating func prepare(
        library: [UInt8],
        paths: some Collection<InputPath>
    ) throws(RedisFailure) -> String {
        try session.perform { [keys] redis throws(RedisFailure) in
            try redis.loadFunctions(library)
            try redis.makeGroup(Keys.group, of: keys.files)
            try add(paths, from: 1, to: keys.files, redis)
            return redis.runID
        }
    }

    /// Adds files, the first of which is the job's `number`th, counted from 1.
    mutating func feed(
        _ paths: some Collection<InputPath>,
        from number: Int
    ) throws(RedisFailure) {
        try session.perform { [keys] redis throws(RedisFailure) in
            try add(paths, from: number, to: keys.files, redis)
        }
    }

    /// Asks how far the work is.
    mutating func progress() throws(RedisFailure) -> Progress {
        try session.perform { [keys] redis throws(RedisFailure) in
            try readProgress(keys, redis)
        }
    }

    /// The files put aside, in the order of the input.
    mutating func failures() throws(RedisFailure) -> [JobResult.Failed] {
        let fields = try session.perform { [keys] redis throws(RedisFailure) in
            try redis.fields(keys.failures)
        }
        return fields.compactMap { JobResult.Failed(entry: $0, value: $1) }
            .sorted { $0.file < $1.file }
    }

    // MARK: Checkpoints

    /// Starts a checkpoint of the state as it is now.
    ///
    /// The result is the life of the server in which it runs; nil while another save is under way.
    mutating func startCheckpoint() throws(RedisFailure) -> String? {
        try session.perform { redis throws(RedisFailure) in
            try redis.backgroundSave() ? redis.runID : nil
        }
    }

    /// Asks how saves stand, and in which life.
    mutating func saveState() throws(RedisFailure) -> (
        life: String, state: RedisConnection.SaveState
    ) {
        try session.perform { redis throws(RedisFailure) in
            (redis.runID, try redis.saveState())
        }
    }

    // MARK: The answer

    /// Merges the partial counts into one when they have become many.
    ///
    /// Only the front of the list is replaced: commits add to its end meanwhile.
    mutating func mergePartialsIfMany(_ progress: Progress) throws(JobFailure) {
        guard progress.partials > partialsBearable else { return }
        try performing { [keys] redis throws(JobFailure) in
            let (table, count) = try readPartials(keys, redis)
            let block = PartialCounts.encode(table)
            guard block.count <= Limit.mergedBytesMax else { return }
            let commands = [
                RedisCommand("LTRIM", keys.partials, String(count), "-1"),
                RedisCommand("LPUSH", keys.partials).adding(block),
            ]
            try mapped { () throws(RedisFailure) in _ = try redis.transaction(commands) }
        }
        let left = try mapped { () throws(RedisFailure) in try self.progress().partials }
        // Words so many that they do not fit into one block are not merged again and again.
        if left > partialsBearable { partialsBearable = .max }
    }

    /// Puts all partial counts into the sorted set, which appears as a whole, in place of them.
    ///
    /// The result is the life of the server in which the answer stands; nil if that life does not
    /// have all of the `files` (it began while we were on the way here).
    mutating func publish(files: Int) throws(JobFailure) -> String? {
        var life: String?
        try performing { [keys] redis throws(JobFailure) in
            let progress = try mapped { () throws(RedisFailure) in try readProgress(keys, redis) }
            guard progress.acknowledged == files else { return }
            let isPublished = try mapped { () throws(RedisFailure) in
                try redis.get(keys.published) != nil
            }
            if !isPublished {
                let (table, blocks) = try readPartials(keys, redis)
                // Word by word, the counts are in place already.
                guard blocks == 0 || table.words == UInt64(progress.words) else {
                    throw .damagedCounts(
                        reason: "\(table.words) words where \(progress.words) were committed"
                    )
                }
                try mapped { () throws(RedisFailure) in try putInPlace(table, keys, redis) }
            }
            life = redis.runID
        }
        return life
    }

    /// Tells the workers that nothing can be lost any more.
    mutating func markDone() throws(RedisFailure) {
        try session.perform { [keys] redis throws(RedisFailure) in try redis.set(keys.done, "1") }
    }

    /// How many words there are.
    mutating func distinct() throws(RedisFailure) -> Int {
        try session.perform { [keys] redis throws(RedisFailure) in
            try redis.count(ofSet: keys.count)
        }
    }

    /// The `limit` words with the highest counts, ties in byte order.
    mutating func top(_ limit: Int) throws(RedisFailure) -> [WordCount] {
        try session.perform { [keys] redis throws(RedisFailure) in
            let first = try redis.highest(0..<limit, of: keys.count)
            guard let last = first.last else { return [] }
            // Redis breaks ties the other way round: among those of the last place, choose anew.
            let above = first.filter { $0.score > last.score }
            let tied = try redis.members(
                withScore: last.score,
                limit: limit - above.count,
                of: keys.count
            )
            return sorted(above + tied)
        }
    }

    /// All words.
    mutating func all() throws(RedisFailure) -> WordTable {
        try session.perform { [keys] redis throws(RedisFailure) in
            let table = WordTable()
            while true {
                // In portions, so that the server can answer others in between.
                let ranks = table.distinct..<table.distinct + Limit.wordsPerReplyMax
                let portion = try redis.highest(ranks, of: keys.count)
                for word in portion { table.add(word.member, count: UInt64(clamping: word.score)) }
                if portion.count < Limit.wordsPerReplyMax { return table }
            }
        }
    }

    /// Removes all that the job made, the function library aside; tries only once.
    mutating func abandon() throws(RedisFailure) {
        session.disconnect()
        session.beforeRetry = { () throws(RedisFailure) in
            throw .disconnected(reason: "given up", sent: false)
        }
        try session.perform { [keys] redis throws(RedisFailure) in
            _ = try redis.delete(keys.bookkeeping + [keys.count])
        }
    }

    /// Removes what only the job itself needed; the answer stays.
    mutating func cleanUp() throws(RedisFailure) {
        try session.perform { [keys] redis throws(RedisFailure) in
            _ = try redis.delete(keys.bookkeeping)
        }
    }

    private mutating func performing(
        _ body: (RedisConnection) throws(JobFailure) -> Void
    ) throws(JobFailure) {
        // The session knows only Redis's failures; another one is carried past it.
        var other: JobFailure?
        try mapped { () throws(RedisFailure) in
            try session.perform { redis throws(RedisFailure) in
                do throws(JobFailure) {
                    try body(redis)
                } catch .redis(let failure) {
                    throw failure
                } catch {
                    other = error
                }
            }
        }
        if let other { throw other }
    }
}

/// Why a job cannot go on.
enum JobFailure: Error {
    case redis(RedisFailure)
    /// What workers committed cannot be, or cannot be read.
    case damagedCounts(reason: String)
    /// A worker cannot be started.
    case workers(reason: String)
    /// All of them are gone, with so many files not counted.
    case noWorkerLeft(open: Int, files: Int)
    /// Redis says, again and again, that a checkpoint could not be written.
    case cannotSave
    /// This signal asks us to leave.
    case interrupted(signal: Int32)
}

func mapped<Value>(
    _ body: () throws(RedisFailure) -> Value
) throws(JobFailure) -> Value {
    do throws(RedisFailure) {
        return try body()
    } catch {
        throw .redis(error)
    }
}

private func add(
    _ paths: some Collection<InputPath>,
    from number: Int,
    to stream: String,
    _ redis: RedisConnection
) throws(RedisFailure) {
    var rest = paths[...]
    var number = number
    while !rest.isEmpty {
        let portion = rest.prefix(JobStore.Limit.pipelineCommandsMax)
        rest = rest.dropFirst(portion.count)
        let commands = zip(number..., portion).map { number, path in
            RedisCommand("XADD", stream, "\(number)-0", Keys.pathField).adding(path.bytes)
        }
        number += portion.count
        for reply in try redis.pipeline(commands) {
            // Identities only grow: one that is too small is there already.
            if case .error(_, let message) = reply,
                !message.contains("equal or smaller")
            {
                throw reply.unexpected("an entry's identity")
            }
        }
    }
}

private func readProgress(
    _ keys: Keys,
    _ redis: RedisConnection
) throws(RedisFailure) -> JobStore.Progress {
    let fields = ["files", "failed", "bytes", "words"]
    let numbers = try redis.numbers(keys.totals, fields)
    // On a given server anybody can write anything there.
    guard numbers.allSatisfy({ (0...(1 << 53)).contains($0) }) else {
        throw .protocol(reason: "\(keys.totals) holds \(numbers)")
    }
    return JobStore.Progress(
        life: redis.runID,
        files: numbers[0],
        failed: numbers[1],
        bytes: numbers[2],
        words: numbers[3],
        partials: try redis.count(ofList: keys.partials),
        fed: Int(try redis.send(RedisCommand("XLEN", keys.files)).integer())
    )
}

private func readPartials(
    _ keys: Keys,
    _ redis: RedisConnection
) throws(JobFailure) -> (table: WordTable, count: Int) {
    let table = WordTable()
    let count = try mapped { () throws(RedisFailure) in
        try redis.count(ofList: keys.partials)
    }
    for index in 0..<count {
        let block = try mapped { () throws(RedisFailure) in
            try redis.element(index, ofList: keys.partials)
        }
        do {
            try PartialCounts.merge(block ?? [], into: table)
        } catch {
            throw .damagedCounts(reason: "\(error)")
        }
    }
    return (table, count)
}

private func putInPlace(
    _ table: WordTable,
    _ keys: Keys,
    _ redis: RedisConnection
) throws(RedisFailure) {
    try redis.delete([keys.unpublished])
    try write(table, to: keys.unpublished, redis)
    var commands = [RedisCommand("DEL", keys.partials)]
    if table.distinct > 0 {
        commands.append(RedisCommand("RENAME", keys.unpublished, keys.count))
    }
    commands.append(RedisCommand("SET", keys.published, "1"))
    for reply in try redis.transaction(commands) {
        if case .error = reply { throw reply.unexpected("OK") }
    }
}

/// In the set's own order: each word then belongs at the same end as the one before, which costs the
/// server a third of what a random order does (`docs/performance.md`).
private func write(
    _ table: WordTable,
    to set: String,
    _ redis: RedisConnection
) throws(RedisFailure) {
    try redis.stream { send throws(RedisFailure) in
        var command = RedisCommand("ZADD", set)
        var words = 0
        try table.forEachSorted { word, count throws(RedisFailure) in
            command.add(count)
            command.add(word)
            words += 1
            if words == JobStore.Limit.wordsPerCommandMax {
                try send(command)
                command = RedisCommand("ZADD", set)
                words = 0
            }
        }
        if words > 0 { try send(command) }
    }
}

private func sorted(_ members: [RedisConnection.Scored]) -> [WordCount] {
    members.sorted {
        $0.score != $1.score
            ? $0.score > $1.score : $0.member.lexicographicallyPrecedes($1.member)
    }.map { WordCount(word: $0.member, count: UInt64(clamping: $0.score)) }
}
