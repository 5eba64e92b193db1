import Chance
import Messaging
import Testing

/// What holds for every codec.
@Suite struct WireCodecTests {
    private let frames = FrameCodec(token: Samples.token, payloadBytesMax: 300)

    private func frame(_ chance: inout SplitMix64) -> Frame {
        var header = Samples.header
        header.sequence = chance.next()
        header.sender = Int(chance.next(below: 1 << 16))
        header.receiverIncarnation = Int(chance.next(below: 1 << 32))
        return Frame(header: header, payload: Samples.bytes(below: 301, &chance))
    }

    /// Units come out of a stream as they went in, however the stream is cut into pieces.
    private func expectStream<Codec: WireCodec>(
        _ codec: Codec,
        _ units: [Codec.Unit],
        _ chance: inout SplitMix64
    ) throws {
        var stream: [UInt8] = []
        for unit in units { try codec.append(unit, to: &stream) }
        var waiting: [UInt8] = []
        var read: [Codec.Unit] = []
        while !stream.isEmpty {
            let piece = min(stream.count, 1 + Int(chance.next(below: 1500)))
            waiting += stream[..<piece]
            stream.removeFirst(piece)
            while let found = try codec.read(waiting) {
                #expect((1...min(codec.unitBytesMax, waiting.count)).contains(found.byteCount))
                read.append(found.unit)
                waiting.removeFirst(found.byteCount)
            }
            #expect(waiting.count < codec.unitBytesMax)
        }
        #expect(waiting.isEmpty)
        #expect(read == units)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a stream may be cut anywhere`(seed: UInt64) throws {
        var chance = SplitMix64(seed: seed)
        try expectStream(frames, (0..<20).map { _ in frame(&chance) }, &chance)
        try expectStream(ClassicCodec(), Samples.messages, &chance)
    }

    /// Whatever the bytes are: a unit that writes and reads back, a demand for more, or a failure;
    /// of a stream and of a datagram the same, as far as that can be.
    private func expectTotal<Codec: WireCodec>(_ codec: Codec, _ bytes: [UInt8], _ seed: UInt64)
        throws
    {
        let failure = codec.failure(bytes)
        let ofDatagram = codec.datagramFailure(bytes)
        if let failure {
            // A datagram that goes on is told so before what needs the whole unit.
            if case .trailing(let count) = ofDatagram {
                #expect((1..<bytes.count).contains(count), "seed \(seed): \(bytes)")
            } else {
                #expect(failure == ofDatagram, "seed \(seed): \(bytes)")
            }
        } else if let found = try codec.read(bytes) {
            #expect((1...bytes.count).contains(found.byteCount), "seed \(seed): \(bytes)")
            let again = try codec.bytes(of: found.unit)
            #expect(try codec.readDatagram(again) == found.unit, "seed \(seed): \(bytes)")
            let isWhole = found.byteCount == bytes.count
            #expect((ofDatagram == nil) == isWhole, "seed \(seed): \(bytes)")
        } else if case .truncated(let count, let needed) = ofDatagram {
            #expect(count == bytes.count && needed > count, "seed \(seed): \(bytes)")
        } else {
            Issue.record("seed \(seed): \(bytes) are \(String(describing: ofDatagram))")
        }
    }

    /// Bytes that are nearly those of a unit.
    private func mutated(_ bytes: [UInt8], _ chance: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<chance.next(below: 3) {
            let place = Int(chance.next(below: UInt64(bytes.count)))
            bytes[place] ^= 1 << UInt8(chance.next(below: 8))
        }
        switch chance.next(below: 4) {
        case 0: bytes.removeLast(Int(chance.next(below: UInt64(bytes.count))))
        case 1: bytes += Samples.bytes(below: 20, &chance)
        default: break
        }
        return bytes
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `any bytes are a frame, the beginning of one, or a failure`(seed: UInt64) throws {
        var chance = SplitMix64(seed: seed)
        let bytes = try frames.bytes(of: frame(&chance))
        for _ in 0..<5000 {
            try expectTotal(frames, mutated(bytes, &chance), seed)
            try expectTotal(frames, Samples.bytes(below: 100, &chance), seed)
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `any bytes are a classic message, the beginning of one, or a failure`(
        seed: UInt64
    ) throws {
        var chance = SplitMix64(seed: seed)
        for message in Samples.messages {
            let bytes = try ClassicCodec().bytes(of: message)
            for _ in 0..<100 {
                var object = bytes
                // Where the object is, not in the padding.
                for _ in 0...chance.next(below: 3) {
                    let place = 4 + Int(chance.next(below: UInt64(bytes[3])))
                    object[place] = Array("\"\\{}[],:0-9.eu dt\0".utf8)[Int(chance.next(below: 18))]
                }
                try expectTotal(ClassicCodec(), object, seed)
                try expectTotal(ClassicCodec(), mutated(object, &chance), seed)
            }
        }
    }
}
