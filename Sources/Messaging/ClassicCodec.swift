/// Writes and reads the messages of the classic course: workers in other languages can take part.
///
/// A message is 1024 bytes, in a datagram as on a stream: the length of a JSON object as 4 bytes
/// big-endian, the object, and zeros. The object has the keys of ``ClassicMessage/Key``.
///
/// What is written has the spaces and the order of keys that Python's `json.dumps` gives, and texts in
/// UTF-8 as they are. What is read may be any JSON: other spaces, another order, escapes, further keys
/// with any values. The bytes behind the object are not looked at: programs that fill one buffer
/// again and again leave there what they sent before. Unlike Python, no number is read that is not
/// written as a whole number, no truth value as a number, and no key that stands there twice.
public struct ClassicCodec: WireCodec {
    /// The length of each message on the wire.
    public static let messageBytes = 1024

    /// The longest JSON object that there is room for.
    public static let objectBytesMax = messageBytes - lengthBytes

    private static let lengthBytes = 4

    /// The length of each message on the wire.
    public var unitBytesMax: Int { Self.messageBytes }

    /// A codec; all are alike.
    public init() {}

    /// Puts a message behind other bytes.
    ///
    /// - Parameters:
    ///   - unit: The message.
    ///   - bytes: What it is put behind.
    /// - Throws: ``WireFailure/tooLong(bytes:max:)`` if the object takes more than
    ///   ``objectBytesMax``, or ``WireFailure/wrongValue(_:)`` for an empty source; `bytes` is then as
    ///   it was.
    public func append(_ unit: ClassicMessage, to bytes: inout [UInt8]) throws(WireFailure) {
        guard !unit.source.isEmpty else { throw .wrongValue(.source) }
        let object = Self.object(unit)
        guard object.count <= Self.objectBytesMax else {
            throw .tooLong(bytes: object.count, max: Self.objectBytesMax)
        }
        withUnsafeBytes(of: UInt32(object.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: object)
        bytes.append(contentsOf: repeatElement(0, count: Self.objectBytesMax - object.count))
    }

    /// Reads the first message of a stream.
    ///
    /// - Parameter bytes: What has arrived and was not read yet; any bytes at all.
    /// - Returns: The message and its 1024 bytes, or nil if more are needed.
    /// - Throws: ``WireFailure``: of the length as soon as it is there, of all else when all of the
    ///   message is.
    public func decode(
        _ bytes: UnsafeRawBufferPointer
    ) throws(WireFailure) -> (unit: ClassicMessage, byteCount: Int)? {
        guard bytes.count >= Self.lengthBytes else { return nil }
        let length = Int(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
        guard length <= Self.objectBytesMax else {
            throw .tooLong(bytes: length, max: Self.objectBytesMax)
        }
        guard bytes.count >= Self.messageBytes else { return nil }
        let object = bytes[Self.lengthBytes..<Self.lengthBytes + length]
        let fields = try ClassicFields(UnsafeRawBufferPointer(rebasing: object))
        return (try fields.message(), Self.messageBytes)
    }

    /// Reads the message that a datagram is.
    ///
    /// - Parameter bytes: A whole datagram; any bytes at all.
    /// - Returns: The message.
    /// - Throws: ``WireFailure``.
    public func decodeDatagram(
        _ bytes: UnsafeRawBufferPointer
    ) throws(WireFailure) -> ClassicMessage {
        guard bytes.count <= Self.messageBytes else {
            throw .trailing(bytes: bytes.count - Self.messageBytes)
        }
        guard let found = try decode(bytes) else {
            throw .truncated(bytes: bytes.count, needed: Self.messageBytes)
        }
        return found.unit
    }

    private static func object(_ message: ClassicMessage) -> [UInt8] {
        var object = JSONWriter()
        func add(_ key: ClassicMessage.Key, _ number: Int) { object.add(key.rawValue, number) }
        func add(_ key: ClassicMessage.Key, _ text: String) { object.add(key.rawValue, text) }
        add(.type, message.body.type)
        add(.source, message.source)
        switch message.body {
        case .heartbeat, .exit: break
        case .checkpoint(let checkpoint, let recovery),
            .forwardedCheckpoint(let checkpoint, let recovery),
            .recover(let checkpoint, let recovery):
            add(.checkpoint, checkpoint)
            add(.recovery, recovery)
        case .wordCount(let key, let value, let lastRecovery):
            add(.key, key)
            add(.value, value)
            add(.lastRecovery, lastRecovery)
        case .checkpointAcknowledgement(let checkpoint, let recovery),
            .lastCheckpointAcknowledgement(let checkpoint, let recovery):
            add(.checkpoint, checkpoint)
            if let recovery { add(.recovery, recovery) }
        case .done(let recovery):
            if let recovery { add(.recovery, recovery) }
        case .recoveryAcknowledgement(let recovery):
            add(.recovery, recovery)
        }
        return object.object()
    }
}
