/// How a search goes about it, what the world may do in it, and when it gives up.
///
/// All bounds are states, steps and bytes, never seconds: every machine reaches the same verdict.
public struct ExplorationOptions: Hashable, Codable, Sendable {
    /// In which order states are looked at.
    public enum Order: Hashable, Codable, Sendable {
        /// Those with the fewest steps first: the trace of a violation is a shortest one.
        case breadthFirst
        /// The newest first.
        case depthFirst
        /// So many walks from the start, each step drawn from the seed; never exhaustive.
        case randomWalk(seed: UInt64, walks: Int)
    }

    /// What becomes of datagrams.
    ///
    /// Acknowledged ones arrive once in both forms. What a crashed node has sent of them may also vanish,
    /// and no budget counts that.
    public enum Datagrams: Hashable, Codable, Sendable {
        /// The datagrams ever sent are a set that never shrinks while sender and receiver live on.
        ///
        /// Each may be lost, doubled and delayed for ever, without end: complete for datagrams.
        case remembered
        /// Each is taken by its delivery; to lose or to double one is a choice within a budget.
        case consumed(dropsMax: Int, duplicatesMax: Int)
    }

    /// Which timers may fire.
    public enum Timers: String, Hashable, Codable, Sendable {
        /// Any that is armed.
        case anyOrder
        /// Of one node's timers, one that must be due before another fires before it.
        ///
        /// That is so if it was armed earlier and its latest delay is not above the other's least.
        case bounded
    }

    /// In which order states are looked at.
    public var order: Order
    /// What becomes of datagrams.
    public var datagrams: Datagrams
    /// Which timers may fire.
    public var timers: Timers
    /// How many times timers may fire, all together; nil for no bound.
    public var timerFiringsMax: Int?
    /// How many crashes there may be, between handlers or inside one.
    public var crashesMax: Int
    /// Whether a crashed node may begin again, at any time.
    public var restarts: Bool
    /// No further level of the search begins once so many states are known.
    public var statesMax: Int
    /// How many steps deep the search goes; for random walks, the length of each.
    public var depthMax: Int
    /// How many bytes the known states and the queue may take, together.
    public var memoryBytesMax: Int
    /// How many messages may be in flight.
    public var inFlightMax: Int
    /// On how many threads a breadth-first search runs; the others run on one.
    public var cores: Int
    /// Whether states that differ in nothing but who is who, within the system's groups, count as one.
    public var usesSymmetry: Bool
    /// Whether each handler call is run once more on a copy (`PurityCheck`).
    public var checksPurity: Bool

    /// The defaults: breadth first on one core, remembered datagrams, no crashes, 1 GiB.
    public init(
        order: Order = .breadthFirst,
        datagrams: Datagrams = .remembered,
        timers: Timers = .anyOrder,
        timerFiringsMax: Int? = nil,
        crashesMax: Int = 0,
        restarts: Bool = true,
        statesMax: Int = 50_000_000,
        depthMax: Int = 10_000,
        memoryBytesMax: Int = 1 << 30,
        inFlightMax: Int = 1_000,
        cores: Int = 1,
        usesSymmetry: Bool = false,
        checksPurity: Bool = ExplorationOptions.isDebugBuild
    ) {
        self.order = order
        self.datagrams = datagrams
        self.timers = timers
        self.timerFiringsMax = timerFiringsMax
        self.crashesMax = crashesMax
        self.restarts = restarts
        self.statesMax = statesMax
        self.depthMax = depthMax
        self.memoryBytesMax = memoryBytesMax
        self.inFlightMax = inFlightMax
        self.cores = cores
        self.usesSymmetry = usesSymmetry
        self.checksPurity = checksPurity
    }

    /// Whether this is a debug build, in which purity is checked unless one asks otherwise.
    public static var isDebugBuild: Bool {
        #if DEBUG
            true
        #else
            false
        #endif
    }

    /// Budgets stand in 16 bits of a state.
    static let budgetMax = Int(UInt16.max)

    /// - Throws: `ImpossibleExploration` for the first number that cannot be.
    func check() throws(ImpossibleExploration) {
        try check(statesMax, "statesMax", 1...Int.max)
        try check(depthMax, "depthMax", 1...Int(Int32.max))
        try check(memoryBytesMax, "memoryBytesMax", 1 << 20...Int.max)
        try check(inFlightMax, "inFlightMax", 1...Int(UInt16.max))
        try check(cores, "cores", 1...256)
        try check(crashesMax, "crashesMax", 0...Self.budgetMax)
        if let timerFiringsMax {
            try check(timerFiringsMax, "timerFiringsMax", 1...Self.budgetMax)
        }
        if case .consumed(let dropsMax, let duplicatesMax) = datagrams {
            try check(dropsMax, "dropsMax", 0...Self.budgetMax)
            try check(duplicatesMax, "duplicatesMax", 0...Self.budgetMax)
        }
        if case .randomWalk(_, let walks) = order { try check(walks, "walks", 1...Int.max) }
    }

    private func check(
        _ value: Int,
        _ name: String,
        _ range: ClosedRange<Int>
    ) throws(ImpossibleExploration) {
        guard !range.contains(value) else { return }
        let bounds =
            range.upperBound == .max
            ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        throw ImpossibleExploration("\(name) is \(value), and must be \(bounds)")
    }
}
