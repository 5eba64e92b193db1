/// How two events stand to each other: happens-before, seen from both sides.
///
/// Lamport, "Time, clocks, and the ordering of events in a distributed system", 1978, section 1.
public enum CausalOrder: String, Hashable, Codable, Sendable, CaseIterable {
    /// The same event, or none at all on both sides.
    case equal
    /// The first happened before the second.
    case before
    /// The second happened before the first.
    case after
    /// Neither can have caused the other.
    case concurrent

    /// The same, with the sides exchanged.
    public var reversed: CausalOrder {
        switch self {
        case .equal: .equal
        case .before: .after
        case .after: .before
        case .concurrent: .concurrent
        }
    }
}
