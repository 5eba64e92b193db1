/// A run of packed states, end to end: a piece of a queue.
final class RecordChunk: @unchecked Sendable {
    /// Big enough that threads meet seldom, small enough that a level falls into many.
    static let wordsMax = 1 << 14
    /// What such a chunk takes.
    static let bytesMin = wordsMax * MemoryLayout<UInt32>.stride

    private let words: UnsafeMutablePointer<UInt32>
    private let capacity: Int
    @exclusivity(unchecked) private(set) var wordCount = 0
    @exclusivity(unchecked) private(set) var count = 0

    init(wordsMin: Int = 0) {
        capacity = max(Self.wordsMax, wordsMin)
        words = .allocate(capacity: capacity)
    }

    deinit {
        words.deallocate()
    }

    var byteCount: Int { capacity * MemoryLayout<UInt32>.stride }

    /// - Returns: False if there is no room.
    @inline(__always)
    func append(_ record: StateRecord) -> Bool {
        guard wordCount + record.count <= capacity else { return false }
        (words + wordCount).update(from: record.words, count: record.count)
        wordCount += record.count
        count += 1
        return true
    }

    /// Walks over the states, as long as the body wants more.
    @inline(__always)
    func forEach(_ body: (StateRecord) -> Bool) {
        var at = 0
        while at < wordCount {
            let record = StateRecord(words: UnsafePointer(words + at))
            guard body(record) else { return }
            at += record.count
        }
    }

    func clear() {
        wordCount = 0
        count = 0
    }
}
