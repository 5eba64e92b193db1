/// Over what a message travels.
public enum Link: String, Hashable, Codable, Sendable, CaseIterable {
    /// First in, first out, and nothing is lost while both ends live; TCP, when deployed.
    ///
    /// It breaks when either end dies, and what was in flight is lost. A new life has a new stream.
    case stream
    /// May be lost, doubled, delayed and reordered; UDP, when deployed.
    case datagram
}
