import Nodes

/// Asks its questions one by one, each until it is answered, over a network that loses, doubles and
/// reorders.
struct Client: Node {
    let server: NodeID
    /// How many answers it must get.
    let goal: Int
    let variant: Variant
    private(set) var answered = 0

    init(server: NodeID, goal: Int, variant: Variant = .right) {
        self.server = server
        self.goal = goal
        self.variant = variant
    }

    mutating func start(_ effects: inout Effects<PingPong>) {
        ask(&effects)
    }

    mutating func receive(
        _ message: PingPong.Message,
        from sender: NodeID,
        _ effects: inout Effects<PingPong>
    ) {
        // A ping is not for a client, and whoever has all answers needs no more.
        guard case .pong(let number) = message, answered < goal else { return }
        // A late or doubled answer must not be taken for that to the present question.
        guard number == answered + 1 || variant == .careless else { return }
        answered += 1
        effects.emit(.answered(question: answered, by: number))
        ask(&effects)
    }

    mutating func fire(_ timer: PingPong.Timer, _ effects: inout Effects<PingPong>) {
        ask(&effects)
    }

    private func ask(_ effects: inout Effects<PingPong>) {
        // A timer that is left armed would go on for ever.
        guard answered < goal || variant == .restless else { return effects.disarm(.retry) }
        effects.send(.ping(number: answered + 1), to: server, over: .datagram)
        effects.arm(.retry, after: .milliseconds(50))
    }
}
