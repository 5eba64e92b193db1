import Glibc

/// The states that are known, by fingerprint, with their parents: shared by all threads of a search.
final class VisitedSet: @unchecked Sendable {
    private static let shardCount = 64

    private let shards: UnsafeMutablePointer<VisitedShard>
    private let locks: UnsafeMutablePointer<pthread_mutex_t>
    private let isShared: Bool

    /// - Parameter isShared: Whether more than one thread puts states in.
    init(isShared: Bool) {
        self.isShared = isShared
        shards = .allocate(capacity: Self.shardCount)
        // A lock of its own cache line each: two of 40 bytes would share one.
        locks = .allocate(capacity: 2 * Self.shardCount)
        for index in 0..<Self.shardCount {
            (shards + index).initialize(to: VisitedShard())
            pthread_mutex_init(locks + 2 * index, nil)
        }
    }

    deinit {
        for index in 0..<Self.shardCount {
            shards[index].free()
            pthread_mutex_destroy(locks + 2 * index)
        }
        shards.deallocate()
        locks.deallocate()
    }

    /// A fingerprint as it is kept: 0 means that there is none.
    @inline(__always)
    static func key(_ fingerprint: UInt64) -> UInt64 { fingerprint == 0 ? 1 : fingerprint }

    /// Puts a state in.
    ///
    /// - Returns: Whether it was not there.
    @inline(__always)
    func insert(_ fingerprint: UInt64, parent: UInt64) -> Bool {
        let key = Self.key(fingerprint)
        let shard = Int(truncatingIfNeeded: key >> 58)
        guard isShared else { return shards[shard].insert(key, parent: parent) }
        pthread_mutex_lock(locks + 2 * shard)
        defer { pthread_mutex_unlock(locks + 2 * shard) }
        return shards[shard].insert(key, parent: parent)
    }

    /// The parent of a state that is known, 0 for a first one; while no other thread puts states in.
    func parent(of fingerprint: UInt64) -> UInt64? {
        let key = Self.key(fingerprint)
        return shards[Int(key >> 58)].parent(of: key)
    }

    /// How many states there are; while no other thread puts states in.
    var count: Int { (0..<Self.shardCount).reduce(0) { $0 + shards[$1].count } }

    /// How many bytes they take; while no other thread puts states in.
    var byteCount: Int { (0..<Self.shardCount).reduce(0) { $0 + shards[$1].byteCount } }
}
