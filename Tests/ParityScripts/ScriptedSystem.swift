public import Nodes

/// A system of scripted nodes as data: what two processes must know to run the same one.
public struct ScriptedSystem: Hashable, Codable, Sendable {
    /// What people call it.
    public var name: String
    /// The scripts, by index.
    public var nodes: [Scripted]
    /// Who begins only when another launches it.
    public var launched: Set<Int>
    /// What can be read as `input`.
    public var inputs: [String]

    /// More outputs than any script leaves: one is one percent, so that a fault can wait for each.
    public static let outputsMax = 100

    /// These nodes.
    public init(
        _ name: String,
        nodes: [Scripted],
        launched: Set<Int> = [],
        inputs: [String] = []
    ) {
        self.name = name
        self.nodes = nodes
        self.launched = launched
        self.inputs = inputs
    }

    /// The system, of which this must be true.
    public func system(
        _ properties: [Property<Scripted>] = []
    ) throws(ImpossibleSystem) -> System<Scripted> {
        try System(
            name,
            members: nodes.enumerated().map { index, node in
                .init("Node_\(index)", begins: launched.contains(index) ? .launched : .atOnce) {
                    node
                }
            },
            inputs: Inputs(["input": inputs]),
            properties: properties,
            progress: .outputs(total: Self.outputsMax)
        )
    }
}
