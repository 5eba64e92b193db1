/// Which sequence numbers of one peer have come: all up to a floor, and some within a window above it.
///
/// The window is a bit for each number, reused in a ring, so that the memory is the same for a peer that
/// has sent three messages and for one that has sent a billion.
struct ReceivedSequences: Hashable, Sendable {
    /// What became of a number.
    enum Entry: Hashable { case new, duplicate, tooFarAhead }

    private static let bitsPerWord = UInt64(UInt64.bitWidth)

    /// All numbers up to this one have come; 0 is before the first.
    private(set) var floor: UInt64 = 0
    /// Made at the first number, as many peers only listen.
    private var bits: [UInt64] = []

    /// Enters a number, 1 or higher.
    mutating func enter(_ sequence: UInt64) -> Entry {
        guard sequence > floor else { return .duplicate }
        let window = UInt64(ReliableDatagrams.Limit.windowMessages)
        guard sequence - floor <= window else { return .tooFarAhead }
        if bits.isEmpty {
            bits = Array(repeating: 0, count: Int(window / Self.bitsPerWord))
        }
        let (word, mask) = place(of: sequence)
        guard bits[word] & mask == 0 else { return .duplicate }
        bits[word] |= mask
        raiseFloor()
        return .new
    }

    /// Moves the floor up over what has come; each number is passed once in a life.
    private mutating func raiseFloor() {
        while true {
            let (word, mask) = place(of: floor + 1)
            guard bits[word] & mask != 0 else { return }
            bits[word] &= ~mask
            floor += 1
        }
    }

    private func place(of sequence: UInt64) -> (word: Int, mask: UInt64) {
        let bit = sequence % UInt64(ReliableDatagrams.Limit.windowMessages)
        return (Int(bit / Self.bitsPerWord), 1 << (bit % Self.bitsPerWord))
    }
}
