/// What a node can find out without being told: handed to each handler call by the world.
public struct Surroundings<Words: Vocabulary>: Sendable {
    /// Who the node is.
    public var me: NodeID
    /// Which life of the node this is, from 0.
    public var incarnation: Int
    /// How many nodes the system has.
    public var nodeCount: Int
    /// What the node has saved, by name.
    public var saved: [String: Words.Saved]
    /// The names under which something lies that cannot be read any more, in order.
    public var damaged: [String]
    /// What can be read.
    public var inputs: Inputs

    /// These surroundings.
    public init(
        me: NodeID,
        incarnation: Int = 0,
        nodeCount: Int,
        saved: [String: Words.Saved] = [:],
        damaged: [String] = [],
        inputs: Inputs = Inputs()
    ) {
        self.me = me
        self.incarnation = incarnation
        self.nodeCount = nodeCount
        self.saved = saved
        self.damaged = damaged
        self.inputs = inputs
    }
}
