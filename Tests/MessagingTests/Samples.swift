import Chance
import Messaging

/// Tokens, headers and messages that tests and fuzz runs begin with.
enum Samples {
    static let token = RunToken(text: "000102030405060708090a0b0c0d0e0f") ?? .random()

    static let header = FrameHeader(
        kind: .message,
        sender: 0x0102,
        senderIncarnation: 0x0304_0506,
        receiver: 0x0708,
        receiverIncarnation: 0x090A_0B0C,
        sequence: 0x0D0E_0F10_1112_1314
    )

    /// A message of each shape that the wire knows, optional keys there and not there.
    static let messages: [ClassicMessage] = [
        ClassicMessage(source: "Mapper_0", .heartbeat),
        ClassicMessage(source: "Coordinator", .checkpoint(checkpoint: 1, recovery: 0)),
        ClassicMessage(source: "Mapper_1", .forwardedCheckpoint(checkpoint: 0, recovery: 7)),
        ClassicMessage(source: "Mapper_0", .wordCount(key: "be", value: 2, lastRecovery: 3)),
        ClassicMessage(source: "Mapper_0", .wordCount(key: "", value: .max, lastRecovery: .min)),
        ClassicMessage(
            source: "Mapper_0",
            .wordCount(
                key: "\"\\/\u{8}\u{C}\n\r\t\0\u{1F}\u{7F}é€😀\u{2028}",
                value: 0,
                lastRecovery: 0
            )
        ),
        ClassicMessage(source: "R", .checkpointAcknowledgement(checkpoint: 4, recovery: nil)),
        ClassicMessage(source: "R", .checkpointAcknowledgement(checkpoint: 4, recovery: 5)),
        ClassicMessage(source: "Coordinator", .exit),
        ClassicMessage(source: "Mapper_0", .done(recovery: nil)),
        ClassicMessage(source: "Mapper_0", .done(recovery: 1)),
        ClassicMessage(source: "R", .lastCheckpointAcknowledgement(checkpoint: 0, recovery: nil)),
        ClassicMessage(source: "R", .lastCheckpointAcknowledgement(checkpoint: 0, recovery: 2)),
        ClassicMessage(source: "Coordinator", .recover(checkpoint: -1, recovery: 1)),
        ClassicMessage(source: "Reducer_1", .recoveryAcknowledgement(recovery: 1)),
    ]

    /// Bytes of a length below `bound`.
    static func bytes(below bound: UInt64, _ chance: inout SplitMix64) -> [UInt8] {
        (0..<chance.next(below: bound)).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
    }
}

extension WireCodec {
    /// The bytes of a unit.
    func bytes(of unit: Unit) throws(WireFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        try append(unit, to: &bytes)
        return bytes
    }

    /// What ``WireCodec/decode(_:)`` says of bytes.
    func read(_ bytes: [UInt8]) throws(WireFailure) -> (unit: Unit, byteCount: Int)? {
        try bytes.withUnsafeBufferPointer { buffer throws(WireFailure) in
            try decode(UnsafeRawBufferPointer(buffer))
        }
    }

    /// What ``WireCodec/decodeDatagram(_:)`` says of bytes.
    func readDatagram(_ bytes: [UInt8]) throws(WireFailure) -> Unit {
        try bytes.withUnsafeBufferPointer { buffer throws(WireFailure) in
            try decodeDatagram(UnsafeRawBufferPointer(buffer))
        }
    }

    /// Why bytes of a stream are refused; nil if they are not.
    func failure(_ bytes: [UInt8]) -> WireFailure? {
        do throws(WireFailure) {
            _ = try read(bytes)
            return nil
        } catch {
            return error
        }
    }

    /// Why a datagram is refused; nil if it is not.
    func datagramFailure(_ bytes: [UInt8]) -> WireFailure? {
        do throws(WireFailure) {
            _ = try readDatagram(bytes)
            return nil
        } catch {
            return error
        }
    }
}
