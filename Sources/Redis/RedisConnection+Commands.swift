/// The commands that labs use, with real types. Each throws what `send` throws.
extension RedisConnection {
    // MARK: Server

    /// Whether the server answers.
    public func ping() throws(RedisFailure) { try send(RedisCommand("PING")) }

    /// The facts of one section of `INFO`.
    public func info(_ section: String) throws(RedisFailure) -> [String: String] {
        let text = try send(RedisCommand("INFO", section)).text() ?? ""
        var facts: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { facts[String(parts[0])] = String(parts[1]) }
        }
        return facts
    }

    /// What `INFO persistence` says of saves.
    public struct SaveState: Hashable, Sendable {
        /// Whether a save is being written.
        public let isSaving: Bool
        /// Whether the last one that ended in this life of the server succeeded; true if none has.
        ///
        /// (`rdb_saves` is no help: Redis 7.0 counts a save when it begins.)
        public let lastSucceeded: Bool
    }

    /// Asks how the server's saves stand.
    public func saveState() throws(RedisFailure) -> SaveState {
        let facts = try info("persistence")
        return SaveState(
            isSaving: facts["rdb_bgsave_in_progress"] == "1",
            lastSucceeded: facts["rdb_last_bgsave_status"] == "ok"
        )
    }

    /// Starts a save of the state as it is now, in the background.
    ///
    /// - Returns: False when another save (or a rewrite of the log) is under way, which may hold an
    ///   older state.
    public func backgroundSave() throws(RedisFailure) -> Bool {
        do throws(RedisFailure) {
            try send(RedisCommand("BGSAVE"))
            return true
        } catch .server(code: "ERR", let message)
            where message.contains("in progress") || message.contains("child process is active")
        {
            return false
        }
    }

    /// Sets a configuration parameter of the running server.
    public func configure(_ name: String, _ value: String) throws(RedisFailure) {
        try send(RedisCommand("CONFIG", "SET", name, value))
    }

    // MARK: Keys

    /// A key's string value, nil if there is none.
    public func get(_ key: String) throws(RedisFailure) -> [UInt8]? {
        try send(RedisCommand("GET", key)).bytes()
    }

    /// Sets a key's string value.
    public func set(_ key: String, _ value: String) throws(RedisFailure) {
        try send(RedisCommand("SET", key, value))
    }

    /// Removes keys, and says how many of them there were.
    @discardableResult public func delete(_ keys: [String]) throws(RedisFailure) -> Int {
        Int(try send(RedisCommand("DEL").adding(keys)).integer())
    }

    /// The named fields of a hash as numbers; a missing one counts 0.
    public func numbers(_ key: String, _ fields: [String]) throws(RedisFailure) -> [Int] {
        let replies = try send(RedisCommand("HMGET", key).adding(fields)).array()
        var numbers: [Int] = []
        for reply in replies { numbers.append(reply == .null ? 0 : Int(try reply.integer())) }
        return numbers
    }

    /// All fields of a hash with their values.
    public func fields(_ key: String) throws(RedisFailure) -> [([UInt8], [UInt8])] {
        try send(RedisCommand("HGETALL", key)).array().pairs()
    }

    /// The length of a list.
    public func count(ofList key: String) throws(RedisFailure) -> Int {
        Int(try send(RedisCommand("LLEN", key)).integer())
    }

    /// One element of a list, nil beyond its end.
    public func element(_ index: Int, ofList key: String) throws(RedisFailure) -> [UInt8]? {
        try send(RedisCommand("LINDEX", key, String(index))).bytes()
    }

    // MARK: Sorted sets

    /// A member of a sorted set.
    public struct Scored: Hashable, Sendable {
        /// Its bytes.
        public let member: [UInt8]
        /// Its score; whole numbers are exact up to 2^53.
        public let score: Int

        /// A member and its score.
        public init(member: [UInt8], score: Int) {
            self.member = member
            self.score = score
        }
    }

    /// How many members a sorted set has.
    public func count(ofSet key: String) throws(RedisFailure) -> Int {
        Int(try send(RedisCommand("ZCARD", key)).integer())
    }

    /// The members at ranks `range`, highest score first, ties in reverse byte order.
    public func highest(_ range: Range<Int>, of key: String) throws(RedisFailure) -> [Scored] {
        guard !range.isEmpty else { return [] }
        let command = RedisCommand(
            "ZREVRANGE",
            key,
            String(range.lowerBound),
            String(range.upperBound - 1),
            "WITHSCORES"
        )
        return try send(command).scored()
    }

    /// The first `limit` members with exactly this score, in byte order.
    public func members(
        withScore score: Int,
        limit: Int,
        of key: String
    ) throws(RedisFailure) -> [Scored] {
        let bounds = [String(score), String(score), "BYSCORE", "LIMIT", "0", String(limit)]
        return try send(RedisCommand("ZRANGE", key).adding(bounds + ["WITHSCORES"])).scored()
    }

    // MARK: Functions

    /// Loads a library of functions, in place of one of the same name.
    public func loadFunctions(_ source: [UInt8]) throws(RedisFailure) {
        try send(RedisCommand("FUNCTION", "LOAD", "REPLACE").adding(source))
    }

    // MARK: Streams

    /// An entry of a stream.
    public struct Entry: Hashable, Sendable {
        /// Its identity, `3-0`.
        public let id: String
        /// Its fields in order.
        public let fields: [(name: [UInt8], value: [UInt8])]

        /// The value of the field with this name.
        public func value(of name: String) -> [UInt8]? {
            fields.first { $0.name.elementsEqual(name.utf8) }?.value
        }

        /// Entries are equal when their identities are: a stream never changes an entry.
        public static func == (one: Entry, other: Entry) -> Bool { one.id == other.id }

        /// Hashes the identity.
        public func hash(into hasher: inout Hasher) { hasher.combine(id) }
    }

    /// The entries of a stream that follow an id, oldest first, at most `limit`; none if there is no stream.
    public func entries(
        of stream: String,
        after id: String,
        limit: Int
    ) throws(RedisFailure) -> [Entry] {
        let command = RedisCommand("XRANGE", stream, "(\(id)", "+", "COUNT", String(limit))
        var entries: [Entry] = []
        for reply in try send(command).array() { entries.append(try reply.entry()) }
        return entries
    }

    /// Makes a consumer group that reads from the stream's beginning, and the stream if need be.
    ///
    /// One that is there already stays as it is.
    public func makeGroup(_ group: String, of stream: String) throws(RedisFailure) {
        do throws(RedisFailure) {
            try send(RedisCommand("XGROUP", "CREATE", stream, group, "0", "MKSTREAM"))
        } catch .server(code: "BUSYGROUP", _) {}
    }

    /// Gives the consumer one entry that no consumer of the group has got; waits for it up to
    /// `blocking`; nil if none has come.
    public func readGroup(
        _ group: String,
        consumer: String,
        stream: String,
        blocking: Duration = .zero
    ) throws(RedisFailure) -> Entry? {
        var command = RedisCommand("XREADGROUP", "GROUP", group, consumer, "COUNT", "1")
        if blocking > .zero {
            command = command.adding(["BLOCK", String(max(1, Int(blocking / .milliseconds(1))))])
        }
        let reply = try send(command.adding(["STREAMS", stream, ">"]), blocking: blocking)
        for part in try reply.array() {
            let nameAndEntries = try part.array()
            guard nameAndEntries.count == 2 else { throw part.unexpected("a stream's entries") }
            for entry in try nameAndEntries[1].array() { return try entry.entry() }
        }
        return nil
    }

    /// Takes over one entry that its consumer has not acknowledged for longer than `idle`.
    ///
    /// - Parameters:
    ///   - group: The consumer group.
    ///   - consumer: Who takes over.
    ///   - stream: The stream's key.
    ///   - idle: For how long the entry's consumer must have been silent.
    ///   - cursor: Where to look from, `0-0` for the beginning.
    /// - Returns: The entry, if one was found, and where to go on looking (`0-0`: all was seen).
    /// - Throws: `RedisFailure`, as all commands.
    public func autoClaim(
        _ group: String,
        consumer: String,
        stream: String,
        idle: Duration,
        from cursor: String
    ) throws(RedisFailure) -> (entry: Entry?, next: String) {
        let milliseconds = String(Int(idle / .milliseconds(1)))
        let parts = try send(
            RedisCommand(
                "XAUTOCLAIM",
                stream,
                group,
                consumer,
                milliseconds,
                cursor,
                "COUNT",
                "1"
            )
        ).array()
        guard parts.count >= 2, let next = try parts[0].text() else {
            throw RedisReply.array(parts).unexpected("a cursor and entries")
        }
        return (try parts[1].array().first?.entry(), next)
    }
}

