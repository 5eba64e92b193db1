/// A global state, packed into words: what the queue of a search holds.
///
/// ```text
/// 0     how many words
/// 1     how many datagrams in flight, acknowledged ones among them
/// 2, 3  budgets used: crashes and timer firings, drops and duplicates; 16 bits each
/// 4, 5  the fingerprint
/// 6     how many steps from the start
/// 7...  the local states, by node
/// ....  the datagrams in flight, by number
/// ....  for each stream that holds something: sender * nodes + receiver, how many, which
/// ```
struct StateRecord {
    static let headCount = 7

    let words: UnsafePointer<UInt32>

    @inline(__always) var count: Int { Int(words[0]) }
    @inline(__always) var datagramCount: Int { Int(words[1]) }
    @inline(__always) var budgets: UInt64 { UInt64(words[2]) << 32 | UInt64(words[3]) }
    @inline(__always) var fingerprint: UInt64 { UInt64(words[4]) << 32 | UInt64(words[5]) }
    @inline(__always) var depth: Int { Int(words[6]) }
    @inline(__always) var locals: UnsafePointer<UInt32> { words + Self.headCount }

    @inline(__always)
    func datagrams(nodeCount: Int) -> UnsafeBufferPointer<UInt32> {
        UnsafeBufferPointer(start: locals + nodeCount, count: datagramCount)
    }

    @inline(__always)
    func streams(nodeCount: Int) -> UnsafeBufferPointer<UInt32> {
        let begin = Self.headCount + nodeCount + datagramCount
        return UnsafeBufferPointer(start: words + begin, count: count - begin)
    }

    @inline(__always) var crashes: Int { Int(words[2] >> 16) }
    @inline(__always) var firings: Int { Int(words[2] & 0xFFFF) }
    @inline(__always) var drops: Int { Int(words[3] >> 16) }
    @inline(__always) var duplicates: Int { Int(words[3] & 0xFFFF) }
}
