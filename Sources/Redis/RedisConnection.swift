import CHiredis
import Glibc

/// One connection to a Redis server, for one thread: hiredis behind Swift types.
///
/// Any failure but a refusal by the server ends the connection for good; `RedisSession` makes a new
/// one. Every reply that hiredis allocates is copied into a value and freed here.
public final class RedisConnection {
    /// How long to wait for what.
    public struct Timeouts: Hashable, Sendable, Codable {
        /// For the connection to stand.
        public var connect = Duration.seconds(2)
        /// For a reply, beyond the time a blocking command asks the server to wait.
        public var reply = Duration.seconds(30)

        /// The defaults: 2 s and 30 s.
        public init() {}
    }

    /// Bounds on what is under way.
    public enum Limit {
        /// Commands of a stream whose replies are not read yet: replies must fit into the socket.
        public static let unansweredMax = 16
    }

    /// The server's version, as (major, minor).
    public private(set) var version = (major: 0, minor: 0)
    /// Names one life of the server: another `runID` is another process.
    public private(set) var runID = ""

    private let context: UnsafeMutablePointer<redisContext>
    private let timeouts: Timeouts
    private var broken: RedisFailure?
    private var isStreaming = false

    /// Connects, authenticates, and checks that the server is Redis 7.0 or newer.
    ///
    /// A server that is still reading its dump is connected to; it answers commands with `LOADING`.
    ///
    /// - Throws: `.disconnected` when nobody answers there, `.server` with `WRONGPASS` or `NOAUTH`
    ///   for a wrong or missing password, `.unsupported` for an older server.
    public init(
        _ address: RedisAddress,
        password: String? = nil,
        timeouts: Timeouts = Timeouts()
    ) throws(RedisFailure) {
        // hiredis writes with write(2): a peer that is gone would end us.
        signal(SIGPIPE, SIG_IGN)
        if case .unix(let path) = address, path.utf8.count > RedisAddress.Limit.pathBytesMax {
            // hiredis would cut it, and connect to whoever listens there.
            throw .disconnected(reason: "\(address): the path is too long", sent: false)
        }
        let limit = timeouts.connect.timeval
        let made =
            switch address {
            case .tcp(let host, let port): redisConnectWithTimeout(host, Int32(port), limit)
            case .unix(let path): redisConnectUnixWithTimeout(path, limit)
            }
        guard let made else { throw .disconnected(reason: "out of memory", sent: false) }
        context = made
        self.timeouts = timeouts
        guard made.pointee.err == 0 else {
            throw .disconnected(reason: "\(address): \(made.message)", sent: false)
        }
        _ = fcntl(made.pointee.fd, F_SETFD, FD_CLOEXEC)
        redisSetTimeout(made, timeouts.reply.timeval)
        do throws(RedisFailure) {
            if let password { try send(RedisCommand("AUTH", password)) }
            try greet()
        } catch .disconnected(let reason, _) {
            // Whatever of this reached the server changed nothing there.
            throw .disconnected(reason: "\(address): \(reason)", sent: false)
        }
    }

    deinit { redisFree(context) }

    private func greet() throws(RedisFailure) {
        let facts = try info("server")
        let text = facts["redis_version"] ?? "of unknown version"
        let numbers = text.split(separator: ".").prefix(2).compactMap { Int($0) }
        guard numbers.count == 2, numbers[0] >= 7 else { throw .unsupported(version: text) }
        version = (numbers[0], numbers[1])
        runID = facts["run_id"] ?? ""
    }

    /// Sends one command and waits for its reply.
    ///
    /// - Parameters:
    ///   - command: The command.
    ///   - blocking: How long the command itself asks the server to wait.
    /// - Returns: The reply, which is no refusal.
    /// - Throws: `.server` for a refusal; anything else ends the connection.
    @discardableResult public func send(
        _ command: RedisCommand,
        blocking: Duration = .zero
    ) throws(RedisFailure) -> RedisReply {
        precondition(!isStreaming, "asked within a stream: the answer would be another's")
        try append(command)
        guard blocking > .zero else { return try reply().checked() }
        let limit = timeouts.reply + blocking
        redisSetTimeout(context, limit.timeval)
        defer { redisSetTimeout(context, timeouts.reply.timeval) }
        return try reply(within: limit).checked()
    }

    /// Sends all commands in one go and gives their replies in order, refusals among them.
    public func pipeline(_ commands: [RedisCommand]) throws(RedisFailure) -> [RedisReply] {
        precondition(!isStreaming, "asked within a stream: the answers would be others'")
        for command in commands { try append(command) }
        var replies: [RedisReply] = []
        for _ in commands { replies.append(try reply()) }
        return replies
    }

