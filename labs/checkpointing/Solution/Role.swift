import Nodes

/// Whoever takes part in the pipeline.
enum Role: Node {
    case coordinator(Coordinator)
    case mapper(Mapper)
    case reducer(Reducer)

    mutating func handle(_ call: Call<Pipeline>, _ effects: inout Effects<Pipeline>) {
        switch self {
        case .coordinator(var node):
            node.handle(call, &effects)
            self = .coordinator(node)
        case .mapper(var node):
            node.handle(call, &effects)
            self = .mapper(node)
        case .reducer(var node):
            node.handle(call, &effects)
            self = .reducer(node)
        }
    }

    var phase: String {
        switch self {
        case .coordinator(let node): node.phase
        case .mapper(let node): node.phase
        case .reducer(let node): node.phase
        }
    }
}
