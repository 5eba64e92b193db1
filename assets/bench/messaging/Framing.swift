import Messaging

/// Stands in for the frames of `Messaging`: a length, and room for a header of the same size.
///
/// The codec of frames goes in here: `append` is where a sender encodes, `each` where a receiver decodes.
enum Framing {
    static let headerBytes = 48

    /// Appends one frame.
    @inline(__always)
    static func append(_ payload: [UInt8], to buffer: inout [UInt8]) {
        let length = UInt32(payload.count)
        withUnsafeBytes(of: length.littleEndian) { buffer.append(contentsOf: $0) }
        buffer.append(contentsOf: zeros)
        buffer.append(contentsOf: payload)
    }

    /// Calls `body` with the payload of each whole frame; returns how many bytes those took.
    @inline(__always)
    static func each(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) -> Int {
        var start = 0
        while bytes.count - start >= headerBytes {
            let length = Int(bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self))
            let end = start + headerBytes + length
            guard end <= bytes.count else { break }
            body(UnsafeRawBufferPointer(rebasing: bytes[start + headerBytes..<end]))
            start = end
        }
        return start
    }

    private static let zeros = [UInt8](repeating: 0, count: headerBytes - 4)
}
