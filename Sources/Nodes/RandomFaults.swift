/// How much may go wrong in a run, when a seed decides what: a budget for random fault plans.
///
/// Its text form is `random`, then what shall differ from the defaults:
///
/// ```text
/// random kills=2 stops=1 lose=20% restart=200ms
/// ```
public struct RandomFaults: Hashable, Codable, Sendable {
    /// The most of each kind; more says nothing that a shorter plan does not.
    public static let countMax = 1000

    /// How often a node is killed; each begins again.
    public var kills: Int
    /// How often a node is stopped for a while.
    public var stops: Int
    /// How often a node is slow for a while.
    public var slows: Int
    /// How often the nodes are parted for a while.
    public var partitions: Int
    /// How often what a node has saved becomes unreadable.
    public var corruptions: Int
    /// How often a node's disk is full for a while.
    public var fills: Int
    /// Which part of all datagrams is lost, from 0 to 1.
    public var loseProbability: Double
    /// Which part of all datagrams arrives twice, from 0 to 1.
    public var duplicateProbability: Double
    /// After which time the killed begin again; nil to draw it for each.
    public var restartAfter: Duration?
    /// The time from the beginning within which faults begin; nil for the whole run.
    public var within: Duration?

    /// That budget.
    public init(
        kills: Int = 1,
        stops: Int = 0,
        slows: Int = 0,
        partitions: Int = 1,
        corruptions: Int = 0,
        fills: Int = 0,
        loseProbability: Double = 0.1,
        duplicateProbability: Double = 0.1,
        restartAfter: Duration? = nil,
        within: Duration? = nil
    ) {
        self.kills = kills
        self.stops = stops
        self.slows = slows
        self.partitions = partitions
        self.corruptions = corruptions
        self.fills = fills
        self.loseProbability = loseProbability
        self.duplicateProbability = duplicateProbability
        self.restartAfter = restartAfter
        self.within = within
    }

    /// What a run of the system looks like if nothing goes wrong; faults are drawn to land in it.
    public struct Reference: Hashable, Codable, Sendable {
        /// How long it took.
        public let duration: Duration
        /// How many effects each node performed, by the node's index.
        public let effects: [Int]
        /// Who is never killed, by index.
        public let spared: Set<Int>

        /// A run that looked so.
        public init(duration: Duration, effects: [Int], spared: Set<Int> = []) {
            self.duration = duration
            self.effects = effects
            self.spared = spared
        }
    }
}
