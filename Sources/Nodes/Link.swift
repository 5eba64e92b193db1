/// Over what a message travels.
public enum Link: String, Hashable, Codable, Sendable, CaseIterable {
    /// First in, first out, and nothing is lost while both ends live; TCP, when deployed.
    ///
    /// It breaks when either end dies, and what was in flight is lost. A new life has a new stream.
    case stream
    /// May be lost, doubled, delayed and reordered; UDP, when deployed.
    ///
    /// For what is worth nothing when it is late: heartbeats go this way.
    case datagram
    /// Sent again, with growing pauses, until the machine of its receiver has acknowledged it, and taken
    /// once; UDP with acknowledgements, when deployed.
    ///
    /// While both ends live it arrives exactly once. It may be late, and others may overtake it; a pause
    /// does not hold it back. It goes between two lives: if the receiver crashes first, it is lost. If
    /// the sender crashes, it may arrive until the sender's next life begins, or never. If the sender
    /// halts, it still arrives. It breaks nothing: there is no order that a crash could end.
    case acknowledged
}
