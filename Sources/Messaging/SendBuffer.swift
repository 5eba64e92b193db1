/// Bytes that wait to be handed to the kernel: written at the end, sent from the front.
struct SendBuffer {
    /// More room than this is given back when all was sent.
    private static let keptBytesMax = 4 << 20

    private(set) var bytes: [UInt8] = []
    /// How many of `bytes` were sent.
    private var sent = 0

    var count: Int { bytes.count - sent }

    /// Lets `body` append; if it throws, what it appended is taken back.
    mutating func append<E: Error>(_ body: (inout [UInt8]) throws(E) -> Void) throws(E) {
        let before = bytes.count
        do throws(E) { try body(&bytes) } catch {
            bytes.removeLast(max(0, bytes.count - before))
            throw error
        }
        precondition(bytes.count >= before, "\(before - bytes.count) bytes were taken away")
    }

    /// What comes next, at most `limit` bytes.
    func withFront<Result>(upTo limit: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { all in
            body(UnsafeRawBufferPointer(rebasing: all[sent..<min(all.count, sent + limit)]))
        }
    }

    mutating func drop(_ count: Int) {
        sent += count
        if sent == bytes.count {
            removeAll()
        } else if sent > bytes.count / 2, sent >= 64 << 10 {
            // What stays is less than what went: each byte is moved once, on average.
            bytes.removeSubrange(0..<sent)
            sent = 0
        }
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: bytes.capacity <= SendBuffer.keptBytesMax)
        sent = 0
    }
}
