import Chance

/// Which of several parts a word belongs to.
///
/// It depends on the bytes of the word and on the number of parts alone: every process of every run
/// sends a word to the same place.
public enum Routing: String, Hashable, Codable, Sendable, CaseIterable {
    /// By a hash of its bytes: FNV-1a of 64 bits, spread by `SplitMix64.mixed`, times the number of
    /// parts, of which the upper 64 bits are taken.
    ///
    /// It is not the hash by which a ``WordTable`` finds slots: words that all share bits of that
    /// would crowd in a part of the receiver's table.
    case hash

    /// The classic split between two: words whose first character sorts before `m` go to part 0,
    /// and so does the empty word; all others go to part 1.
    case firstLetter

    /// Whether words can be routed into so many parts.
    public func isPossible(parts: Int) -> Bool {
        switch self {
        case .hash: parts >= 1
        case .firstLetter: parts == 2
        }
    }

    /// Which part a word belongs to.
    ///
    /// - Parameters:
    ///   - word: The bytes of the word.
    ///   - parts: How many parts there are; it must be possible.
    /// - Returns: The part, from 0.
    public func part(of word: [UInt8], parts: Int) -> Int {
        precondition(isPossible(parts: parts), "\(self) into \(parts) parts")
        return word.withUnsafeBytes { part(of: $0, parts: parts) }
    }

    /// The part of a word, where the number of parts is known to be possible.
    @inline(__always)
    func part(of word: UnsafeRawBufferPointer, parts: Int) -> Int {
        switch self {
        case .hash:
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            let spread = SplitMix64.mixed(hash)
            return Int(spread.multipliedFullWidth(by: UInt64(parts)).high)
        case .firstLetter:
            // In UTF-8 the order of bytes is that of characters.
            return word.first.map { $0 < UInt8(ascii: "m") } ?? true ? 0 : 1
        }
    }
}
