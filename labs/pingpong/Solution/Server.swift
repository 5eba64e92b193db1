import Nodes

/// Answers each question, as often as it is asked, and remembers nothing.
struct Server: Node {
    mutating func receive(
        _ message: PingPong.Message,
        from sender: NodeID,
        _ effects: inout Effects<PingPong>
    ) {
        // A pong is not for a server.
        guard case .ping(let number) = message else { return }
        effects.send(.pong(number: number), to: sender, over: .datagram)
    }
}
