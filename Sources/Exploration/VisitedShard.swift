import Glibc

/// A part of the set of known states: pairs of a state's fingerprint and that of its parent.
///
/// Open addressing. The slot a key belongs to grows with the key, and the keys of a run of slots are
/// kept in order: an unsuccessful search ends at the first larger key, so that the table may be nearly
/// full, and to grow is one pass from the front to the back of both tables.
struct VisitedShard {
    /// A state; all zero where there is none.
    struct Entry {
        var key: UInt64
        var parent: UInt64
    }

    private(set) var entries: UnsafeMutablePointer<Entry>
    private(set) var count = 0
    /// How many slots keys may belong to.
    private var homes: Int
    /// How many there are: some more, for keys that were pushed on from the last homes.
    private var capacity: Int
    private var countMax: Int

    init() {
        homes = 64
        (capacity, countMax) = Self.sizes(homes)
        entries = Self.allocate(capacity)
    }

    /// Gives the memory back; there is no use after this.
    func free() {
        Self.free(entries, capacity)
    }

    var byteCount: Int { capacity * MemoryLayout<Entry>.stride }

    private static func sizes(_ homes: Int) -> (capacity: Int, countMax: Int) {
        // Full to 7/8 before it grows by 5/4: between 0.70 and 0.875, 18.3 to 22.9 bytes a state.
        (homes + homes / 64 + 64, homes / 8 * 7)
    }

    @inline(__always)
    private static func home(_ key: UInt64, _ homes: Int) -> Int {
        // The six highest bits have chosen the shard.
        Int(truncatingIfNeeded: (key << 6).multipliedFullWidth(by: UInt64(homes)).high)
    }

    /// Puts a state in.
    ///
    /// - Returns: Whether it was not there.
    @inline(__always)
    mutating func insert(_ key: UInt64, parent: UInt64) -> Bool {
        var slot = Self.home(key, homes)
        while entries[slot].key != 0, entries[slot].key < key { slot += 1 }
        if entries[slot].key == key { return false }
        place(Entry(key: key, parent: parent), at: slot)
        return true
    }

    private mutating func place(_ entry: Entry, at slot: Int) {
        var end = slot
        while entries[end].key != 0 { end += 1 }
        var index = end
        while index > slot {
            entries[index] = entries[index - 1]
            index -= 1
        }
        entries[slot] = entry
        count += 1
        // The last slot stays empty, so that every search ends.
        if count >= countMax || end >= capacity - 2 { grow() }
    }

    private mutating func grow() {
        let old = entries
        let oldCapacity = capacity
        var next = homes
        repeat {
            next = next / 4 * 5
            (capacity, countMax) = Self.sizes(next)
            entries = Self.allocate(capacity)
        } while !refill(from: old, oldCapacity, homes: next)
        homes = next
        Self.free(old, oldCapacity)
    }

    /// - Returns: False if the keys are heaped up so unevenly that the last do not fit.
    private func refill(
        from old: UnsafeMutablePointer<Entry>,
        _ oldCapacity: Int,
        homes: Int
    ) -> Bool {
        var free = 0
        for index in 0..<oldCapacity where old[index].key != 0 {
            let slot = max(free, Self.home(old[index].key, homes))
            guard slot < capacity - 2 else {
                Self.free(entries, capacity)
                return false
            }
            entries[slot] = old[index]
            free = slot + 1
        }
        return true
    }

    /// The parent of a state that is there.
    func parent(of key: UInt64) -> UInt64? {
        var slot = Self.home(key, homes)
        while entries[slot].key != 0, entries[slot].key < key { slot += 1 }
        return entries[slot].key == key ? entries[slot].parent : nil
    }

    // Pages from the kernel come as zeros and go back at once; the heap would keep holes.
    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Entry> {
        let byteCount = capacity * MemoryLayout<Entry>.stride
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard let pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0),
            pages != MAP_FAILED
        else { preconditionFailure("the system has no \(byteCount) bytes of memory left") }
        return pages.bindMemory(to: Entry.self, capacity: capacity)
    }

    private static func free(_ entries: UnsafeMutablePointer<Entry>, _ capacity: Int) {
        munmap(entries, capacity * MemoryLayout<Entry>.stride)
    }
}
