public import Messaging

/// What somebody who watches a run is told while it goes on; tests use it to strike at the right moment.
public struct DeploymentHooks {
    /// A node is to join from elsewhere: there, somebody must start an agent with this address and token.
    public var awaited: (_ node: String, _ address: Address, _ token: RunToken) -> Void
    /// A process was started: the node's name, its life, and the process.
    public var started: (_ node: String, _ incarnation: Int, _ process: Int32) -> Void
    /// A node has told something, in a few words.
    public var told: (_ node: String, _ output: String) -> Void
    /// A node has told something: the output, as JSON; nil if nobody asks, and then it does not travel.
    public var emitted: ((_ node: String, _ output: [UInt8]) -> Void)?
    /// What a node has asked to be put to rest beside its work, under a name, was not: in one line, why.
    public var unwritten: (_ node: String, _ name: String, _ reason: String) -> Void
    /// A failpoint holds a process: it goes on when the given closure is called, and not before.
    public var held: (_ node: String, _ failpoint: String, _ release: @escaping () -> Void) -> Void

    /// Nobody watches; whoever is held is let go at once.
    public init(
        awaited: @escaping (String, Address, RunToken) -> Void = { _, _, _ in },
        started: @escaping (String, Int, Int32) -> Void = { _, _, _ in },
        told: @escaping (String, String) -> Void = { _, _ in },
        emitted: ((String, [UInt8]) -> Void)? = nil,
        unwritten: @escaping (String, String, String) -> Void = { _, _, _ in },
        held: @escaping (String, String, @escaping () -> Void) -> Void = { _, _, release in
            release()
        }
    ) {
        self.awaited = awaited
        self.started = started
        self.told = told
        self.emitted = emitted
        self.unwritten = unwritten
        self.held = held
    }
}
