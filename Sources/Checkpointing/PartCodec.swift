import FoundationEssentials

/// How the state of a part becomes bytes, and is read again.
public struct PartCodec<State>: Sendable {
    /// Appends the form of a state; throws if it has none.
    let encode: @Sendable (State, inout [UInt8]) throws -> Void
    /// Reads it; throws if the bytes are none.
    ///
    /// Any bytes may come.
    let decode: @Sendable (UnsafeRawBufferPointer) throws -> State

    /// A form of one's own.
    public init(
        encode: @escaping @Sendable (State, inout [UInt8]) throws -> Void,
        decode: @escaping @Sendable (UnsafeRawBufferPointer) throws -> State
    ) {
        self.encode = encode
        self.decode = decode
    }
}

extension PartCodec where State: Codable & Sendable {
    /// JSON, as the compiler's `Codable` has it: for states of a few thousand entries.
    public static var json: PartCodec {
        PartCodec { state, bytes in
            bytes.append(contentsOf: try JSONEncoder().encode(state))
        } decode: { bytes in
            try JSONDecoder().decode(State.self, from: Data(bytes))
        }
    }
}

extension PartCodec<[UInt8]> {
    /// Bytes as they are, for a state that has its own form already.
    public static var bytes: PartCodec {
        PartCodec { state, bytes in
            // Nothing stands there yet: the array itself is taken, and not copied.
            if bytes.isEmpty { bytes = state } else { bytes += state }
        } decode: {
            Array($0)
        }
    }
}
