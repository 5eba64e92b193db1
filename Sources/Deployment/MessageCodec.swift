import FoundationEssentials
public import Nodes

/// How the messages of a system become bytes.
///
/// Nothing needs to be said for control messages, which travel as JSON. A lab that sends bulk brings a
/// form of its own, with thousands of entries a message.
public struct MessageCodec<Words: Vocabulary>: Sendable {
    /// Appends the form of a message; throws if it has none.
    let encode: @Sendable (Words.Message, inout [UInt8]) throws -> Void
    /// Reads it; throws if the bytes are none.
    ///
    /// Any bytes may come.
    let decode: @Sendable (UnsafeRawBufferPointer) throws -> Words.Message

    /// A form of one's own.
    public init(
        encode: @escaping @Sendable (Words.Message, inout [UInt8]) throws -> Void,
        decode: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Words.Message
    ) {
        self.encode = encode
        self.decode = decode
    }

    /// JSON, as the compiler's `Codable` has it.
    public static var json: MessageCodec {
        MessageCodec { message, bytes in
            bytes.append(contentsOf: try JSONEncoder().encode(message))
        } decode: { bytes in
            try JSONDecoder().decode(Words.Message.self, from: Data(bytes))
        }
    }
}
