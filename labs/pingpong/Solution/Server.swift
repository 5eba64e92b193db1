import Nodes

/// Answers each question, as often as it is asked.
struct Server: Node {
    mutating func receive(
        _ message: PingPong.Message,
        from sender: NodeID,
        _ effects: inout Effects<PingPong>
    ) {
        switch message {
        case .ping(let number): effects.send(.pong(number: number), to: sender, over: .datagram)
        case .pong(let number): preconditionFailure("\(sender) sends pong \(number) to the server")
        }
    }
}
