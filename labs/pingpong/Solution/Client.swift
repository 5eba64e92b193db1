import Nodes

/// Asks its questions one by one, each until it is answered, over a network that loses, doubles and
/// reorders.
struct Client: Node {
    let server: NodeID
    /// How many answers it must get.
    let goal: Int
    private(set) var answered = 0

    mutating func start(_ effects: inout Effects<PingPong>) {
        ask(&effects)
    }

    mutating func receive(
        _ message: PingPong.Message,
        from sender: NodeID,
        _ effects: inout Effects<PingPong>
    ) {
        switch message {
        case .ping(let number):
            preconditionFailure("\(sender) sends ping \(number) to the client")
        case .pong(let number):
            // A late or doubled answer must not be taken for that to the present question.
            guard number == answered + 1 else { return }
            answered += 1
            effects.emit(.answered(question: answered, by: number))
            ask(&effects)
        }
    }

    mutating func fire(_ timer: PingPong.Timer, _ effects: inout Effects<PingPong>) {
        ask(&effects)
    }

    private func ask(_ effects: inout Effects<PingPong>) {
        guard answered < goal else { return effects.disarm(.retry) }
        effects.send(.ping(number: answered + 1), to: server, over: .datagram)
        effects.arm(.retry, after: .milliseconds(50))
    }
}
