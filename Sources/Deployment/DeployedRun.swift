public import Causality
public import Nodes

/// What came of a deployed run.
public struct DeployedRun: Sendable {
    /// How it came to its end.
    public enum Ending: Hashable, Sendable {
        /// Nothing was left to happen.
        case rest
        /// It went on for too long; how each node stood then.
        case unfinished([String])
        /// A node asked for what cannot be.
        case impossible(String)
        /// A handler answered one call in two ways.
        case impure(String)
        /// A process died, and nobody had asked for it; what it said last.
        case died(String)
        /// A process could not go on.
        case failed(DeploymentFailure)
        /// A signal came.
        case interrupted(signal: Int32)
    }

    /// How often something happened.
    public struct Statistics: Hashable, Codable, Sendable {
        /// How long the run took, in nanoseconds.
        public internal(set) var nanoseconds = 0
        /// Processes that were started.
        public internal(set) var processes = 0
        /// Frames and connections that were not of this run, or were damaged.
        public internal(set) var strangers = 0
    }

    /// How it ended.
    public let ending: Ending
    /// What happened, in an order that could have been, with vector clocks; nil if it was not recorded.
    public let events: [Event]?
    /// What each node has emitted, in a few words each, by index.
    public let outputs: [[String]]
    /// What became of each fault.
    public let proofs: [FaultProof]
    /// Failpoints that were come to: `Server.0: store.after-save=kill@2`.
    public let failpoints: [String]
    /// Deaths that nobody had asked for, and that the run outlived.
    public let deaths: [String]
    /// How much happened.
    public let statistics: Statistics
}
