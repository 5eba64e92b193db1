import Nodes

/// Whoever takes part in ping-pong.
enum Role: Node {
    case client(Client)
    case server(Server)

    mutating func handle(_ call: Call<PingPong>, _ effects: inout Effects<PingPong>) {
        switch self {
        case .client(var node):
            node.handle(call, &effects)
            self = .client(node)
        case .server(var node):
            node.handle(call, &effects)
            self = .server(node)
        }
    }
}
