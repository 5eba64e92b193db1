import Messaging
import Nodes

/// All that the process of a node is told before it begins.
///
/// It travels over a socket that only the two of them have, since everybody may read a command line, and
/// the token in here lets one take part in the run.
struct NodeSetup: Codable, Sendable {
    /// What both sides must have in common; else their programs are of different versions.
    static let currentVersion = 1

    var version = currentVersion
    var token: RunToken
    /// The name of the system; the other side's must be the same.
    var system: String
    var node: Int
    var incarnation: Int
    /// The lab's own options, as they were given to the supervisor.
    var words: [String]
    /// The process that must outlive this one; nil if it runs elsewhere.
    var parent: Int32?
    var seed: UInt64
    var faults: FaultPlan
    /// The faults that are active, by place.
    var activeFaults: [Int]
    /// How often the node did what can be counted in its earlier lives, by `Fault.Milestone`.
    var counts: [Int]
    /// Which of the node's own faults have begun.
    var begunFaults: [Int]
    var view: Int
    /// How many calls that asked for launches and kills were served.
    var order: Int
    /// How many ends of watched lives were told.
    var ends: Int
    /// Whether everybody has begun who begins at once: then messages may be taken at once.
    var haveAllBegun: Bool
    /// The present life of each node, and whether nobody is there to take what is sent to it.
    var lives: [Int]
    var gone: [Bool]
    /// Where each node takes streams and datagrams.
    var streamAddresses: [Address]
    var datagramAddresses: [Address]
    /// Whether every event is told, or only what the run needs.
    var isRecording: Bool
    /// Whether outputs travel as JSON, too.
    var tellsOutputs: Bool
    /// Those that no life has come to: `store.after-save=kill@2`.
    var failpoints: [String]
    /// The highest cursor read of each input.
    var cursors: [Int]
}
