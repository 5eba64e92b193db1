/// Steele, Lea and Flood's SplitMix64: the same numbers for the same seed on every machine.
///
/// The generator of the standard library may change between its versions; a corpus, a simulated run
/// and a random walk must not. ("Fast splittable pseudorandom number generators", OOPSLA 2014.)
public struct SplitMix64: Hashable, Sendable {
    private var state: UInt64

    /// A generator whose numbers follow from the seed.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next number, of 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return SplitMix64.mixed(state)
    }

    /// A number from 0 to `bound` - 1; the bias is below `bound` / 2^64.
    public mutating func next(below bound: UInt64) -> UInt64 {
        next().multipliedFullWidth(by: bound).high
    }

    /// True in one of `1 / probability` calls, on average.
    public mutating func chance(_ probability: Double) -> Bool {
        // 53 bits are what a Double holds exactly.
        Double(next() >> 11) * 0x1p-53 < probability
    }

    /// The generator's last step: a bijection that spreads each bit over all 64.
    public static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
