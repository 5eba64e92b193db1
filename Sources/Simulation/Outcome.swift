public import Nodes

/// What became of one simulated run.
public struct Outcome<N: Node>: Sendable {
    /// Whether it was a good one.
    public enum Verdict: Hashable, Sendable {
        /// It ended, every property held, and every fault landed.
        case passed
        /// Nothing was wrong, but these faults found nothing to hit: the run shows less than was asked.
        case inconclusive([FaultProof])
        /// Something was wrong.
        case failed(Failure)
    }

    /// How much happened.
    public struct Statistics: Hashable, Codable, Sendable {
        /// Handler calls, deaths and faults that took place, and acknowledged datagrams sent again.
        public internal(set) var events = 0
        /// Messages taken by their receivers.
        public internal(set) var deliveries = 0
        /// Messages sent.
        public internal(set) var sends = 0
        /// Messages that never arrived.
        public internal(set) var losses = 0
        /// The time of the last event, in nanoseconds since the run began.
        public internal(set) var nanoseconds = 0
        /// How many effects of each node took place, by index.
        public internal(set) var effects: [Int] = []
    }

    /// Whether it was a good one.
    public let verdict: Verdict
    /// How much happened.
    public let statistics: Statistics
    /// What became of each fault.
    public let proofs: [FaultProof]
    /// The names of the `sometimes` properties that were true of some state, in the system's order.
    public let reached: [String]
    /// Each place at the end, by index.
    public let places: [Place<N>]

    /// What was wrong, if anything.
    public var failure: Failure? {
        switch verdict {
        case .failed(let failure): failure
        case .passed, .inconclusive: nil
        }
    }
}
