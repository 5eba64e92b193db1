extension WordTable {
    /// A slot with what mostly decides its place, so that sorting seldom has to look it up.
    private struct Candidate {
        let count: UInt64
        /// The first eight bytes of the word, the first highest: their order is that of numbers.
        let prefix: UInt64
        let slot: UnsafeMutablePointer<Slot>

        init(_ slot: UnsafeMutablePointer<Slot>) {
            count = slot.pointee.count
            prefix = slot.pointee.prefix.byteSwapped
            self.slot = slot
        }
    }

    /// All words: highest count first, equal counts in byte order.
    public func sorted() -> [WordCount] {
        sortedSlots().map(wordCount)
    }

    /// The first `count` words of ``sorted()``, or all if there are fewer.
    public func top(_ count: Int) -> [WordCount] {
        if count <= 0 { return [] }
        if count > Limit.topBySearchMax { return sortedSlots().prefix(count).map(wordCount) }
        // A sorted array of the best so far: few words get past its last one.
        var best: [Candidate] = []
        for index in 0...mask where slots[index].tag != 0 {
            let next = Candidate(slots + index)
            if best.count == count {
                guard let last = best.last, precedes(next, last) else { continue }
                best.removeLast()
            }
            var low = 0
            var high = best.count
            while low < high {
                let middle = (low + high) / 2
                if precedes(best[middle], next) { low = middle + 1 } else { high = middle }
            }
            best.insert(next, at: low)
        }
        return best.map { wordCount($0.slot) }
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
    private func sortedSlots() -> [UnsafeMutablePointer<Slot>] {
        var order: [Candidate] = []
        order.reserveCapacity(distinct)
        for index in 0...mask where slots[index].tag != 0 { order.append(Candidate(slots + index)) }
        order.sort { precedes($0, $1) }
        return order.map(\.slot)
    }

    private func wordCount(_ slot: UnsafeMutablePointer<Slot>) -> WordCount {
        WordCount(word: Array(bytes(of: slot)), count: slot.pointee.count)
    }

    /// Puts slots into the byte order of their words.
    func sortByBytes(_ slots: inout [UnsafeMutablePointer<Slot>]) {
        var order = slots.map(Candidate.init)
        if order.count < Limit.radixSortMin {
            order.sort { precedesInBytes($0, $1) }
        } else {
            Self.sortByPrefix(&order)
            var start = 0
            while start < order.count {
                var end = start + 1
                while end < order.count && order[end].prefix == order[start].prefix { end += 1 }
                if end - start > 1 { order[start..<end].sort { precedesInBytes($0, $1) } }
                start = end
            }
        }
        for index in order.indices { slots[index] = order[index].slot }
    }

    /// Sorts by the first eight bytes, from the last of them to the first: so many words have so few
    /// bytes that to compare them pair by pair takes several times as long.
    private static func sortByPrefix(_ order: inout [Candidate]) {
        var counts = [Int](repeating: 0, count: 8 * 256)
        for candidate in order {
            for byte in 0..<8 {
                let value = Int(truncatingIfNeeded: candidate.prefix &>> UInt64(8 &* byte)) & 0xFF
                counts[byte &* 256 &+ value] &+= 1
            }
        }
        var other = order
        for byte in 0..<8 {
            // The place of the next candidate with each value of this byte.
            var places = [Int](repeating: 0, count: 256)
            var sum = 0
            var values = 0
            for value in 0..<256 {
                places[value] = sum
                sum += counts[byte * 256 + value]
                if counts[byte * 256 + value] > 0 { values += 1 }
            }
            if values == 1 { continue }
            for candidate in order {
                let value = Int(truncatingIfNeeded: candidate.prefix &>> UInt64(8 &* byte)) & 0xFF
                other[places[value]] = candidate
                places[value] &+= 1
            }
            swap(&order, &other)
        }
    }

    private func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
        if left.count != right.count { return left.count > right.count }
        return precedesInBytes(left, right)
    }

    private func precedesInBytes(_ left: Candidate, _ right: Candidate) -> Bool {
        if left.prefix != right.prefix { return left.prefix < right.prefix }
        // A prefix is filled up with zeros: a word that fits into one and has the same as another
        // is the beginning of that word, or that of it.
        let lengths = (left.slot.pointee.length, right.slot.pointee.length)
        if lengths.0 <= 8 || lengths.1 <= 8 { return lengths.0 < lengths.1 }
        return bytes(of: left.slot).lexicographicallyPrecedes(bytes(of: right.slot))
    }
}
