internal import CDeflate

/// Writes and reads the frames of one run.
///
/// A frame is 48 bytes of header and the payload. All numbers are big-endian:
///
/// | bytes | what |
/// |---|---|
/// | 0–1 | `LC` |
/// | 2 | version, 1 |
/// | 3 | kind |
/// | 4–7 | length of the payload |
/// | 8–23 | run token |
/// | 24–25, 26–29 | rank and incarnation of the sender |
/// | 30–31, 32–35 | rank and incarnation of the receiver |
/// | 36–43 | sequence number |
/// | 44–47 | CRC-32 of bytes 0–43 and the payload |
/// | 48– | payload |
///
/// What is checked comes in the order of the bytes, each as soon as it is there: magic, version,
/// kind, length against the limit, token; of a datagram, its length against that of the frame; and
/// when the frame is there as a whole, its checksum. So a stranger is told from a damaged frame, and a
/// frame over the limit is refused before room is made for it. The other fields need no check: any
/// number that they can hold is one. Whether the sender is known, and the incarnation current, is
/// for the caller to say.
public struct FrameCodec: WireCodec {
    /// A frame that was found, and where its payload is.
    public struct Decoded: Hashable, Sendable {
        /// What the frame says about itself.
        public let header: FrameHeader

        /// The payload's place among the bytes that were read; nothing is copied.
        public let payload: Range<Int>

        /// How many bytes the frame takes.
        public var byteCount: Int { payload.upperBound }
    }

    /// The version that is written, and the only one that is read.
    public static let version = 1

    /// How many bytes come before the payload.
    public static let headerBytes = 48

    /// The limit of a payload where no other is given: 16 MiB.
    public static let payloadBytesMaxDefault = 16 << 20

    /// The token that is written, and the only one that is read.
    public let token: RunToken

    /// The longest payload that is written or read, in bytes.
    public let payloadBytesMax: Int

    /// The longest frame, in bytes.
    public var unitBytesMax: Int { Self.headerBytes + payloadBytesMax }

    /// A codec for the frames of a run.
    ///
    /// - Parameters:
    ///   - token: The run's.
    ///   - payloadBytesMax: The limit of a payload in bytes, at most 2^32 - 1.
    public init(token: RunToken, payloadBytesMax: Int = payloadBytesMaxDefault) {
        precondition(
            (0...Int(UInt32.max)).contains(payloadBytesMax),
            "a frame has 32 bits for the length of its payload, and the limit is \(payloadBytesMax)"
        )
        self.token = token
        self.payloadBytesMax = payloadBytesMax
    }

    /// Puts a frame behind other bytes.
    ///
    /// - Parameters:
    ///   - header: What the frame says about itself.
    ///   - payload: What it carries; copied once.
    ///   - bytes: What the frame is put behind.
    /// - Throws: ``WireFailure/doesNotFit(_:value:)`` or ``WireFailure/tooLong(bytes:max:)``; `bytes`
    ///   is then as it was.
    public func append(
        _ header: FrameHeader,
        payload: UnsafeRawBufferPointer,
        to bytes: inout [UInt8]
    ) throws(WireFailure) {
        guard let sender = UInt16(exactly: header.sender) else {
            throw .doesNotFit(.sender, value: header.sender)
        }
        guard let senderIncarnation = UInt32(exactly: header.senderIncarnation) else {
            throw .doesNotFit(.senderIncarnation, value: header.senderIncarnation)
        }
        guard let receiver = UInt16(exactly: header.receiver) else {
            throw .doesNotFit(.receiver, value: header.receiver)
        }
        guard let receiverIncarnation = UInt32(exactly: header.receiverIncarnation) else {
            throw .doesNotFit(.receiverIncarnation, value: header.receiverIncarnation)
        }
        guard payload.count <= payloadBytesMax else {
            throw .tooLong(bytes: payload.count, max: payloadBytesMax)
        }
        withUnsafeTemporaryAllocation(byteCount: Self.headerBytes, alignment: 8) { start in
            start.storeBytes(of: Place.magic, as: UInt16.self)
            start[Place.version] = UInt8(Self.version)
            start[Place.kind] = header.kind.rawValue
            store(UInt32(truncatingIfNeeded: payload.count), at: Place.length, in: start)
            store(token.high, at: Place.token, in: start)
            store(token.low, at: Place.token + 8, in: start)
            store(sender, at: Place.sender, in: start)
            store(senderIncarnation, at: Place.senderIncarnation, in: start)
            store(receiver, at: Place.receiver, in: start)
            store(receiverIncarnation, at: Place.receiverIncarnation, in: start)
            store(header.sequence, at: Place.sequence, in: start)
            let whole = UnsafeRawBufferPointer(start)
            store(Self.checksum(whole, payload), at: Place.checksum, in: start)
            // No room is reserved to measure: the array would then grow to just that, and to copy
            // everything for each of many small frames is what its own growth avoids.
            bytes.append(contentsOf: whole)
            bytes.append(contentsOf: payload)
        }
    }

