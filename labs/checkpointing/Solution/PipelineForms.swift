import Checkpointing
import Deployment
import FoundationEssentials
import Text

// How messages travel and parts are saved: counts as they are packed, since there are many; all else is
// JSON, since it is little.

/// A first byte says which of the two follows.
private enum Mark {
    static let json: UInt8 = 0
    static let counts: UInt8 = 1
    /// The mark, and the recovery id in 8 bytes, the lowest first.
    static let headBytes = 9
}

/// Why bytes are not what they should be.
private struct MalformedForm: Error, CustomStringConvertible {
    let description: String
}

private func putCounts(_ packed: PackedCounts, _ recovery: Int, into bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + Mark.headBytes + packed.bytes.count)
    bytes.append(Mark.counts)
    withUnsafeBytes(of: Int64(recovery).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: packed.bytes)
}

private func counts(
    in bytes: UnsafeRawBufferPointer
) throws -> (packed: PackedCounts, recovery: Int) {
    guard bytes.count >= Mark.headBytes else {
        throw MalformedForm(description: "counts without a recovery id")
    }
    let recovery = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 1, as: Int64.self))
    let packed = try PackedCounts(checking: Array(bytes[Mark.headBytes...]))
    return (packed, Int(recovery))
}

private func putJSON(_ value: some Encodable, into bytes: inout [UInt8]) throws {
    bytes.append(Mark.json)
    bytes.append(contentsOf: try JSONEncoder().encode(value))
}

private func readJSON<Value: Decodable>(_ bytes: UnsafeRawBufferPointer) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(bytes.dropFirst()))
}

extension MessageCodec<Pipeline> {
    /// How the messages of the pipeline travel.
    static var pipeline: MessageCodec {
        MessageCodec { message, bytes in
            switch message {
            case .counts(let packed, let recovery): putCounts(packed, recovery, into: &bytes)
            case .heartbeat, .checkpoint, .forwardedCheckpoint, .checkpointAcknowledged,
                .lastCheckpointAcknowledged, .checkpointRefused, .recover, .recoveryAcknowledged,
                .recoveryRefused, .done, .failed, .exit:
                try putJSON(message, into: &bytes)
            }
        } decode: { bytes in
            guard bytes.first == Mark.counts else { return try readJSON(bytes) }
            let (packed, recovery) = try counts(in: bytes)
            return .counts(packed, recovery: recovery)
        }
    }
}

extension PartCodec<Pipeline.Saved> {
    /// How the parts of a checkpoint lie on disk.
    static var saved: PartCodec {
        PartCodec { state, bytes in
            switch state {
            case .counts(let words, let recovery):
                putCounts(words.packed(isSorted: false), recovery, into: &bytes)
            case .cursor, .complete: try putJSON(state, into: &bytes)
            }
        } decode: { bytes in
            guard bytes.first == Mark.counts else { return try readJSON(bytes) }
            let (packed, recovery) = try counts(in: bytes)
            return .counts(WordCounts(packed), recovery: recovery)
        }
    }
}
