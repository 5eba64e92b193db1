import Nodes

/// Brings one entry after the other, each until it is booked.
struct Teller: Node {
    let goal: Int
    let link: Link
    private(set) var booked = 0

    init(goal: Int, link: Link) {
        self.goal = goal
        self.link = link
    }

    mutating func start(_ effects: inout Effects<Ledger.Words>) { bring(&effects) }

    mutating func receive(
        _ message: Ledger.Words.Message,
        from sender: NodeID,
        _ effects: inout Effects<Ledger.Words>
    ) {
        guard case .booked(let number) = message, number == booked + 1 else { return }
        booked = number
        effects.emit(.booked(number))
        bring(&effects)
    }

    mutating func fire(_ timer: Ledger.Words.Timer, _ effects: inout Effects<Ledger.Words>) {
        bring(&effects)
    }

    private func bring(_ effects: inout Effects<Ledger.Words>) {
        guard booked < goal else { return effects.disarm(.again) }
        effects.send(.entry(booked + 1), to: Ledger.clerk, over: link)
        // A stream loses what was on its way to a clerk that crashes.
        effects.arm(.again, after: .milliseconds(50))
    }
}