    /// Finds the first frame of a stream.
    ///
    /// - Parameter bytes: What has arrived and was not read yet; any bytes at all.
    /// - Returns: The frame, or nil if these are the beginning of one, and more bytes are needed.
    /// - Throws: ``WireFailure``, as soon as the bytes that show it are there.
    public func decodeInPlace(
        _ bytes: UnsafeRawBufferPointer
    ) throws(WireFailure) -> Decoded? {
        guard let end = try end(bytes), end <= bytes.count else { return nil }
        return try frame(bytes, end: end)
    }

    /// Finds the frame that a datagram is.
    ///
    /// - Parameter bytes: A whole datagram; any bytes at all.
    /// - Returns: The frame, which takes all the bytes.
    /// - Throws: ``WireFailure``.
    public func decodeDatagramInPlace(
        _ bytes: UnsafeRawBufferPointer
    ) throws(WireFailure) -> Decoded {
        guard let end = try end(bytes) else {
            throw .truncated(bytes: bytes.count, needed: Self.headerBytes)
        }
        guard end <= bytes.count else { throw .truncated(bytes: bytes.count, needed: end) }
        guard end == bytes.count else { throw .trailing(bytes: bytes.count - end) }
        return try frame(bytes, end: end)
    }

    /// Checks as much of a header as is there, and tells where its frame ends; nil if the header is
    /// not there as a whole.
    private func end(_ bytes: UnsafeRawBufferPointer) throws(WireFailure) -> Int? {
        guard bytes.count >= Self.headerBytes else {
            try checkBeginning(bytes)
            return nil
        }
        // The same checks in the same order, without asking before each whether its bytes are there.
        guard bytes.loadUnaligned(as: UInt16.self) == Place.magic else { throw .notAFrame }
        guard bytes[Place.version] == UInt8(Self.version) else {
            throw .otherVersion(Int(bytes[Place.version]))
        }
        guard FrameHeader.Kind(rawValue: bytes[Place.kind]) != nil else {
            throw .unknownKind(bytes[Place.kind])
        }
        let length = Int(load(UInt32.self, at: Place.length, in: bytes))
        guard length <= payloadBytesMax else { throw .tooLong(bytes: length, max: payloadBytesMax) }
        guard loadToken(bytes) == token else { throw .otherRun }
        return Self.headerBytes + length
    }

    /// Checks what is there of a header that is not there as a whole.
    private func checkBeginning(_ bytes: UnsafeRawBufferPointer) throws(WireFailure) {
        let magic = withUnsafeBytes(of: Place.magic) { ($0[0], $0[1]) }
        if bytes.count > 0, bytes[0] != magic.0 { throw .notAFrame }
        if bytes.count > 1, bytes[1] != magic.1 { throw .notAFrame }
        if bytes.count > Place.version, bytes[Place.version] != UInt8(Self.version) {
            throw .otherVersion(Int(bytes[Place.version]))
        }
        if bytes.count > Place.kind, FrameHeader.Kind(rawValue: bytes[Place.kind]) == nil {
            throw .unknownKind(bytes[Place.kind])
        }
        guard bytes.count >= Place.token else { return }
        let length = Int(load(UInt32.self, at: Place.length, in: bytes))
        if length > payloadBytesMax { throw .tooLong(bytes: length, max: payloadBytesMax) }
        if bytes.count >= Place.sender, loadToken(bytes) != token { throw .otherRun }
    }

