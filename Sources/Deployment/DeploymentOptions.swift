public import Failpoints
public import Messaging
public import Nodes

/// How a system is deployed.
public struct DeploymentOptions: Sendable {
    /// Bounds on what may be asked for.
    public enum Limit {
        /// How long a process may take to say that it is ready, and then that it has begun.
        public static let beginningSecondsMax = 20
        /// How long a process may take between two handler calls to say that it has stopped taking.
        public static let flushSecondsMax = 5
        /// How long nodes that join from elsewhere are waited for.
        public static let joinSecondsMax = 600
        /// How long a connection may take to say who it is.
        public static let greetingSecondsMax = 10
        /// How many connections may not have said who they are.
        public static let strangersMax = 64
        /// How long a process may take to end when the run is over.
        public static let leaveSecondsMax = 2
    }

    /// What delays within ranges, and the faults of links, follow from.
    public var seed: UInt64
    /// What goes wrong.
    public var faults: FaultPlan
    /// After how long a run is one that does not end.
    public var timeMax: Duration
    /// Whether every event goes on record; without it a run is quicker, and has no log.
    public var isRecording: Bool
    /// Where nodes take messages, by name; the loopback address and a free port if nothing is said.
    public var addresses: [String: Address]
    /// Failpoints that are switched on: `Server:store.after-save=kill@2`.
    public var failpoints: [FailpointRequest]
    /// The nodes that processes on other machines are, and where those report.
    public var joining: Joining?

    /// For tests that do not want to wait.
    var beginningMax = Duration.seconds(Limit.beginningSecondsMax)

    /// Nodes that join from elsewhere.
    public struct Joining: Hashable, Sendable {
        /// Their names.
        public var nodes: [String]
        /// Where the supervisor listens for them.
        public var address: Address

        /// Those nodes, there.
        public init(nodes: [String], address: Address) {
            self.nodes = nodes
            self.address = address
        }
    }

    /// These options.
    public init(
        seed: UInt64 = 1,
        faults: FaultPlan = FaultPlan(),
        timeMax: Duration = .seconds(60),
        isRecording: Bool = true,
        addresses: [String: Address] = [:],
        failpoints: [FailpointRequest] = [],
        joining: Joining? = nil
    ) {
        self.seed = seed
        self.faults = faults
        self.timeMax = timeMax
        self.isRecording = isRecording
        self.addresses = addresses
        self.failpoints = failpoints
        self.joining = joining
    }
}
