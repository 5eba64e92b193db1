public import Nodes

/// What a search has found, and how much it has looked at.
public struct ExplorationResult<N: Node>: Sendable {
    /// What a search says of its system.
    public enum Verdict: Sendable {
        /// All states were looked at, and all properties are true.
        case holds
        /// Something is not as it must be.
        case violated(Violation<N.Words>)
        /// All states were looked at, and these `sometimes` are true of none.
        case neverReached([String])
        /// Nothing was found, but these bounds kept the search from seeing everything.
        case notExhaustive([ExplorationLimit])
    }

    /// What the search says.
    public let verdict: Verdict
    /// How many different states it found.
    public let states: Int
    /// How many steps it took that led to another state than the one they began in.
    public let transitions: Int
    /// How many steps lie between the start and the farthest state.
    public let depthMax: Int
    /// The `sometimes` that are true of some state.
    public let reached: [String]
    /// How many bytes the set of known states takes.
    public let visitedBytes: Int
    /// How many bytes the queue took at most.
    public let queueBytesMax: Int
    /// How many different states single nodes were in, how many different messages there were, and how
    /// many handler calls were computed: the parts that all states are made of.
    public let parts: (localStates: Int, calls: Int, transitions: Int)

    /// How many bytes a known state takes, the queue aside.
    public var bytesPerState: Double { Double(visitedBytes) / Double(max(1, states)) }

    /// What must not be, if the search found it.
    public var violation: Violation<N.Words>? {
        if case .violated(let violation) = verdict { return violation }
        return nil
    }
}
