/// The first line of an event log: what ran, and how to run it again.
public struct EventLogHeader: Hashable, Codable, Sendable {
    /// The format that this code writes and reads.
    public static let currentVersion = 1

    /// The format's version.
    public var version = currentVersion
    /// The system that ran: `wordcount`.
    public var system: String
    /// The seed, where chance was used.
    public var seed: UInt64?
    /// The faults that were asked for, as they were written.
    public var faults: [String]
    /// The command line.
    public var command: [String]
    /// The nodes' names, in the order of the entries of vector clocks.
    public var nodes: [String]?

    /// A header of the current version.
    public init(
        system: String,
        seed: UInt64? = nil,
        faults: [String] = [],
        command: [String],
        nodes: [String]? = nil
    ) {
        self.system = system
        self.seed = seed
        self.faults = faults
        self.command = command
        self.nodes = nodes
    }
}
