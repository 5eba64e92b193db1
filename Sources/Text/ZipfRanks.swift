import Chance

/// Draws ranks as words are drawn in a language: rank r comes about 1 / (r + 1) as often as rank 0.
///
/// The first ranks have weights of their own. Further on, ranks are drawn in groups, 32 from each
/// rank to its double, and evenly within a group, so that millions of ranks need a table of a few
/// thousand entries. Whole numbers only: floating point functions differ between machines.
struct ZipfRanks {
    private struct Group {
        let first: UInt64
        let count: UInt64
        /// The weight of this group and all before it.
        let weightUpTo: UInt64
    }

    private static let singleRanks: UInt64 = 1024
    private static let groupsPerDoubling: UInt64 = 32
    /// The weight of rank 0; the sum over 50 million ranks stays far below 2^64.
    private static let unit: UInt64 = 1 << 40
    private static let guideBits: UInt64 = 12

    private var groups: [Group] = []
    /// For each value of the highest bits of a draw, the first group that may be meant.
    private var guide: [Int] = []
    private var weight: UInt64 = 0

    /// Ranks from 0 to `count` - 1.
    init(count: UInt64) {
        var first: UInt64 = 0
        while first < count {
            let size = first < Self.singleRanks ? 1 : first / Self.groupsPerDoubling
            let taken = min(size, count - first)
            weight += taken * (Self.unit / (first + taken / 2 + 1))
            groups.append(Group(first: first, count: taken, weightUpTo: weight))
            first += taken
        }
        var group = 0
        for cell in 0..<(1 as UInt64) << Self.guideBits {
            let least = (cell << (64 - Self.guideBits)).multipliedFullWidth(by: weight).high
            while groups[group].weightUpTo <= least { group += 1 }
            guide.append(group)
        }
    }

    /// Draws a rank.
    func draw(_ chance: inout SplitMix64) -> UInt64 {
        let drawn = chance.next()
        let target = drawn.multipliedFullWidth(by: weight).high
        var group = guide[Int(drawn >> (64 - Self.guideBits))]
        while groups[group].weightUpTo <= target { group += 1 }
        if groups[group].count == 1 { return groups[group].first }
        return groups[group].first + chance.next(below: groups[group].count)
    }
}
