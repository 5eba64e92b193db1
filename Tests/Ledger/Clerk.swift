import Nodes

/// Books each entry once, and says so as often as it is asked.
struct Clerk: Node {
    let mistake: Ledger.Mistake
    let link: Link
    private(set) var last = 0

    init(mistake: Ledger.Mistake, link: Link) {
        self.mistake = mistake
        self.link = link
    }

    mutating func start(_ effects: inout Effects<Ledger.Words>) {
        guard mistake != .forgetful else { return }
        last = (try? effects.saved("last")) ?? 0
    }

    mutating func receive(
        _ message: Ledger.Words.Message,
        from sender: NodeID,
        _ effects: inout Effects<Ledger.Words>
    ) {
        guard case .entry(let number) = message else { return }
        if mistake == .trap { precondition(number < 3, "the clerk cannot count to \(number)") }
        if number > last {
            last = number
            if mistake == .hasty { effects.send(.booked(number), to: sender, over: link) }
            effects.emit(.took(number))
            effects.save(number, as: "last")
        }
        effects.send(.booked(number), to: sender, over: link)
    }
}
