extension WordTable {
    // MARK: - Packing

    /// All counts as bytes.
    ///
    /// - Parameter isSorted: Whether the words come in byte order. If not, their order depends on
    ///   the history of the table.
    /// - Returns: Each word once.
    public func packed(isSorted: Bool = false) -> PackedCounts {
        var share = Share()
        share.reserve(distinct)
        forEachSlot { share.take($0) }
        return pack(&share, isSorted: isSorted)
    }

    /// All counts as bytes, split by word.
    ///
    /// - Parameters:
    ///   - parts: How many there are.
    ///   - routing: Which word goes where; it must be possible with so many parts.
    ///   - isSorted: Whether the words of a part come in byte order.
    /// - Returns: As many as there are parts, some of them maybe empty.
    public func packed(
        into parts: Int,
        by routing: Routing,
        isSorted: Bool = false
    ) -> [PackedCounts] {
        precondition(routing.isPossible(parts: parts), "\(routing) into \(parts) parts")
        var shares = [Share](repeating: Share(), count: parts)
        forEachSlot { slot in
            shares[routing.part(of: bytes(of: slot), parts: parts)].take(slot)
        }
        return shares.indices.map { pack(&shares[$0], isSorted: isSorted) }
    }

    /// Slots that are packed together.
    private struct Share {
        var slots: [UnsafeMutablePointer<Slot>] = []
        var entryBytes = 0
        var words: UInt64 = 0

        mutating func reserve(_ count: Int) { slots.reserveCapacity(count) }

        mutating func take(_ slot: UnsafeMutablePointer<Slot>) {
            slots.append(slot)
            words += slot.pointee.count
            entryBytes += PackedForm.entryBytes(
                length: slot.pointee.length,
                count: slot.pointee.count
            )
        }
    }

    private func pack(_ share: inout Share, isSorted: Bool) -> PackedCounts {
        if isSorted { sortByBytes(&share.slots) }
        let entries = share.slots.count
        let count = PackedForm.bytes(ofEntries: share.entryBytes, count: entries)
        let packed = [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            guard let start = buffer.baseAddress else { return }
            var place = start
            PackedForm.writeStart(entries: entries, &place)
            for slot in share.slots {
                PackedForm.write(bytes(of: slot), count: slot.pointee.count, &place)
            }
            used = place - start
            precondition(used == count, "\(used) bytes for entries of \(count)")
        }
        let totals = PackedForm.Totals(entries: entries, words: share.words)
        return PackedCounts(checked: packed, totals)
    }

    // MARK: - Merging

    /// Adds counts that have been checked, without checking them again.
    ///
    /// - Parameter packed: The counts. The sum of all must stay below 2^64.
    public func merge(_ packed: PackedCounts) {
        packed.bytes.withUnsafeBytes { bytes in
            merge(
                checked: bytes,
                PackedForm.Totals(entries: packed.entries, words: packed.words)
            )
        }
    }

    /// Adds the counts of bytes that were checked.
    func merge(checked bytes: UnsafeRawBufferPointer, _ totals: PackedForm.Totals) {
        // Words that both sides have are not known yet: the larger side is the least there will be.
        reserve(distinct: max(distinct, totals.entries))
        PackedForm.forEachEntry(checked: bytes) { start, length, count in
            tally(start, length: length, count: count)
        }
        words += totals.words
    }

    /// Adds the counts of another table.
    ///
    /// - Parameter other: The counts; not this table. The sum of all must stay below 2^64.
    func merge(_ other: WordTable) {
        precondition(other !== self, "a table is merged with itself")
        reserve(distinct: max(distinct, other.distinct))
        other.forEachSlot { slot in
            other.withWord(of: slot) { key, start in
                tally(key, start, count: slot.pointee.count)
            }
        }
        words += other.words
    }

    // MARK: - Comparing

    /// Whether both hold the same counts, whatever their histories.
    func holdsSame(as other: WordTable) -> Bool {
        if other === self { return true }
        if words != other.words || distinct != other.distinct { return false }
        // As many words, each of which the other has: it has no others.
        for index in 0...mask where slots[index].tag != 0 {
            let isSame = withWord(of: slots + index) { key, start in
                other.slot(for: key, start).pointee.count == slots[index].count
            }
            if !isSame { return false }
        }
        return true
    }

    /// A number that follows from the counts, whatever the history.
    var sumOfHashes: UInt64 {
        var sum: UInt64 = 0
        for index in 0...mask where slots[index].tag != 0 {
            let slot = slots[index]
            var mixed = Self.fold(slot.prefix ^ 0x9E37_79B9_7F4A_7C15)
            mixed = Self.fold(mixed ^ slot.tag)
            sum &+= Self.fold(mixed ^ slot.count)
        }
        return sum
    }

    /// Calls `body` with what a table looks the word of a slot up by.
    @inline(__always)
    private func withWord<Result>(
        of slot: UnsafeMutablePointer<Slot>,
        _ body: (Key, UnsafePointer<UInt8>) -> Result
    ) -> Result {
        let key = Key(prefix: slot.pointee.prefix, tag: slot.pointee.tag)
        // A word of up to eight bytes is all in its key, and nothing more of it is looked at.
        let start = slot.pointee.length > 8 ? arena + Int(slot.pointee.offset) : arena
        return body(key, start)
    }
}