    /// Checks the one thing that is left, and reads the header.
    private func frame(
        _ bytes: UnsafeRawBufferPointer,
        end: Int
    ) throws(WireFailure) -> Decoded {
        let payload = UnsafeRawBufferPointer(rebasing: bytes[Self.headerBytes..<end])
        let expected = Self.checksum(bytes, payload)
        let checksum = load(UInt32.self, at: Place.checksum, in: bytes)
        guard checksum == expected else { throw .damaged(checksum: checksum, expected: expected) }
        guard let kind = FrameHeader.Kind(rawValue: bytes[Place.kind]) else {
            throw .unknownKind(bytes[Place.kind])
        }
        let header = FrameHeader(
            kind: kind,
            sender: Int(load(UInt16.self, at: Place.sender, in: bytes)),
            senderIncarnation: Int(load(UInt32.self, at: Place.senderIncarnation, in: bytes)),
            receiver: Int(load(UInt16.self, at: Place.receiver, in: bytes)),
            receiverIncarnation: Int(load(UInt32.self, at: Place.receiverIncarnation, in: bytes)),
            sequence: load(UInt64.self, at: Place.sequence, in: bytes)
        )
        return Decoded(header: header, payload: Self.headerBytes..<end)
    }

    /// The CRC-32 of a header without its checksum, and of a payload.
    private static func checksum(
        _ header: UnsafeRawBufferPointer,
        _ payload: UnsafeRawBufferPointer
    ) -> UInt32 {
        let checksum = libdeflate_crc32(0, header.baseAddress, Place.checksum)
        // An empty payload may have no address, for which libdeflate would begin anew.
        return payload.isEmpty
            ? checksum : libdeflate_crc32(checksum, payload.baseAddress, payload.count)
    }

    private func loadToken(_ bytes: UnsafeRawBufferPointer) -> RunToken {
        RunToken(
            high: load(UInt64.self, at: Place.token, in: bytes),
            low: load(UInt64.self, at: Place.token + 8, in: bytes)
        )
    }

    @inline(__always)
    private func load<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type,
        at place: Int,
        in bytes: UnsafeRawBufferPointer
    ) -> Number {
        Number(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self))
    }

    @inline(__always)
    private func store<Number: FixedWidthInteger & BitwiseCopyable>(
        _ number: Number,
        at place: Int,
        in bytes: UnsafeMutableRawBufferPointer
    ) {
        bytes.storeBytes(of: number.bigEndian, toByteOffset: place, as: Number.self)
    }

    /// Where the fields of a header begin, in bytes.
    private enum Place {
        /// `LC`, as a number that has these bytes in memory.
        static let magic = UInt16(0x4C43).bigEndian
        static let version = 2
        static let kind = 3
        static let length = 4
        static let token = 8
        static let sender = 24
        static let senderIncarnation = 26
        static let receiver = 30
        static let receiverIncarnation = 32
        static let sequence = 36
        static let checksum = 44
    }
}

extension FrameCodec {
    /// Puts a frame behind other bytes.
    ///
    /// - Parameters:
    ///   - unit: The frame.
    ///   - bytes: What it is put behind.
    /// - Throws: ``WireFailure/doesNotFit(_:value:)`` or ``WireFailure/tooLong(bytes:max:)``; `bytes`
    ///   is then as it was.
    public func append(_ unit: Frame, to bytes: inout [UInt8]) throws(WireFailure) {
        try unit.payload.withUnsafeBufferPointer { payload throws(WireFailure) in
            try append(unit.header, payload: UnsafeRawBufferPointer(payload), to: &bytes)
        }
    }

    /// Reads the first frame of a stream, and copies its payload.
    ///
    /// - Parameter bytes: What has arrived and was not read yet; any bytes at all.
    /// - Returns: The frame and how many bytes it took, or nil if more bytes are needed.
    /// - Throws: ``WireFailure``, as soon as the bytes that show it are there.
    public func decode(
        _ bytes: UnsafeRawBufferPointer
    ) throws(WireFailure) -> (unit: Frame, byteCount: Int)? {
        guard let found = try decodeInPlace(bytes) else { return nil }
        return (Frame(header: found.header, payload: Array(bytes[found.payload])), found.byteCount)
    }

    /// Reads the frame that a datagram is, and copies its payload.
    ///
    /// - Parameter bytes: A whole datagram; any bytes at all.
    /// - Returns: The frame.
    /// - Throws: ``WireFailure``.
    public func decodeDatagram(_ bytes: UnsafeRawBufferPointer) throws(WireFailure) -> Frame {
        let found = try decodeDatagramInPlace(bytes)
        return Frame(header: found.header, payload: Array(bytes[found.payload]))
    }
}
