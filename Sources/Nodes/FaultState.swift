/// One fault of the plan in one run: for one node, or for the links that its pattern means.
public struct FaultState: Sendable {
    /// The fault.
    public let fault: Fault
    /// The node; nil for faults of links.
    public let node: NodeID?
    /// For faults of links, whether it means the way from one node to another: sender * nodes + receiver.
    public let links: [Bool]
    /// Whether it is due: a fault begins once.
    public var hasBegun = false
    /// Whether it goes on.
    public var isActive = false
    /// What became of it.
    public var proof: FaultProof

    /// One state for each node that the fault means, or one for its links.
    ///
    /// The order is the same in every world, so that a state can be named by its place.
    public static func states(of fault: Fault, names: [String]) -> [FaultState] {
        func each(_ nodes: [NodePattern]) -> [FaultState] {
            names.indices.filter { nodes.matches(names[$0]) }.map { index in
                let proof = FaultProof(fault: fault, target: names[index])
                return FaultState(fault: fault, node: NodeID(index), links: [], proof: proof)
            }
        }
        func over(_ pattern: LinkPattern) -> [FaultState] {
            let links = names.flatMap { sender in
                names.map { pattern.matches(sender: sender, receiver: $0) }
            }
            let count = links.indices.count { index in
                links[index] && index / names.count != index % names.count
            }
            let target = count == 1 ? "1 link" : "\(count) links"
            let proof = FaultProof(fault: fault, target: target)
            return [FaultState(fault: fault, node: nil, links: links, proof: proof)]
        }
        return switch fault.action {
        case .kill(let nodes, _), .stop(let nodes), .slow(let nodes, _), .drift(let nodes, _),
            .skew(let nodes, _), .corrupt(let nodes, _), .fill(let nodes):
            each(nodes)
        case .lose(_, let links), .duplicate(_, let links), .delay(_, let links),
            .partition(let links):
            over(links)
        }
    }
}
