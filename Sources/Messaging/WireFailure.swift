/// Why bytes are no frame or message, or why one cannot be told as bytes.
///
/// A failure to *write* left nothing behind: nothing was sent, and the same will fail again.
///
/// A failure to *read* delivered nothing. A datagram that fails is dropped and counted, and the next one
/// is read as if it had not been. A **stream never goes on** after a failure, whichever it was. After
/// ``notAFrame``, ``otherVersion(_:)``, ``unknownKind(_:)``, ``tooLong(bytes:max:)`` and
/// ``damaged(checksum:expected:)`` nobody knows where the next frame begins; after ``otherRun`` the
/// peer is a stranger. Classic messages all have one length, so the next one could be found; but a
/// stream promises to lose nothing, and one message of it would be lost.
public enum WireFailure: Error, Hashable, Sendable {
    // Frames, as they are read.

    /// It does not begin as frames do: something else speaks here. The stream cannot go on.
    case notAFrame
    /// A frame of a version that this program does not speak. The stream cannot go on.
    case otherVersion(Int)
    /// A frame of this version, of a kind that the version does not have. The stream cannot go on.
    case unknownKind(UInt8)
    /// The token is that of another run. The stream cannot go on.
    case otherRun
    /// The checksum that the frame carries is not that of its bytes. Even its length may be wrong:
    /// the stream cannot go on.
    case damaged(checksum: UInt32, expected: UInt32)

    // Frames and classic messages, as they are read or written.

    /// A payload, or a classic message, over the limit. Of a stream, told before room is made for it:
    /// it cannot go on.
    case tooLong(bytes: Int, max: Int)
    /// A datagram ends before its unit does. Never said of a stream, where the rest may yet come.
    case truncated(bytes: Int, needed: Int)
    /// A datagram goes on behind its unit. Never said of a stream, where the next unit follows.
    case trailing(bytes: Int)

    // Frames, as they are written.

    /// A number that its field cannot hold.
    case doesNotFit(FrameHeader.Field, value: Int)

    // Classic messages, as they are read. A stream of them does not go on after any.

    /// It is not one JSON object in UTF-8; `byte` counts from the start of the object.
    case notJSON(byte: Int)
    /// The type is a whole number, and none of 0...9.
    case unknownType(Int)
    /// A key that a message of this type must have is not there.
    case missing(ClassicMessage.Key)
    /// A value of the wrong sort: a text for a number, a fraction, a truth value, a number over 64
    /// bits; an empty source (also said of one that is to be written).
    case wrongValue(ClassicMessage.Key)
    /// A key that stands there twice. Readers differ in which of the two they take, so neither is.
    case repeated(ClassicMessage.Key)
}

extension WireFailure: CustomStringConvertible {
    /// One line for people; it never holds what a stranger has sent, except for numbers.
    public var description: String {
        switch self {
        case .notAFrame: "bytes that are not a frame"
        case .otherVersion(let version):
            "a frame of version \(version), and this is version \(FrameCodec.version)"
        case .unknownKind(let kind): "a frame of kind \(kind), which there is not"
        case .otherRun: "a frame of another run"
        case .damaged(let checksum, let expected):
            "a damaged frame: its checksum is \(checksum), that of its bytes \(expected)"
        case .tooLong(let bytes, let max): "\(bytes) bytes to carry, and \(max) is the limit"
        case .truncated(let bytes, let needed):
            "a datagram cut short: \(bytes) bytes, and \(needed) are needed"
        case .trailing(let bytes): "\(bytes) bytes in a datagram behind what it carries"
        case .doesNotFit(let field, let value):
            "\(value) as \(field.rawValue) of a frame, which holds 0 to \(field.max)"
        case .notJSON(let byte): "a classic message that is no JSON object, at byte \(byte)"
        case .unknownType(let type): "a classic message of type \(type), and 0 to 9 are known"
        case .missing(let key): "a classic message without \(key.rawValue)"
        case .wrongValue(let key): "a classic message whose \(key.rawValue) is of the wrong sort"
        case .repeated(let key): "a classic message with two values of \(key.rawValue)"
        }
    }
}
