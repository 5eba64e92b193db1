/// What can go wrong between us and a Redis server.
public enum RedisFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The server refused the command: `NOGROUP`, `WRONGPASS`, `ERR` and so on, with its own words.
    case server(code: String, message: String)
    /// The connection is gone, or the server was silent for longer than the time-out.
    /// `sent` tells whether a command may have reached it.
    case disconnected(reason: String, sent: Bool)
    /// The server said something that is not the answer to what was asked.
    case `protocol`(reason: String)
    /// The server is older than 7.0, or does not say what it is.
    case unsupported(version: String)
    /// The private server could not be started, or did not come up.
    case notStarted(reason: String)

    /// Whether the command certainly had no effect; if not, sending it again may apply it twice.
    public var definitelyNotDone: Bool {
        switch self {
        case .server, .unsupported, .notStarted: true
        case .disconnected(_, let sent): !sent
        case .protocol: false
        }
    }

    /// Whether time alone may mend it: the connection may come back, the dump may get loaded.
    public var isPassing: Bool {
        switch self {
        case .disconnected: true
        case .server(let code, _): ["LOADING", "BUSY", "MASTERDOWN", "TRYAGAIN"].contains(code)
        case .protocol, .unsupported, .notStarted: false
        }
    }

    /// One line: what happened.
    public var description: String {
        switch self {
        case .server(let code, let message): "the server answers \(code) \(message)"
        case .disconnected(let reason, _): "no connection: \(reason)"
        case .protocol(let reason): "an answer that makes no sense: \(reason)"
        case .unsupported(let version): "Redis \(version) is too old; 7.0 or newer is needed"
        case .notStarted(let reason): "redis-server did not start: \(reason)"
        }
    }
}