    /// Sends the commands that `produce` hands over, some of them ahead of their replies.
    ///
    /// So both sides work at the same time. The first refusal among them is thrown at the end.
    /// Until then nothing else can be asked over this connection.
    public func stream(
        _ produce: (_ send: (RedisCommand) throws(RedisFailure) -> Void) throws(RedisFailure) ->
            Void
    ) throws(RedisFailure) {
        var unanswered = 0
        var refusal: RedisFailure?
        func takeReply() throws(RedisFailure) {
            unanswered -= 1
            if case .error(let code, let message) = try reply() {
                refusal = refusal ?? .server(code: code, message: message)
            }
        }
        precondition(!isStreaming, "a stream within a stream: their replies would be mixed up")
        isStreaming = true
        defer { isStreaming = false }
        do throws(RedisFailure) {
            try produce { command throws(RedisFailure) in
                try append(command)
                try flush()
                unanswered += 1
                if unanswered > Limit.unansweredMax { try takeReply() }
            }
        } catch {
            // Else the next command would get the replies to these.
            while unanswered > 0, broken == nil { try? takeReply() }
            throw error
        }
        while unanswered > 0 { try takeReply() }
        if let refusal { throw refusal }
    }

    /// Sends the commands as one transaction: all of them, or (on a refusal of any) none.
    ///
    /// - Returns: The replies; a command that fails only when executed is a refusal among them.
    public func transaction(_ commands: [RedisCommand]) throws(RedisFailure) -> [RedisReply] {
        let replies = try pipeline([RedisCommand("MULTI")] + commands + [RedisCommand("EXEC")])
        // A refused command's own words say more than the EXECABORT that follows from it.
        for reply in replies { _ = try reply.checked() }
        return try (replies.last ?? .null).array()
    }

    private func append(_ command: RedisCommand) throws(RedisFailure) {
        // The server does not answer one without a name; we would wait in vain.
        precondition(!command.ends.isEmpty, "a command has at least its name")
        if let broken { throw .disconnected(reason: "closed after \(broken)", sent: false) }
        let status = command.bytes.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                var start = 0
                var pointers: [UnsafePointer<CChar>?] = []
                var lengths: [Int] = []
                pointers.reserveCapacity(command.ends.count)
                lengths.reserveCapacity(command.ends.count)
                for end in command.ends {
                    // An empty command has no base address; nor does hiredis look at one then.
                    pointers.append(characters.baseAddress.map { $0 + start })
                    lengths.append(end - start)
                    start = end
                }
                return redisAppendCommandArgv(
                    context,
                    Int32(command.ends.count),
                    &pointers,
                    &lengths
                )
            }
        }
        guard status == REDIS_OK else { throw fail(sent: false) }
    }

    private func flush() throws(RedisFailure) {
        var isWritten: Int32 = 0
        while isWritten == 0 {
            guard redisBufferWrite(context, &isWritten) == REDIS_OK else { throw fail(sent: true) }
        }
    }

    private func reply(within limit: Duration? = nil) throws(RedisFailure) -> RedisReply {
        var raw: UnsafeMutableRawPointer?
        guard redisGetReply(context, &raw) == REDIS_OK, let raw else {
            guard errno == EAGAIN, context.pointee.err == REDIS_ERR_IO else {
                throw fail(sent: true)
            }
            throw fail(sent: true, "no answer within \(limit ?? timeouts.reply)")
        }
        defer { freeReplyObject(raw) }
        return RedisReply(raw.assumingMemoryBound(to: redisReply.self).pointee)
    }

    private func fail(sent: Bool, _ reason: String? = nil) -> RedisFailure {
        let failure: RedisFailure =
            context.pointee.err == REDIS_ERR_PROTOCOL
            ? .protocol(reason: context.message)
            : .disconnected(reason: reason ?? context.message, sent: sent)
        broken = failure
        return failure
    }
}

extension UnsafeMutablePointer<redisContext> {
    fileprivate var message: String {
        withUnsafeBytes(of: &pointee.errstr) { buffer in
            String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

extension Duration {
    /// At least a millisecond: the system takes 0 for "for ever", and a negative time for an error.
    fileprivate var timeval: timeval {
        let (seconds, attoseconds) = max(self, .milliseconds(1)).components
        return Glibc.timeval(
            tv_sec: Int(seconds),
            tv_usec: Int(attoseconds / 1_000_000_000_000)
        )
    }
}
