import Processes

/// A connection that comes back: what makes a server's death no affair of its clients' logic.
///
/// `perform` runs its body again on a new connection after a failure that may pass. The body must
/// therefore be safe to repeat: when a reply was lost, the command before it may have taken effect.
public struct RedisSession: ~Copyable {
    /// Bounds on what is remembered.
    public enum Limit {
        /// Troubles that nobody has taken away; later ones are only counted, in `retries`.
        public static let troublesMax = 100
    }

    /// How often and how long to try.
    public struct Patience: Hashable, Sendable, Codable {
        /// The first pause between two attempts; it doubles up to `pauseMax`.
        public var pauseMin = Duration.milliseconds(2)
        /// The longest pause between two attempts.
        public var pauseMax = Duration.milliseconds(100)
        /// How long a server may be away.
        public var total = Duration.seconds(60)

        /// The defaults: pauses of 2 to 100 ms, for at most 60 s.
        public init() {}
    }

    private let address: RedisAddress
    private let password: String?
    private let timeouts: RedisConnection.Timeouts
    private let patience: Patience
    private let passes: @Sendable (RedisFailure) -> Bool
    private var connection: RedisConnection?

    /// How many times something was sent again, or a connection made again.
    public private(set) var retries = 0
    /// Called before each further attempt: the owner of a server may set it on its feet again, or
    /// give up by throwing.
    public var beforeRetry: (() throws(RedisFailure) -> Void)?
    /// The first failure of each trouble that was got over, oldest first; taken away by the reader.
    public var troubles: [RedisFailure] = []

    /// Prepares a session; the first connection is made by the first `perform`.
    ///
    /// - Parameters:
    ///   - address: Where the server listens.
    ///   - password: Its password, if it has one.
    ///   - timeouts: For each connection and reply.
    ///   - patience: For the server as such.
    ///   - passes: What, beside `RedisFailure.isPassing`, is worth another attempt.
    public init(
        _ address: RedisAddress,
        password: String?,
        timeouts: RedisConnection.Timeouts = .init(),
        patience: Patience = Patience(),
        passes: @escaping @Sendable (RedisFailure) -> Bool = { _ in false }
    ) {
        self.address = address
        self.password = password
        self.timeouts = timeouts
        self.patience = patience
        self.passes = passes
    }

    /// Runs `body` on a connection until it succeeds, fails for good, or patience is at its end.
    public mutating func perform<Result>(
        _ body: (RedisConnection) throws(RedisFailure) -> Result
    ) throws(RedisFailure) -> Result {
        let deadline = ContinuousClock.now + patience.total
        var rest = patience.pauseMin
        var isFirst = true
        while true {
            do throws(RedisFailure) {
                return try body(try connected())
            } catch {
                // A refusal leaves the connection as it was; anything else has ended it.
                if case .server = error {} else { connection = nil }
                guard error.isPassing || passes(error), ContinuousClock.now < deadline else {
                    throw error
                }
                if isFirst, troubles.count < Limit.troublesMax { troubles.append(error) }
                isFirst = false
                retries += 1
            }
            try beforeRetry?()
            pause(for: rest)
            rest = min(rest * 2, patience.pauseMax)
        }
    }

    /// Lets go of the connection; the next `perform` makes a new one.
    public mutating func disconnect() { connection = nil }

    private mutating func connected() throws(RedisFailure) -> RedisConnection {
        if let connection { return connection }
        let made = try RedisConnection(address, password: password, timeouts: timeouts)
        connection = made
        return made
    }
}
