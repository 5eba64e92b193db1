/// What a node can find out without being told: handed to each handler call by the world.
public struct Surroundings<Words: Vocabulary>: Sendable {
    /// Who the node is.
    public var me: NodeID
    /// Which life of the node this is, from 0.
    public var incarnation: Int
    /// How many nodes the system has.
    public var nodeCount: Int
    /// What the node has saved.
    public var saved: SavedValues<Words.Saved>
    /// What can be read.
    public var inputs: Inputs

    /// These surroundings.
    public init(
        me: NodeID,
        incarnation: Int = 0,
        nodeCount: Int,
        saved: SavedValues<Words.Saved> = .none,
        inputs: Inputs = Inputs()
    ) {
        self.me = me
        self.incarnation = incarnation
        self.nodeCount = nodeCount
        self.saved = saved
        self.inputs = inputs
    }
}
