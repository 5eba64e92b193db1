#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How often each word was seen.
///
/// An open-addressing table with linear probing. A slot is 32 bytes, half a cache line, and holds
/// the first eight bytes of its word: a word of up to eight bytes needs nothing else, a longer one
/// stands as a whole in one growing block of bytes, the arena.
///
/// A class, because a table has two users at a time: the counter that fills it, and between two
/// steps its caller, who may pack and empty it in the middle of a file.
///
/// The order of iteration depends on the history of the table; use ``sorted()`` where order counts.
public final class WordTable {
    /// A word and its count; empty while the tag is 0.
    struct Slot {
        /// The first eight bytes of the word, the first lowest, zeros after its end.
        var prefix: UInt64
        /// A 31-bit hash under a bit that is always set, then the length in 32 bits.
        var tag: UInt64
        /// Where a word of more than eight bytes begins in the arena.
        var offset: UInt64
        /// How often the word was seen.
        var count: UInt64

        /// The length of the word in bytes.
        var length: Int { Int(tag & 0xFFFF_FFFF) }
    }

    /// The number of different words.
    public private(set) var distinct = 0

    /// The number of words: the sum of all counts.
    public internal(set) var words: UInt64 = 0

    private(set) var slots: UnsafeMutablePointer<Slot>
    /// The number of slots less one; the number of slots is a power of two.
    private(set) var mask: Int
    private(set) var arena: UnsafeMutablePointer<UInt8>
    private var arenaUsed = 0
    private var arenaCapacity: Int

    private static let hugePageBytes = 2 << 20
    /// Small: models make tables of a handful of words by the million.
    private static let slotsMin = 1 << 3
    private static let arenaBytesMin = 1 << 6

    /// A table of no words.
    public init() {
        slots = Self.makeSlots(Self.slotsMin)
        mask = Self.slotsMin - 1
        arena = Self.resize(nil, to: Self.arenaBytesMin)
        arenaCapacity = Self.arenaBytesMin
    }

    /// A table of the same words.
    init(copying other: WordTable) {
        slots = Self.makeSlots(other.mask + 1)
        mask = other.mask
        memcpy(slots, other.slots, (mask + 1) * MemoryLayout<Slot>.stride)
        arena = Self.resize(nil, to: other.arenaCapacity)
        arenaCapacity = other.arenaCapacity
        arenaUsed = other.arenaUsed
        memcpy(arena, other.arena, arenaUsed)
        distinct = other.distinct
        words = other.words
    }

    deinit {
        Self.freeSlots(slots, mask + 1)
        free(arena)
    }

    /// The memory that the table holds, in bytes.
    ///
    /// While it grows, it holds up to half as much more.
    public var bytesHeld: Int {
        (mask + 1) * MemoryLayout<Slot>.stride + arenaCapacity
    }

    /// Adds to the count of a word.
    ///
    /// - Parameters:
    ///   - word: The bytes of the word; fewer than 4 GiB.
    ///   - count: How often it was seen; 0 changes nothing. The sum of all must stay below 2^64.
    public func add(_ word: UnsafeRawBufferPointer, count: UInt64 = 1) {
        if count == 0 { return }
        var none: UInt8 = 0
        withUnsafePointer(to: &none) { nothing in
            let start = word.baseAddress?.assumingMemoryBound(to: UInt8.self)
            tally(start ?? nothing, length: word.count, count: count)
        }
        words += count
    }

    /// Adds to the count of a word.
    ///
    /// - Parameters:
    ///   - word: The bytes of the word.
    ///   - count: How often it was seen; 0 changes nothing. The sum of all must stay below 2^64.
    public func add(_ word: [UInt8], count: UInt64 = 1) {
        word.withUnsafeBytes { add($0, count: count) }
    }

