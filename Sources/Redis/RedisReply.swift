import CHiredis

/// One answer of the server, decoded once into a value of its own.
public enum RedisReply: Hashable, Sendable {
    /// Nothing there.
    case null
    /// A number.
    case integer(Int64)
    /// Bytes.
    case bulk([UInt8])
    /// A short word such as `OK`.
    case status(String)
    /// Several answers; an error among them (in a transaction) is a value here.
    case array([RedisReply])
    /// A refusal.
    case error(code: String, message: String)

    /// Copies what hiredis holds; hiredis bounds its depth (7).
    init(_ reply: redisReply) {
        switch reply.type {
        case REDIS_REPLY_INTEGER: self = .integer(reply.integer)
        case REDIS_REPLY_STRING: self = .bulk(Array(reply.bytes))
        case REDIS_REPLY_STATUS: self = .status(String(decoding: reply.bytes, as: UTF8.self))
        case REDIS_REPLY_ERROR:
            let text = String(decoding: reply.bytes, as: UTF8.self)
            let parts = text.split(separator: " ", maxSplits: 1)
            self = .error(
                code: parts.first.map(String.init) ?? "",
                message: parts.count > 1 ? String(parts[1]) : ""
            )
        case REDIS_REPLY_ARRAY:
            let elements = UnsafeBufferPointer(start: reply.element, count: reply.elements)
            self = .array(elements.map { $0.map { RedisReply($0.pointee) } ?? .null })
        default: self = .null  // REDIS_REPLY_NIL; hiredis makes no other type in RESP2.
        }
    }
}

extension redisReply {
    fileprivate var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: str, count: len) }
}

extension RedisReply {
    /// The reply, unless it is a refusal.
    func checked() throws(RedisFailure) -> RedisReply {
        if case .error(let code, let message) = self {
            throw .server(code: code, message: message)
        }
        return self
    }

    /// A number, also where the server writes it as text.
    public func integer() throws(RedisFailure) -> Int64 {
        switch self {
        case .integer(let value): return value
        case .bulk(let bytes):
            if let value = Int64(String(decoding: bytes, as: UTF8.self)) { return value }
        case .null, .status, .array, .error: break
        }
        throw unexpected("a number")
    }

    /// Bytes, or nil where there is nothing.
    public func bytes() throws(RedisFailure) -> [UInt8]? {
        switch self {
        case .bulk(let bytes): return bytes
        case .status(let text): return Array(text.utf8)
        case .null: return nil
        case .integer(let value): return Array(String(value).utf8)
        case .array, .error: throw unexpected("a string")
        }
    }

    /// Text, with replacement characters for what is not UTF-8; nil where there is nothing.
    public func text() throws(RedisFailure) -> String? {
        try bytes().map { String(decoding: $0, as: UTF8.self) }
    }

    /// Several replies; none where there is nothing.
    public func array() throws(RedisFailure) -> [RedisReply] {
        switch self {
        case .array(let replies): return replies
        case .null: return []
        case .integer, .bulk, .status, .error: throw unexpected("a list")
        }
    }

    /// The failure of having got this where something else was expected.
    public func unexpected(_ expected: String) -> RedisFailure {
        if case .error(let code, let message) = self {
            return .server(code: code, message: message)
        }
        return .protocol(reason: "expected \(expected), got \(String(describing: self).prefix(80))")
    }
}
