import CDeflate
import Chance
import Messaging

/// Bytes that are frames, nearly frames, or nothing of the kind.
struct FrameInputs {
    static let codec = FrameCodec(
        token: RunToken(text: "000102030405060708090a0b0c0d0e0f") ?? .random(),
        payloadBytesMax: 300
    )

    private static let pieces: [[UInt8]] = [
        Array("LC".utf8), Array("LC\u{1}\u{4}".utf8), [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0x2C],
        [0, 0, 1, 0x2D], [0xFF, 0xFF, 0xFF, 0xFF], Array(0..<16),
    ]

    static func make(_ bytes: inout [UInt8], _ chance: inout SplitMix64) {
        let way = chance.next(below: 10)
        if way == 0 { return Mutation.randomise(&bytes, below: 120, &chance) }
        bytes.removeAll(keepingCapacity: true)
        append(&bytes, &chance)
        switch way {
        case 1: append(&bytes, &chance)
        case 2:
            // The length and the checksum are right for what is left or has been put behind.
            Mutation.apply(to: &bytes, pieces: pieces, &chance)
            if bytes.count >= 48 { setLength(bytes.count - 48, &bytes) }
            repair(&bytes)
        case 3:
            setLength(Int(chance.next(below: 310)), &bytes)
            repair(&bytes)
        case 4:
            // A field of the header is another, and the checksum is right.
            bytes[Int(chance.next(below: 44))] = UInt8(truncatingIfNeeded: chance.next())
            repair(&bytes)
        case 5:
            bytes.removeSubrange(Int(chance.next(below: UInt64(bytes.count)))...)
            if way == 5, chance.next(below: 2) == 0 { append(&bytes, &chance) }
        case 6: break
        default:
            for _ in 0...chance.next(below: 3) {
                Mutation.apply(to: &bytes, pieces: pieces, &chance)
            }
            if chance.next(below: 4) == 0 { repair(&bytes) }
        }
    }

    /// Puts a frame behind, small ones more often than large ones.
    private static func append(_ bytes: inout [UInt8], _ chance: inout SplitMix64) {
        var payload: [UInt8] = []
        let bound = chance.next(below: 8) == 0 ? codec.payloadBytesMax + 1 : 20
        Mutation.randomise(&payload, below: UInt64(bound), &chance)
        let kinds = FrameHeader.Kind.allCases
        let header = FrameHeader(
            kind: Mutation.pick(kinds, &chance),
            sender: Int(chance.next() >> 48),
            senderIncarnation: Int(chance.next() >> 32),
            receiver: Int(chance.next() >> 48),
            receiverIncarnation: Int(chance.next() >> 32),
            sequence: chance.next()
        )
        // Every field fits, so this cannot fail; were it to, the input would be shorter.
        try? codec.append(Frame(header: header, payload: payload), to: &bytes)
    }

    private static func setLength(_ length: Int, _ bytes: inout [UInt8]) {
        for place in 0..<4 {
            bytes[4 + place] = UInt8(truncatingIfNeeded: length >> (24 - 8 * place))
        }
    }

    /// Makes the checksum right for the length that the frame gives, if it is all there.
    private static func repair(_ bytes: inout [UInt8]) {
        guard bytes.count >= 48 else { return }
        let end = bytes[4..<8].reduce(0) { $0 << 8 | Int($1) } + 48
        guard end <= bytes.count else { return }
        let checksum = bytes.withUnsafeBytes { buffer in
            let header = libdeflate_crc32(0, buffer.baseAddress, 44)
            return end == 48
                ? header : libdeflate_crc32(header, buffer.baseAddress.map { $0 + 48 }, end - 48)
        }
        for place in 0..<4 {
            bytes[44 + place] = UInt8(truncatingIfNeeded: checksum >> UInt32(24 - 8 * place))
        }
    }
}
