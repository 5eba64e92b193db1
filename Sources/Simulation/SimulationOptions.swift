public import Nodes

/// How a system is simulated; with the system, all that a run depends on.
public struct SimulationOptions: Hashable, Codable, Sendable {
    /// All chance in the run follows from it.
    public var seed: UInt64
    /// What goes wrong.
    public var faults: FaultPlan
    /// How long things take.
    public var network: NetworkModel
    /// A run that is not over by then does not end.
    public var timeMax: Duration
    /// A run that has more events does not end.
    public var eventsMax: Int
    /// Whether each handler is run a second time on a copy that has been to bytes and back.
    public var checksPurity: Bool

    /// Purity is checked by default in debug builds, where it costs little by comparison.
    public static var checksPurityByDefault: Bool {
        #if DEBUG
            true
        #else
            false
        #endif
    }

    /// These options.
    public init(
        seed: UInt64,
        faults: FaultPlan = FaultPlan(),
        network: NetworkModel = NetworkModel(),
        timeMax: Duration = .seconds(3600),
        eventsMax: Int = 10_000_000,
        checksPurity: Bool = checksPurityByDefault
    ) {
        self.seed = seed
        self.faults = faults
        self.network = network
        self.timeMax = timeMax
        self.eventsMax = eventsMax
        self.checksPurity = checksPurity
    }
}
