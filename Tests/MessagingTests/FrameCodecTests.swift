import Messaging
import Testing

@Suite struct FrameCodecTests {
    private let codec = FrameCodec(token: Samples.token, payloadBytesMax: 256)
    private let sample = Frame(header: Samples.header, payload: Array("be".utf8))

    /// The frame of `docs/protocol.md`, byte for byte.
    static let golden: [UInt8] = [
        0x4C, 0x43, 0x01, 0x03, 0x00, 0x00, 0x00, 0x02,
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
        0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F,
        0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
        0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10,
        0x11, 0x12, 0x13, 0x14, 0xDF, 0xCB, 0x01, 0x33,
        0x62, 0x65,
    ]

    @Test func `a frame has the bytes that the protocol says`() throws {
        #expect(try codec.bytes(of: sample) == Self.golden)
        let found = try #require(try codec.read(Self.golden))
        #expect(found.unit == sample)
        #expect(found.byteCount == Self.golden.count)
        #expect(try codec.readDatagram(Self.golden) == sample)
    }

    @Test func `what comes before a frame stays, and what comes after it is left`() throws {
        var bytes: [UInt8] = [1, 2, 3]
        try codec.append(sample, to: &bytes)
        #expect(bytes == [1, 2, 3] + Self.golden)
        let found = try #require(try codec.read(Self.golden + [9, 9]))
        #expect(found.unit == sample && found.byteCount == Self.golden.count)
    }

    @Test func `a payload is found where it stands, without a copy`() throws {
        let bytes = Self.golden + [9]
        try bytes.withUnsafeBytes { buffer in
            let found = try #require(try codec.decodeInPlace(buffer))
            #expect(found.header == Samples.header)
            #expect(found.payload == 48..<50)
            #expect(found.byteCount == 50)
            let datagram = UnsafeRawBufferPointer(rebasing: buffer[..<50])
            #expect(try codec.decodeDatagramInPlace(datagram) == found)
        }
    }

    @Test func `a frame may be empty, and the payload without an address`() throws {
        var bytes: [UInt8] = []
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        try codec.append(Samples.header, payload: nothing, to: &bytes)
        #expect(bytes.count == FrameCodec.headerBytes)
        #expect(try codec.bytes(of: Frame(header: Samples.header)) == bytes)
        #expect(try codec.readDatagram(bytes) == Frame(header: Samples.header))
        // The checksum of no bytes is 0: had the header been forgotten, it would be this.
        #expect(bytes[44...] != [0, 0, 0, 0])
    }

    @Test func `bytes may begin at any address`() throws {
        for offset in 0..<16 {
            let bytes = [UInt8](repeating: 0x4C, count: offset) + Self.golden
            let unit = try bytes.withUnsafeBytes { buffer in
                try codec.decode(UnsafeRawBufferPointer(rebasing: buffer[offset...]))?.unit
            }
            #expect(unit == sample, "offset \(offset)")
        }
    }

    @Test(arguments: FrameHeader.Kind.allCases)
    func `every field comes through at its limits`(kind: FrameHeader.Kind) throws {
        let ranks = [0, 1, 0x00FF, 0xFF00, 0xFFFF]
        let incarnations = [0, 1, 0xFFFF, 0xFFFF_0000, 0xFFFF_FFFF]
        for (sender, senderIncarnation) in zip(ranks, incarnations) {
            for (receiver, receiverIncarnation) in zip(ranks, incarnations) {
                for sequence in [0, 1, UInt64.max >> 1, UInt64.max] {
                    let header = FrameHeader(
                        kind: kind,
                        sender: sender,
                        senderIncarnation: receiverIncarnation,
                        receiver: receiver,
                        receiverIncarnation: senderIncarnation,
                        sequence: sequence
                    )
                    let frame = Frame(header: header, payload: [kind.rawValue])
                    #expect(try codec.readDatagram(codec.bytes(of: frame)) == frame)
                }
            }
        }
    }

