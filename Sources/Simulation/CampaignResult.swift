public import Nodes

/// What came of a campaign.
public struct CampaignResult: Sendable {
    /// A run that failed, and what it takes to run it again.
    public struct Found: Sendable {
        /// Its seed.
        public let seed: UInt64
        /// What went wrong in it.
        public let plan: FaultPlan
        /// What it showed.
        public let failure: Failure
    }

    /// How many runs count.
    public let runs: Int
    /// Of these, how many were good.
    public let passed: Int
    /// In how many a fault found nothing to hit.
    public let inconclusive: Int
    /// How many failed.
    public let failed: Int
    /// The failure of the lowest seed.
    public let first: Found?
    /// The `sometimes` properties that were true in no run, by name; none if a failure ended the campaign.
    public let neverReached: [String]
    /// Whether it was ended before its time.
    public let wasCancelled: Bool
    /// Messages delivered, over all runs; nil if a failure ended the campaign.
    public let deliveries: Int?
}