extension RedisReply {
    fileprivate func entry() throws(RedisFailure) -> RedisConnection.Entry {
        let parts = try array()
        guard parts.count == 2, let id = try parts[0].text() else { throw unexpected("an entry") }
        return .init(id: id, fields: try parts[1].array().pairs())
    }

    fileprivate func scored() throws(RedisFailure) -> [RedisConnection.Scored] {
        var members: [RedisConnection.Scored] = []
        for (member, score) in try array().pairs() {
            guard let score = Double(String(decoding: score, as: UTF8.self)), score.isFinite,
                abs(score) <= 0x1p53, score == score.rounded()
            else { throw unexpected("a score that is a whole number") }
            members.append(.init(member: member, score: Int(score)))
        }
        return members
    }
}

extension [RedisReply] {
    /// A flat list of names and values as pairs.
    fileprivate func pairs() throws(RedisFailure) -> [([UInt8], [UInt8])] {
        guard count.isMultiple(of: 2) else { throw RedisReply.array(self).unexpected("pairs") }
        var pairs: [([UInt8], [UInt8])] = []
        pairs.reserveCapacity(count / 2)
        for index in stride(from: 0, to: count, by: 2) {
            pairs.append((try self[index].bytes() ?? [], try self[index + 1].bytes() ?? []))
        }
        return pairs
    }
}
