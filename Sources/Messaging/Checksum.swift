import CDeflate

/// CRC-32 as zlib, gzip and PNG have it (ISO 3309).
public enum Checksum {
    /// The checksum of these bytes.
    public static func crc32(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { libdeflate_crc32(0, $0.baseAddress, $0.count) }
    }
}
