import Nodes

/// A ball that goes to and fro over datagrams, with a retry timer that never fires.
struct Player: Node {
    enum Words: Vocabulary {
        enum Message: Hashable, Codable { case ping(number: Int), pong(number: Int) }
        enum Timer: Hashable, Codable { case retry }
    }

    let peer: NodeID
    let serves: Bool
    /// How many answers are enough.
    let goal: Int
    var answered = 0

    mutating func start(_ effects: inout Effects<Words>) { if serves { ask(&effects) } }

    mutating func receive(
        _ message: Words.Message,
        from sender: NodeID,
        _ effects: inout Effects<Words>
    ) {
        switch message {
        case .ping(let number): effects.send(.pong(number: number), to: sender, over: .datagram)
        case .pong(let number):
            guard number == answered + 1 else { return }
            answered = number
            ask(&effects)
        }
    }

    mutating func fire(_ timer: Words.Timer, _ effects: inout Effects<Words>) { ask(&effects) }

    private func ask(_ effects: inout Effects<Words>) {
        guard answered < goal else { return effects.disarm(.retry) }
        effects.send(.ping(number: answered + 1), to: peer, over: .datagram)
        effects.arm(.retry, after: .milliseconds(50))
    }
}
