/// What one call makes of one local state, as words in a store: computed once, applied often.
///
/// ```text
/// 0  the local state after it
/// 1  0, or 1 + the index of what is wrong with the call
/// 2  how many effects touch others; the highest bit says that the transition is plain
/// 3  how many ways there are to die in the midst of it
/// 4  the effects
/// .  three words for each way to die: after how many effects of the handler,
///    the local state then, and how many of the effects above have taken place
/// ```
struct Transition {
    /// An effect that touches others: three bits say what it is, twenty-nine whom or what.
    ///
    /// Acknowledged datagrams are among the datagrams: which of the two, the message itself says.
    enum Effect: UInt32 {
        case datagram, stream, launch, kill, watch, ownEnd

        @inline(__always) private static var valueBits: UInt32 { 29 }

        /// What an effect does, by its word.
        @inline(__always)
        init?(of word: UInt32) { self.init(rawValue: word >> Self.valueBits) }

        /// Whom or what it is about, by its word.
        @inline(__always)
        static func value(of word: UInt32) -> UInt32 { word & (1 << valueBits - 1) }

        func word(_ value: UInt32) -> UInt32 {
            precondition(value < 1 << Self.valueBits, "\(value) different things in one search")
            return rawValue << Self.valueBits | value
        }
    }

    /// A way to die.
    struct Death {
        let crashAfter: UInt32
        let local: UInt32
        let effectCount: UInt32
    }

    let words: UnsafePointer<UInt32>

    @inline(__always) var local: UInt32 { words[0] }
    @inline(__always) var problem: Int? { words[1] == 0 ? nil : Int(words[1]) - 1 }
    @inline(__always) var effectCount: UInt32 { words[2] & 0x7FFF_FFFF }
    /// Whether the node lives on and its effects are datagrams only: most are so, and are taken quickly.
    @inline(__always) var isPlain: Bool { words[2] >> 31 != 0 }
    @inline(__always) var deathCount: Int { Int(words[3]) }
    @inline(__always) var effects: UnsafePointer<UInt32> { words + 4 }

    @inline(__always)
    func death(_ index: Int) -> Death {
        let words = words + 4 + Int(effectCount) + 3 * index
        return Death(crashAfter: words[0], local: words[1], effectCount: words[2])
    }

    static func words(
        local: UInt32,
        problem: Int?,
        effects: [UInt32],
        deaths: [Death],
        isPlain: Bool = false
    ) -> [UInt32] {
        let head = [
            local, problem.map { UInt32($0 + 1) } ?? 0,
            UInt32(effects.count) | (isPlain ? 1 << 31 : 0), UInt32(deaths.count),
        ]
        return head + effects + deaths.flatMap { [$0.crashAfter, $0.local, $0.effectCount] }
    }
}
