import Nodes

/// Whoever takes part.
enum Role: Node {
    case coordinator(Coordinator)
    case process(CountingProcess)

    mutating func handle(_ call: Call<Snapshots>, _ effects: inout Effects<Snapshots>) {
        switch self {
        case .coordinator(var node):
            node.handle(call, &effects)
            self = .coordinator(node)
        case .process(var node):
            node.handle(call, &effects)
            self = .process(node)
        }
    }

    var phase: String {
        switch self {
        case .coordinator(let node): node.phase
        case .process(let node): node.phase
        }
    }
}
