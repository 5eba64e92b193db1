import Nodes

/// Asks for everything that can be asked for, in an order that follows from its seed and from what it is
/// told; after so many effects it falls silent.
struct Chaos: Node {
    enum Words: Vocabulary {
        struct Message: Hashable, Codable { let number: Int }
        enum Timer: Hashable, Codable { case first, second }
        struct Output: Hashable, Codable { let number: Int }
        struct Saved: Hashable, Codable { let state: Int }
    }

    /// Effects that are left to it in one life.
    var left: Int
    var state: Int
    /// Whether it writes what it would save, as is best with a disk that may be full.
    let avoidsSaves: Bool

    mutating func start(_ effects: inout Effects<Words>) {
        if let saved = try? effects.saved("state") { state = saved.state }
        state &+= effects.incarnation &* 7919
        act(6, &effects)
    }

    mutating func receive(
        _ message: Words.Message,
        from sender: NodeID,
        _ effects: inout Effects<Words>
    ) {
        state = state &* 31 &+ message.number &+ sender.index
        act(3, &effects)
    }

    mutating func fire(_ timer: Words.Timer, _ effects: inout Effects<Words>) {
        state = state &* 31 &+ (timer == .first ? 1 : 2)
        act(3, &effects)
    }

    mutating func idle(_ effects: inout Effects<Words>) {
        state = state &* 31 &+ 3
        act(1, &effects)
    }

    private mutating func act(_ count: Int, _ effects: inout Effects<Words>) {
        for _ in 0..<count where left > 0 {
            left -= 1
            state = (state &* 6_364_136_223_846_793_005) &+ 1_442_695_040_888_963_407
            let choice = Int((UInt(bitPattern: state) >> 33) % 24)
            let other = NodeID(
                Int((UInt(bitPattern: state) >> 40) % UInt(effects.surroundings.nodeCount))
            )
            switch choice {
            case 0...4: effects.send(.init(number: left), to: other, over: .stream)
            case 5, 6: effects.send(.init(number: left), to: other, over: .datagram)
            case 7, 8: effects.send(.init(number: left), to: other, over: .acknowledged)
            case 9: effects.arm(.first, after: .milliseconds(1) ... .milliseconds(9))
            case 10: effects.arm(.second, after: .milliseconds(5))
            case 11: effects.disarm(.first)
            case 12 where !avoidsSaves: effects.save(.init(state: state), as: "state")
            case 12, 19, 20:
                let name = choice == 20 ? "other" : "state"
                effects.write(.init(state: state), as: name, then: .first, otherwise: .second)
            case 21, 22: if other != effects.me { effects.watch(other, reminding: .second) }
            case 13: effects.pause(other)
            case 14, 15: effects.resume(other)
            case 16: if other != effects.me { effects.launch(other) }
            case 17: if other != effects.me { effects.kill(other) }
            case 18: effects.wantIdle()
            default: if left == 1 { effects.halt() } else { effects.emit(.init(number: left)) }
            }
        }
    }

    /// Five of them, one of which begins only when it is launched.
    static func system(seed: Int, avoidsSaves: Bool = false) throws -> System<Chaos> {
        try System(
            "chaos",
            members: (0..<5).map { index in
                .init("Node_\(index)", begins: index == 4 ? .launched : .atOnce) {
                    Chaos(
                        left: 40,
                        state: seed &* 1000 &+ index,
                        avoidsSaves: avoidsSaves
                    )
                }
            }
        )
    }
}