    @Test(arguments: FrameHeader.Field.allCases)
    func `a number that does not fit is refused, and nothing is written`(
        field: FrameHeader.Field
    ) throws {
        for value in [-1, field.max + 1, .min, .max] {
            var frame = sample
            switch field {
            case .sender: frame.header.sender = value
            case .senderIncarnation: frame.header.senderIncarnation = value
            case .receiver: frame.header.receiver = value
            case .receiverIncarnation: frame.header.receiverIncarnation = value
            }
            var bytes: [UInt8] = [1, 2, 3]
            #expect(throws: WireFailure.doesNotFit(field, value: value)) {
                try codec.append(frame, to: &bytes)
            }
            #expect(bytes == [1, 2, 3])
        }
    }

    @Test func `a payload may be as long as the limit and no longer`() throws {
        var frame = sample
        frame.payload = [UInt8](repeating: 7, count: 256)
        let bytes = try codec.bytes(of: frame)
        #expect(bytes.count == codec.unitBytesMax)
        #expect(try codec.readDatagram(bytes) == frame)
        let smaller = FrameCodec(token: Samples.token, payloadBytesMax: 255)
        let tooLong = WireFailure.tooLong(bytes: 256, max: 255)
        #expect(smaller.failure(bytes) == tooLong)
        #expect(smaller.datagramFailure(bytes) == tooLong)
        var before: [UInt8] = [1, 2, 3]
        #expect(throws: tooLong) { try smaller.append(frame, to: &before) }
        #expect(before == [1, 2, 3])
    }

    @Test func `the limit is 16 MiB if none is given`() {
        var bytes = Self.golden
        bytes.replaceSubrange(4..<8, with: [0x01, 0, 0, 0])
        #expect(FrameCodec(token: Samples.token).failure(bytes) == nil)
        bytes.replaceSubrange(4..<8, with: [0x01, 0, 0, 1])
        let tooLong = WireFailure.tooLong(bytes: 1 << 24 + 1, max: 1 << 24)
        #expect(FrameCodec(token: Samples.token).failure(bytes) == tooLong)
        bytes.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(codec.failure(bytes) == .tooLong(bytes: Int(UInt32.max), max: 256))
    }

    /// What is wrong, at which byte it is put in, and with how many bytes it must be told.
    private static let faults: [(failure: WireFailure, place: Int, byte: UInt8, bytes: Int)] = [
        (.notAFrame, 0, 0x4D, 1),
        (.notAFrame, 1, 0x44, 2),
        (.otherVersion(2), 2, 2, 3),
        (.unknownKind(0), 3, 0, 4),
        (.unknownKind(7), 3, 7, 4),
        (.tooLong(bytes: 0x0102, max: 256), 6, 1, 8),
        (.otherRun, 8, 1, 24),
        (.otherRun, 15, 0, 24),
        (.otherRun, 16, 0, 24),
        (.otherRun, 23, 0, 24),
    ]

    @Test func `a failure is told as soon as its bytes are there, and stays the same`() {
        for fault in Self.faults {
            var bytes = Self.golden
            bytes[fault.place] = fault.byte
            for count in 0...bytes.count {
                let isThere = count >= fault.bytes
                let beginning = Array(bytes[..<count])
                #expect(codec.failure(beginning) == (isThere ? fault.failure : nil), "\(fault)")
                let ofDatagram = codec.datagramFailure(beginning)
                let truncated = WireFailure.truncated(bytes: count, needed: 48)
                #expect(ofDatagram == (isThere ? fault.failure : truncated), "\(fault)")
            }
        }
    }

    @Test func `of several failures the first in the order of the bytes is told`() {
        var bytes = Self.golden + [0]
        #expect(codec.datagramFailure(bytes) == .trailing(bytes: 1))
        bytes[24] ^= 1
        #expect(codec.datagramFailure(bytes) == .trailing(bytes: 1))
        for fault in Self.faults.reversed() {
            bytes[fault.place] = fault.byte
            #expect(codec.failure(bytes) == fault.failure)
            #expect(codec.datagramFailure(bytes) == fault.failure)
        }
    }

    @Test func `a frame of another run is refused, and so is ours there`() throws {
        let other = FrameCodec(token: .random())
        #expect(other.failure(Self.golden) == .otherRun)
        #expect(codec.failure(try other.bytes(of: sample)) == .otherRun)
    }

    @Test func `no frame with one bit flipped is ever read`() {
        // Bytes behind it, so that a longer length finds something to be checked.
        let behind = [UInt8](repeating: 0, count: codec.unitBytesMax)
        for bit in 0..<Self.golden.count * 8 {
            var bytes = Self.golden
            bytes[bit / 8] ^= 1 << (bit % 8)
            #expect(codec.failure(bytes + behind) != nil, "bit \(bit)")
            #expect(codec.datagramFailure(bytes) != nil, "bit \(bit)")
        }
    }

    @Test func `the checksum covers every byte but itself, and says what it should be`() {
        for place in Self.golden.indices where place >= 24 {
            var bytes = Self.golden
            bytes[place] ^= 0x80
            guard case .damaged(let checksum, let expected) = codec.failure(bytes) else {
                Issue.record("byte \(place): \(String(describing: codec.failure(bytes)))")
                continue
            }
            #expect((checksum == 0xDFCB_0133) == !(44..<48).contains(place))
            #expect((expected == 0xDFCB_0133) == (44..<48).contains(place))
        }
    }

    @Test func `a beginning of a frame asks a stream for more, and ends a datagram`() {
        for count in 0..<Self.golden.count {
            let bytes = Array(Self.golden[..<count])
            #expect(codec.failure(bytes) == nil)
            #expect((try? codec.read(bytes)) == nil)
            let needed = count < 48 ? 48 : 50
            #expect(codec.datagramFailure(bytes) == .truncated(bytes: count, needed: needed))
        }
        #expect(codec.datagramFailure(Self.golden + [0, 0]) == .trailing(bytes: 2))
        #expect(codec.datagramFailure(Self.golden + Self.golden) == .trailing(bytes: 50))
    }

    @Test func `a limit that a frame cannot tell is a mistake of the caller`() async {
        await #expect(processExitsWith: .failure) {
            _ = FrameCodec(token: .random(), payloadBytesMax: 1 << 32)
        }
        await #expect(processExitsWith: .failure) {
            _ = FrameCodec(token: .random(), payloadBytesMax: -1)
        }
    }
}
