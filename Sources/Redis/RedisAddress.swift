/// Where a server listens.
public enum RedisAddress: Hashable, Sendable, Codable, CustomStringConvertible {
    /// A TCP port of a host.
    case tcp(host: String, port: UInt16)
    /// A Unix socket.
    case unix(path: String)

    /// Bounds set by the kernel.
    public enum Limit {
        /// The path of a socket: 108 bytes with the final zero, by `sockaddr_un`.
        public static let pathBytesMax = 107
    }

    /// Reads `HOST:PORT`, `[::1]:PORT` or `unix:PATH`; nil if the text is none of these.
    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            guard !path.isEmpty, path.utf8.count <= Limit.pathBytesMax,
                !path.utf8.contains(0)
            else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        // By itself `UInt16` would take a sign as well.
        guard digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
            let port = UInt16(digits), port > 0
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        let isPlain = host.unicodeScalars.allSatisfy {
            $0.value > 0x20 && $0.value != 0x7f && $0 != "[" && $0 != "]"
        }
        guard !host.isEmpty, isPlain else { return nil }
        self = .tcp(host: String(host), port: port)
    }

    /// As it is written on a command line.
    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// The command line with which `redis-cli` reaches it, for a shell.
    public var redisCLI: String {
        switch self {
        case .tcp(let host, let port): "redis-cli -h \(quoted(host)) -p \(port)"
        case .unix(let path): "redis-cli -s \(quoted(path))"
        }
    }
}

/// The text as one word of a shell.
private func quoted(_ text: String) -> String {
    let isPlain = text.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || "/._-:%".contains($0))
    }
    guard !isPlain || text.isEmpty else { return text }
    let escaped = text.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + escaped.joined(separator: "'\\''") + "'"
}
