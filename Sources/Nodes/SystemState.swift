/// A system at one moment, as properties see it: every place, and what is on its way.
public struct SystemState<N: Node> {
    /// The places, by index.
    public let places: [Place<N>]
    private let messages: () -> [Envelope<N.Words>]

    /// That moment.
    ///
    /// - Parameters:
    ///   - places: The places, by index.
    ///   - messages: Finds what is on its way; called only if a property asks.
    public init(places: [Place<N>], messages: @escaping () -> [Envelope<N.Words>] = { [] }) {
        self.places = places
        self.messages = messages
    }

    /// The node that lives at a place; nil if none does.
    public subscript(id: NodeID) -> N? { places[id.index].node }

    /// The nodes that live, with where they do, by index.
    public var nodes: [(id: NodeID, node: N)] {
        places.indices.compactMap { index in
            places[index].node.map { (NodeID(index), $0) }
        }
    }

    /// What a node has emitted so far, in all its lives.
    public func outputs(of id: NodeID) -> [N.Words.Output] { places[id.index].outputs }

    /// The messages that are on their way, streams in order; to be found costs time.
    public var inFlight: [Envelope<N.Words>] { messages() }
}
