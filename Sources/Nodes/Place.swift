/// One place of a system: the node that lives there, and what outlives it.
public struct Place<N: Node>: Hashable, Sendable {
    /// Whether somebody lives there.
    public enum Status: String, Hashable, Codable, Sendable {
        /// Not yet: another node will launch it.
        case absent
        /// Yes.
        case running
        /// It died.
        case crashed
        /// It ended by its own will.
        case halted
    }

    /// The node; nil unless it runs.
    public private(set) var node: N?
    /// Whether it lives.
    public private(set) var status = Status.absent
    /// Which life, from 0; -1 before the first.
    public private(set) var incarnation = -1
    /// What lies in its store, by name.
    public private(set) var saved: [String: N.Words.Saved] = [:]
    /// The names in its store that cannot be read any more, in order.
    public private(set) var damaged: [String] = []
    /// All that it has emitted, in all its lives.
    public private(set) var outputs: [N.Words.Output] = []

    /// A place where nobody has lived yet.
    public init() {}

    /// Begins a life, made afresh; the call of `start` is left to the world.
    public mutating func begin(_ node: N) {
        precondition(status != .running, "a second life begins while the first goes on")
        self.node = node
        status = .running
        incarnation += 1
    }

    /// Ends the life that is there; the store and what was emitted stay.
    public mutating func end(_ status: Status) {
        precondition(self.status == .running, "ends as \(status), but is \(self.status)")
        node = nil
        self.status = status
    }

    /// Runs one handler of the node that lives here.
    ///
    /// - Parameters:
    ///   - call: What the node is told.
    ///   - effects: Where it leaves what it asks for; made with `surroundings(at:of:)`.
    public mutating func handle(
        _ call: Call<N.Words>,
        _ effects: inout Effects<N.Words>
    ) {
        precondition(node != nil, "\(call) for a node that is \(status)")
        node?.handle(call, &effects)
    }

    /// What the node that lives here can find out without being told.
    public func surroundings(at id: NodeID, of system: System<N>) -> Surroundings<N.Words> {
        Surroundings(
            me: id,
            incarnation: incarnation,
            nodeCount: system.members.count,
            saved: .held(saved, damaged: damaged),
            inputs: system.inputs
        )
    }

    /// Puts a value into the store, in place of what had that name.
    public mutating func save(_ value: N.Words.Saved, as name: String) {
        saved[name] = value
        damaged.removeAll { $0 == name }
    }

    /// Makes what was saved under a name unreadable.
    ///
    /// - Returns: Whether there was anything to damage.
    public mutating func damage(_ name: String) -> Bool {
        guard saved[name] != nil, !damaged.contains(name) else { return false }
        damaged.append(name)
        damaged.sort()
        return true
    }

    /// Notes what was emitted.
    public mutating func emit(_ output: N.Words.Output) { outputs.append(output) }
}
