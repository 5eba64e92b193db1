import CDeflate

/// CRC-32 as zlib, gzip and PNG have it (ISO 3309).
public enum Checksum {
    /// The checksum of these bytes.
    public static func crc32(_ bytes: [UInt8]) -> UInt32 { crc32(bytes, after: 0) }

    /// The checksum of bytes that follow others, of which this is the checksum.
    public static func crc32(_ bytes: [UInt8], after before: UInt32) -> UInt32 {
        bytes.withUnsafeBytes { crc32($0, after: before) }
    }

    /// The checksum of bytes that follow others, of which this is the checksum; 0 if there are none.
    public static func crc32(_ bytes: UnsafeRawBufferPointer, after before: UInt32 = 0) -> UInt32 {
        // Without an address, libdeflate would begin anew.
        bytes.isEmpty ? before : libdeflate_crc32(before, bytes.baseAddress, bytes.count)
    }
}
