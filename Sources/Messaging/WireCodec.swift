/// How units of some kind are told as bytes, on streams and in datagrams.
///
/// Reading is total: any bytes give a unit, the answer that more are needed, or a ``WireFailure``.
public protocol WireCodec: Sendable {
    /// What is sent as a whole: a frame, a message.
    associatedtype Unit: Hashable & Sendable

    /// The most bytes that one unit takes. A reader needs no larger buffer.
    var unitBytesMax: Int { get }

    /// Puts the bytes of a unit behind others.
    ///
    /// - Parameters:
    ///   - unit: What is to be sent.
    ///   - bytes: What it is put behind.
    /// - Throws: ``WireFailure`` if the unit cannot be told in this form. `bytes` is then as it was:
    ///   nothing was sent, nor will be if it is tried again.
    func append(_ unit: Unit, to bytes: inout [UInt8]) throws(WireFailure)

    /// Reads the first unit of a stream.
    ///
    /// - Parameter bytes: What has arrived and was not read yet; any bytes at all.
    /// - Returns: The unit and how many bytes it took, at least one and at most all; or nil if
    ///   these are the beginning of a unit, and more bytes are needed.
    /// - Throws: ``WireFailure``, as soon as the bytes that show it are there. The stream cannot go
    ///   on.
    func decode(_ bytes: UnsafeRawBufferPointer) throws(WireFailure) -> (
        unit: Unit, byteCount: Int
    )?

    /// Reads a datagram, which is one unit and nothing else.
    ///
    /// - Parameter bytes: A whole datagram; any bytes at all.
    /// - Returns: The unit.
    /// - Throws: ``WireFailure``. The datagram is to be dropped and counted; those after it have
    ///   nothing to do with it.
    func decodeDatagram(_ bytes: UnsafeRawBufferPointer) throws(WireFailure) -> Unit
}
