public import Nodes

/// Asks for everything that can be asked for, in an order that follows from its seed and from what it is
/// told; after so many effects it falls silent, and later lives do so sooner.
public struct Chaos: Node {
    /// What it speaks.
    public enum Words: Vocabulary {
        /// Tells one from another.
        public struct Message: Hashable, Codable, Sendable { public let number: Int }
        /// Two, so that one can be moved while the other waits.
        public enum Timer: Hashable, Codable, Sendable {
            case first, second, written, refused, ended
        }
        /// What has come of it so far.
        public enum Output: Hashable, Codable, Sendable {
            case stands(Int)
            case read(String)
            case damaged
        }
        /// What has come of it so far, and how far it has read.
        public struct Saved: Hashable, Codable, Sendable {
            public let state: Int
            public let cursor: Int
        }
    }

    /// Whether it launches and kills others, which is for coordinators: of several that do so to each other
    /// at one moment, it may be that neither can have come first.
    let isCoordinator: Bool
    /// Whether it writes where it would save: a save that finds no room ends a run.
    let onlyWrites: Bool
    /// Effects that are left to it in one life.
    var left: Int
    var state: Int
    var cursor = 0

    /// Begins, wiser by what was saved.
    public mutating func start(_ effects: inout Effects<Words>) {
        do throws(DamagedSave) {
            if let saved = try effects.saved("state") {
                (state, cursor) = (saved.state, saved.cursor)
            }
        } catch {
            effects.emit(.damaged)
        }
        state &+= effects.incarnation &* 7919
        // Whoever launches whom would go on for ever.
        left = max(0, left - effects.incarnation * 8)
        act(4, &effects)
    }

    /// Does something else than without it.
    public mutating func receive(
        _ message: Words.Message,
        from sender: NodeID,
        _ effects: inout Effects<Words>
    ) {
        state = state &* 31 &+ message.number &+ sender.index
        act(3, sparing: sender, &effects)
    }

    /// Does something.
    public mutating func fire(_ timer: Words.Timer, _ effects: inout Effects<Words>) {
        let number =
            switch timer {
            case .first: 1
            case .second: 2
            case .written: 4
            case .refused: 5
            case .ended: 6
            }
        state = state &* 31 &+ number
        act(3, &effects)
    }

    /// Does one thing.
    public mutating func idle(_ effects: inout Effects<Words>) {
        state = state &* 31 &+ 3
        act(1, &effects)
    }

    /// Whoever kills the sender of the message that it is just taking may find that it has died in the
    /// middle of a call meanwhile: no order of the two is possible then, and the deployed world says so.
    private mutating func act(
        _ count: Int,
        sparing sender: NodeID? = nil,
        _ effects: inout Effects<Words>
    ) {
        for _ in 0..<count where left > 0 {
            left -= 1
            state = (state &* 6_364_136_223_846_793_005) &+ 1_442_695_040_888_963_407
            let choice = Int((UInt(bitPattern: state) >> 33) % 28)
            let other = NodeID(
                Int((UInt(bitPattern: state) >> 40) % UInt(effects.surroundings.nodeCount))
            )
            switch choice {
            case 0...4: effects.send(.init(number: left), to: other, over: .stream)
            case 5, 6: effects.send(.init(number: left), to: other, over: .datagram)
            case 7, 8: effects.send(.init(number: left), to: other, over: .acknowledged)
            case 9, 10: effects.arm(.first, after: .milliseconds(1) ... .milliseconds(9))
            case 11: effects.arm(.second, after: .milliseconds(5))
            case 12: effects.disarm(.first)
            case 13, 14:
                if onlyWrites { write(&effects); break }
                effects.save(.init(state: state, cursor: cursor), as: "state")
            case 15: effects.pause(other)
            case 16, 17: effects.resume(other)
            case 18: if isCoordinator, other != effects.me { effects.launch(other) }
            case 19:
                if isCoordinator, other != effects.me, other != sender { effects.kill(other) }
            case 20: effects.wantIdle()
            case 21:
                guard let entry = try? effects.read("input", after: cursor) else { continue }
                cursor = entry.cursor
                effects.emit(.read(entry.text))
            case 22: effects.emit(.stands(left))
            case 23, 24: write(&effects)
            case 25, 26: if other != effects.me { effects.watch(other, reminding: .ended) }
            default: if left <= 2 { effects.halt() } else { effects.emit(.stands(left)) }
            }
        }
    }

    private func write(_ effects: inout Effects<Words>) {
        effects.write(
            .init(state: state, cursor: cursor),
            as: "state",
            then: .written,
            otherwise: .refused
        )
    }

    /// Whether the system of that seed can go on with a full disk.
    public static func bearsFullDisk(seed: Int) -> Bool { seed % 3 == 0 }

    /// Two to five of them, the last of which begins only when it is launched if there are more than two.
    public static func system(
        named name: String,
        seed: Int
    ) throws(ImpossibleSystem) -> System<Chaos> {
        let count = 2 + seed % 4
        return try System(
            name,
            members: (0..<count).map { index in
                let isLaunched = index == count - 1 && count > 2
                return .init("Node_\(index)", begins: isLaunched ? .launched : .atOnce) {
                    Chaos(
                        isCoordinator: index == 0,
                        onlyWrites: bearsFullDisk(seed: seed),
                        left: 40,
                        state: seed &* 1000 &+ index
                    )
                }
            },
            inputs: Inputs(["input": (1...8).map { "entry \($0)" }]),
            progress: .outputs(total: 100)
        )
    }
}