    /// How often a word was seen.
    public func count(of word: [UInt8]) -> UInt64 {
        (word + [0]).withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            return slot(for: Self.key(start, length: word.count), start).pointee.count
        }
    }

    /// Calls `body` with each word and its count.
    ///
    /// The bytes are valid during the call only. The table must not be changed meanwhile.
    public func forEach<Failure: Error>(
        _ body: (_ word: UnsafeRawBufferPointer, _ count: UInt64) throws(Failure) -> Void
    ) throws(Failure) {
        try forEachSlot { slot throws(Failure) in
            try body(bytes(of: slot), slot.pointee.count)
        }
    }

    /// Calls `body` with each slot that holds a word.
    @inline(__always)
    func forEachSlot<Failure: Error>(
        _ body: (_ slot: UnsafeMutablePointer<Slot>) throws(Failure) -> Void
    ) throws(Failure) {
        // Block by block, in strides over the whole table. In the order of the slots, which is that
        // of their hashes, another table would be filled from one end to the other: it becomes
        // crowded there long before it is full as a whole, and every probe a long walk.
        let blockSlots = min(mask + 1, 128)
        let blockMask = (mask + 1) / blockSlots - 1
        for turn in 0...blockMask {
            var slot = slots + ((turn &* 0x9E37_79B1) & blockMask) * blockSlots
            let end = slot + blockSlots
            while slot < end {
                if slot.pointee.tag != 0 { try body(slot) }
                slot += 1
            }
        }
    }

    /// Forgets all words.
    ///
    /// - Parameter keepingCapacity: Whether to hold on to the memory, which saves growing again but
    ///   leaves ``bytesHeld`` as it is.
    public func removeAll(keepingCapacity: Bool = false) {
        distinct = 0
        words = 0
        arenaUsed = 0
        if keepingCapacity {
            memset(slots, 0, (mask + 1) * MemoryLayout<Slot>.stride)
            return
        }
        Self.freeSlots(slots, mask + 1)
        free(arena)
        slots = Self.makeSlots(Self.slotsMin)
        mask = Self.slotsMin - 1
        arena = Self.resize(nil, to: Self.arenaBytesMin)
        arenaCapacity = Self.arenaBytesMin
    }
}

// MARK: - Words and slots

extension WordTable {
    /// What is compared before any byte in the arena is: see ``Slot``.
    struct Key {
        let prefix: UInt64
        let tag: UInt64
    }

    /// The key of a word that its prefix holds as a whole.
    @inline(__always)
    static func key(prefix: UInt64, length: UInt64) -> Key {
        Key(prefix: prefix, tag: tag(hash: fold(prefix ^ 0x9E37_79B9_7F4A_7C15), length: length))
    }

    /// The key of any word.
    @inline(__always)
    static func key(_ start: UnsafePointer<UInt8>, length: Int) -> Key {
        if length < 8 {
            var prefix: UInt64 = 0
            var index = 0
            while index < length {
                prefix |= UInt64(start[index]) &<< UInt64(8 &* index)
                index &+= 1
            }
            return key(prefix: prefix, length: UInt64(length))
        }
        let prefix = ByteSearch.load(start)
        var hash = fold(prefix ^ 0x9E37_79B9_7F4A_7C15)
        var index = 8
        while index &+ 8 <= length {
            hash = fold(hash ^ ByteSearch.load(start + index))
            index &+= 8
        }
        if index < length {
            // The last eight bytes, less those already taken: no read beyond the word.
            let last = ByteSearch.load(start + (length &- 8))
            hash = fold(hash ^ (last &>> UInt64(8 &* (8 &- (length &- index)))))
        }
        precondition(length <= UInt32.max, "a word of \(length) bytes")
        return Key(prefix: prefix, tag: tag(hash: hash, length: UInt64(length)))
    }

