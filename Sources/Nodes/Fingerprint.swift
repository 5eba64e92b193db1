import Chance

/// A 64-bit hash of a value's contents: the same in every process, on every machine.
///
/// Swift's own `Hasher` has a new seed in each process, so that neither its numbers nor the order in
/// which a `Set` is walked can identify a state. This one reads the value through its `Codable` form:
/// keys, values and the shape of containers feed the hash, each with a tag and a length, so that
/// different values feed different words. Words are mixed in one after the other, as
/// `hash = SplitMix64.mixed((hash ^ word) + 0x9E37_79B9_7F4A_7C15)`. The elements of a `Set` and the
/// pairs of a `Dictionary` are hashed each for itself, and the sum of those hashes is what counts.
public struct Fingerprint: Hashable, Sendable {
    /// The number.
    public private(set) var bits: UInt64

    /// The hash of nothing yet, to `combine` with.
    public init() {
        bits = 0x243F_6A88_85A3_08D3
    }

    /// The hash of a value.
    ///
    /// - Parameters:
    ///   - value: What is hashed.
    ///   - names: What each `NodeID` inside the value counts as, by index; empty if it counts as its
    ///     index. This is how a permutation of nodes is applied.
    /// - Throws: What the value's own `encode(to:)` throws; synthesised ones never do.
    public init(of value: some Encodable, naming names: [UInt64] = []) throws {
        let encoder = FingerprintEncoder(names: names)
        try encoder.encode(value)
        bits = encoder.hash.bits
    }

    /// As a log has it: 16 hexadecimal digits.
    public var text: String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Mixes one more word in; the order matters.
    public mutating func combine(_ word: UInt64) {
        bits = SplitMix64.mixed((bits ^ word) &+ 0x9E37_79B9_7F4A_7C15)
    }

    /// Mixes a text in, with its length.
    public mutating func combine(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            combine(UInt64(bytes.count))
            var index = 0
            while index < bytes.count {
                var word: UInt64 = 0
                for offset in 0..<min(8, bytes.count - index) {
                    word |= UInt64(bytes[index + offset]) << UInt64(8 * offset)
                }
                combine(word)
                index += 8
            }
        }
    }
}
