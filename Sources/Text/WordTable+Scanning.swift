/// The hot loops: from bytes to counts.
///
/// Both want a block of bytes that the caller owns, with nine more after its end: the first of
/// them is set to a space for the time of the call, so that no step has to ask whether the block
/// is over, and eight-byte loads may run into the others.
extension WordTable {
    typealias Place = UnsafeMutablePointer<UInt8>

    /// How far a scan came.
    struct Scan {
        /// Where the word begins that may go on after the end; the end if there is none.
        let rest: Place
        /// The number of words counted.
        let words: UInt64
    }

    /// Counts the words of a block.
    ///
    /// - Parameters:
    ///   - start: The first byte of the block, where no word is going on.
    ///   - end: The byte after the last.
    ///   - isLast: Whether the block ends the text; if not, a word at its end is left over.
    ///   - tokenizer: How to split.
    /// - Returns: How far it came.
    func countWords(
        from start: Place,
        to end: Place,
        isLast: Bool,
        _ tokenizer: Tokenizer
    ) -> Scan {
        let kept = end.pointee
        end.pointee = 0x20
        defer { end.pointee = kept }
        let scan =
            switch tokenizer {
            case .whiteSpace: countBetweenBlanks(from: start, to: end, isLast: isLast)
            case .singleSpace: countBetweenSpaces(from: start, to: end, isLast: isLast)
            }
        words += scan.words
        return scan
    }

    private func countBetweenBlanks(from start: Place, to end: Place, isLast: Bool) -> Scan {
        var place = start
        var words: UInt64 = 0
        while place < end {
            let chunk = ByteSearch.load(place)
            let marks = ByteSearch.markUnprintable(in: chunk)
            var stop = place + 8
            if marks != 0 {
                let bits = ByteSearch.firstBits(marks)
                let byte = UInt8(truncatingIfNeeded: chunk &>> bits)
                stop = place + Int(truncatingIfNeeded: bits &>> 3)
                if ByteSearch.isASCIIBlank(byte) {
                    if bits != 0 {
                        if stop == end && !isLast { return Scan(rest: place, words: words) }
                        let prefix = chunk & ((1 &<< bits) &- 1)
                        tallyShort(prefix, length: bits &>> 3, place)
                        words &+= 1
                    }
                    place = stop + 1
                    continue
                }
            }
            // A long word, a byte beyond ASCII, or a control character.
            let blank = ByteSearch.blankLength(at: place)
            if blank > 0 {
                place += blank
                continue
            }
            stop = endOfWord(stop)
            if stop == end && !isLast { return Scan(rest: place, words: words) }
            tally(place, length: stop - place, count: 1)
            words &+= 1
            place = stop
        }
        return Scan(rest: end, words: words)
    }

    private func countBetweenSpaces(from start: Place, to end: Place, isLast: Bool) -> Scan {
        var place = start
        var words: UInt64 = 0
        while true {
            var stop = place
            var chunk = ByteSearch.load(stop)
            var marks = ByteSearch.mark(0x20, in: chunk)
            while marks == 0 {
                stop += 8
                chunk = ByteSearch.load(stop)
                marks = ByteSearch.mark(0x20, in: chunk)
            }
            let bits = ByteSearch.firstBits(marks)
            let isShort = stop == place
            stop += Int(truncatingIfNeeded: bits &>> 3)
            if stop == end && !isLast { return Scan(rest: place, words: words) }
            if isShort {
                tallyShort(chunk & ((1 &<< bits) &- 1), length: bits &>> 3, place)
            } else {
                tally(place, length: stop - place, count: 1)
            }
            words &+= 1
            if stop == end { return Scan(rest: end, words: words) }
            place = stop + 1
        }
    }

    /// The first white space at or after a place inside a word; there is some, at the latest the
    /// space set after the block.
    private func endOfWord(_ inside: Place) -> Place {
        var place = inside
        while true {
            let marks = ByteSearch.markBlankLeads(in: ByteSearch.load(place))
            if marks == 0 {
                place += 8
                continue
            }
            place += Int(truncatingIfNeeded: ByteSearch.firstBits(marks) &>> 3)
            if ByteSearch.blankLength(at: place) > 0 { return place }
            place += 1
        }
    }

    /// Counts a word of fewer than eight bytes once.
    @inline(__always)
    private func tallyShort(_ prefix: UInt64, length: UInt64, _ start: Place) {
        let key = Self.key(prefix: prefix, length: length)
        let slots = self.slots
        let mask = self.mask
        var index = Self.home(of: key.tag, mask: mask)
        while true {
            let slot = slots + index
            if slot.pointee.tag == key.tag && slot.pointee.prefix == key.prefix {
                slot.pointee.count &+= 1
                return
            }
            if slot.pointee.tag == 0 {
                insert(key, start, count: 1, into: slot)
                return
            }
            index = (index &+ 1) & mask
        }
    }
}
