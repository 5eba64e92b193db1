extension WordTable {
    /// All words: highest count first, equal counts in byte order.
    public func sorted() -> [WordCount] {
        sortedSlots().map { WordCount(word: Array(bytes(of: $0)), count: $0.pointee.count) }
    }

    /// The first `count` words of ``sorted()``, or all if there are fewer.
    public func top(_ count: Int) -> [WordCount] {
        // A sorted array of the best so far: few words get past its last one.
        var best: [UnsafeMutablePointer<Slot>] = []
        if count <= 0 { return [] }
        if count > 1000 { return Array(sorted().prefix(count)) }
        for index in 0...mask where slots[index].tag != 0 {
            let slot = slots + index
            if best.count == count {
                guard let last = best.last, precedes(slot, last) else { continue }
                best.removeLast()
            }
            var low = 0
            var high = best.count
            while low < high {
                let middle = (low + high) / 2
                if precedes(best[middle], slot) { low = middle + 1 } else { high = middle }
            }
            best.insert(slot, at: low)
        }
        return best.map { WordCount(word: Array(bytes(of: $0)), count: $0.pointee.count) }
    }

    /// Calls `body` with each word and its count in the order of ``sorted()``.
    ///
    /// The bytes are valid during the call only. The table must not be changed meanwhile.
    public func forEachSorted<Failure: Error>(
        _ body: (_ word: UnsafeRawBufferPointer, _ count: UInt64) throws(Failure) -> Void
    ) throws(Failure) {
        for slot in sortedSlots() {
            try body(bytes(of: slot), slot.pointee.count)
        }
    }

    /// The slots in the order of ``sorted()``; valid until the table changes.
    func sortedSlots() -> [UnsafeMutablePointer<Slot>] {
        var order: [UnsafeMutablePointer<Slot>] = []
        order.reserveCapacity(distinct)
        for index in 0...mask where slots[index].tag != 0 { order.append(slots + index) }
        order.sort { precedes($0, $1) }
        return order
    }

    private func precedes(
        _ left: UnsafeMutablePointer<Slot>,
        _ right: UnsafeMutablePointer<Slot>
    ) -> Bool {
        if left.pointee.count != right.pointee.count {
            return left.pointee.count > right.pointee.count
        }
        // The first byte is the lowest of the prefix, so that its order is that of the bytes
        // turned round; zeros after a short word put it before its continuations.
        let prefixes = (left.pointee.prefix.byteSwapped, right.pointee.prefix.byteSwapped)
        if prefixes.0 != prefixes.1 { return prefixes.0 < prefixes.1 }
        let lengths = (left.pointee.length, right.pointee.length)
        if lengths.0 <= 8 || lengths.1 <= 8 { return lengths.0 < lengths.1 }
        return bytes(of: left).lexicographicallyPrecedes(bytes(of: right))
    }
}