    /// Both halves of a product: every bit of the input moves the low ones of the result.
    @inline(__always)
    static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }

    @inline(__always)
    private static func tag(hash: UInt64, length: UInt64) -> UInt64 {
        hash &<< 32 | 1 &<< 63 | length
    }

    /// The slot that a probe for this tag looks at first.
    @inline(__always)
    static func home(of tag: UInt64, mask: Int) -> Int {
        Int(truncatingIfNeeded: tag &>> 32) & mask
    }

    /// The slot of this word, or the empty one that it belongs in.
    @inline(__always)
    func slot(
        for key: Key,
        _ start: UnsafePointer<UInt8>
    ) -> UnsafeMutablePointer<Slot> {
        let length = Int(key.tag & 0xFFFF_FFFF)
        var index = Self.home(of: key.tag, mask: mask)
        while true {
            let slot = slots + index
            if slot.pointee.tag == key.tag && slot.pointee.prefix == key.prefix {
                if length <= 8 { return slot }
                let held = arena + (Int(slot.pointee.offset) + 8)
                if memcmp(held, start + 8, length - 8) == 0 { return slot }
            }
            if slot.pointee.tag == 0 { return slot }
            index = (index &+ 1) & mask
        }
    }

    /// The bytes of the word in a slot that is not empty.
    func bytes(of slot: UnsafeMutablePointer<Slot>) -> UnsafeRawBufferPointer {
        let length = slot.pointee.length
        if length <= 8 {
            return UnsafeRawBufferPointer(start: UnsafeRawPointer(slot), count: length)
        }
        return UnsafeRawBufferPointer(start: arena + Int(slot.pointee.offset), count: length)
    }

    /// Adds to the count of a word, and leaves the sum of all counts to the caller.
    @inline(__always)
    func tally(_ start: UnsafePointer<UInt8>, length: Int, count: UInt64) {
        tally(Self.key(start, length: length), start, count: count)
    }

    /// Adds to the count of a word whose key is known.
    @inline(__always)
    func tally(_ key: Key, _ start: UnsafePointer<UInt8>, count: UInt64) {
        let slot = slot(for: key, start)
        if slot.pointee.tag == 0 {
            insert(key, start, count: count, into: slot)
        } else {
            slot.pointee.count += count
        }
    }

    /// Puts a new word into the empty slot where its probe ended.
    @inline(never)
    func insert(
        _ key: Key,
        _ start: UnsafePointer<UInt8>,
        count: UInt64,
        into slot: UnsafeMutablePointer<Slot>
    ) {
        let length = Int(key.tag & 0xFFFF_FFFF)
        var offset = 0
        if length > 8 {
            offset = arenaUsed
            reserveArena(length)
            memcpy(arena + offset, start, length)
            arenaUsed += length
        }
        slot.pointee = Slot(
            prefix: key.prefix,
            tag: key.tag,
            offset: UInt64(offset),
            count: count
        )
        distinct += 1
        if Self.isFull(distinct, mask) { grow(to: mask * 2 + 1) }
    }

    private func reserveArena(_ more: Int) {
        if arenaUsed + more <= arenaCapacity { return }
        arenaCapacity = max(arenaCapacity * 2, arenaUsed + more)
        arena = Self.resize(arena, to: arenaCapacity)
    }

    /// Makes room for this many different words in all, where it is not there already.
    func reserve(distinct: Int) {
        var larger = mask
        while Self.isFull(distinct, larger) { larger = larger * 2 + 1 }
        if larger > mask { grow(to: larger) }
    }

    /// Whether so many words are too many; probes are short up to three slots in five.
    private static func isFull(_ distinct: Int, _ mask: Int) -> Bool {
        distinct * 5 > (mask + 1) * 3
    }

    private func grow(to newMask: Int) {
        let old = slots
        let oldMask = mask
        mask = newMask
        slots = Self.makeSlots(mask + 1)
        for index in 0...oldMask where old[index].tag != 0 {
            var place = Self.home(of: old[index].tag, mask: mask)
            while slots[place].tag != 0 { place = (place &+ 1) & mask }
            slots[place] = old[index]
        }
        Self.freeSlots(old, oldMask + 1)
    }

    private static func makeSlots(_ count: Int) -> UnsafeMutablePointer<Slot> {
        let bytes = count * MemoryLayout<Slot>.stride
        guard let memory = bytes < hugePageBytes ? calloc(1, bytes) : makeHugePages(bytes) else {
            preconditionFailure("no memory for a table of \(count) slots")
        }
        return memory.bindMemory(to: Slot.self, capacity: count)
    }

    private static func freeSlots(_ slots: UnsafeMutablePointer<Slot>, _ count: Int) {
        let bytes = count * MemoryLayout<Slot>.stride
        if bytes < hugePageBytes { free(slots) } else { munmap(slots, bytes) }
    }

    /// Zeroed memory for a large table, on huge pages where there are any: on ordinary ones it
    /// misses the address cache at every rare word.
    ///
    /// Mapped, so that it goes back to the system at once: between blocks of growing size `free`
    /// would keep as much again.
    private static func makeHugePages(_ bytes: Int) -> UnsafeMutableRawPointer? {
        let more = bytes + hugePageBytes
        let access = PROT_READ | PROT_WRITE
        guard let whole = mmap(nil, more, access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            whole != MAP_FAILED
        else { return nil }
        let start = whole.alignedUp(toMultipleOf: hugePageBytes)
        let end = start + bytes
        if start > whole { munmap(whole, start - whole) }
        if whole + more > end { munmap(end, whole + more - end) }
        #if canImport(Glibc)
            madvise(start, bytes, MADV_HUGEPAGE)
        #endif
        return start
    }

    private static func resize(
        _ block: UnsafeMutablePointer<UInt8>?,
        to count: Int
    ) -> UnsafeMutablePointer<UInt8> {
        guard let memory = realloc(block, count) else {
            preconditionFailure("no memory for \(count) bytes of words")
        }
        return memory.bindMemory(to: UInt8.self, capacity: count)
    }
}
