/// What the search must know of a local state, in numbers.
struct LocalFacts {
    /// What it adds to the fingerprint of every state it stands in.
    let term: UInt64
    /// Whose state it is.
    let node: UInt32
    let isRunning: Bool
    /// Whether it runs, and the system does not take it for granted that it lives.
    let mayDie: Bool
    /// Whether what is sent to it stays in flight: it runs, or it was launched and is about to.
    let isAwaited: Bool
    /// Whether it died of a crash, which breaks its streams; a halt does not break those that go out.
    let isCrashed: Bool
    /// Whether it may begin: it was launched, or it crashed and restarts are allowed.
    let mayBegin: Bool
    /// Where in the store of words the calls stand that may come at any time.
    ///
    /// They are timers, `idle`, and the end of a write; a timer that no budget counts has the bit `dueBit`.
    let calls: UInt32
    let callCount: UInt32
    /// Where the senders stand whose streams are held back; after them, the nodes that are watched.
    let others: UInt32
    let pausedCount: UInt16
    let watchedCount: UInt16

    /// Marks a timer that is due because a life that was watched has ended.
    static let dueBit: UInt32 = 1 << 31
}
