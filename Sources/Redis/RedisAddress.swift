/// Where a server listens.
public enum RedisAddress: Hashable, Sendable, Codable, CustomStringConvertible {
    /// A TCP port of a host.
    case tcp(host: String, port: UInt16)
    /// A Unix socket.
    case unix(path: String)

    /// Reads `HOST:PORT`, `[::1]:PORT` or `unix:PATH`; nil if the text is none of these.
    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            // 108 bytes with the final zero, by the kernel's `sockaddr_un`.
            guard !path.isEmpty, path.utf8.count < 108 else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...]), port > 0
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self = .tcp(host: String(host), port: port)
    }

    /// As it is written on a command line.
    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// The options with which `redis-cli` reaches it.
    public var redisCLI: String {
        switch self {
        case .tcp(let host, let port): "redis-cli -h \(host) -p \(port)"
        case .unix(let path): "redis-cli -s \(path)"
        }
    }
}
