import Nodes

/// One who asks once over a link, and one who answers and keeps the number.
struct Echo: Node {
    enum Words: Vocabulary {
        struct Message: Hashable, Codable { let number: Int }
        enum Timer: Hashable, Codable { case again }
        struct Output: Hashable, Codable { let number: Int }
        struct Saved: Hashable, Codable { let number: Int }
    }

    let peer: NodeID?
    let link: Link
    var last = 0

    mutating func start(_ effects: inout Effects<Words>) {
        guard let peer else { return }
        effects.send(.init(number: 1), to: peer, over: link)
        effects.send(.init(number: 2), to: peer, over: link)
        effects.arm(.again, after: .milliseconds(1))
    }

    mutating func receive(
        _ message: Words.Message,
        from sender: NodeID,
        _ effects: inout Effects<Words>
    ) {
        last = message.number
        effects.emit(.init(number: last))
        effects.save(.init(number: last), as: "last")
        if peer == nil { effects.send(message, to: sender, over: link) }
    }

    mutating func fire(_ timer: Words.Timer, _ effects: inout Effects<Words>) { effects.halt() }

    static let asker = NodeID(0)
    static let answerer = NodeID(1)

    static func system(over link: Link) throws -> System<Echo> {
        try System(
            "echo",
            members: [
                .init("Asker") { Echo(peer: answerer, link: link) },
                .init("Answerer") { Echo(peer: nil, link: link) },
            ]
        )
    }
}
