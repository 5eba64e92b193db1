import Testing

@testable import Messaging

@Suite struct ChecksumTests {
    @Test func `a checksum goes on from that of what came before, wherever that ends`() {
        let bytes = Array("123456789".utf8)
        // The check value of CRC-32.
        #expect(Checksum.crc32(bytes) == 0xCBF4_3926)
        for end in 0...bytes.count {
            let begun = Checksum.crc32(Array(bytes[..<end]))
            #expect(Checksum.crc32(Array(bytes[end...]), after: begun) == 0xCBF4_3926)
        }
        #expect(Checksum.crc32(UnsafeRawBufferPointer(start: nil, count: 0), after: 7) == 7)
        #expect(Checksum.crc32([]) == 0)
    }
}
