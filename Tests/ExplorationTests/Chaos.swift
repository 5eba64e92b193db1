import Chance
import Nodes

/// A node that does anything there is to do, as its few bits of state and what it is told decide.
struct Chaos: Node {
    enum Words: Vocabulary {
        enum Message: Hashable, Codable, Sendable { case red(Int), blue }
        enum Timer: Hashable, Codable, Sendable { case short, long, longest }
        typealias Output = Int
        typealias Saved = Int
    }

    var number = 0
    var seen: Set<Int> = []
    let seed: UInt64

    mutating func handle(_ call: Call<Words>, _ effects: inout Effects<Words>) {
        let (code, sender): (UInt64, Int) =
            switch call {
            case .start: (1 + ((try? effects.saved("number")) == 2 ? 100 : 0), 0)
            case .receive(.red(let value), let sender): (10 + UInt64(value), sender.index)
            case .receive(.blue, let sender): (20, sender.index)
            case .fire(.short): (30, 0)
            case .fire(.long): (31, 0)
            case .fire(.longest): (32, 0)
            case .idle: (40, 0)
            }
        let start = seed &+ code &* 1_000 &+ UInt64(number) &* 77 &+ UInt64(sender) &* 7_777
        var chance = SplitMix64(seed: start)
        for _ in 0..<chance.next(below: 4) { act(&chance, &effects) }
        number = Int(chance.next(below: 3))
        if chance.next(below: 6) == 0 { seen.insert(number) }
    }

    private func act(_ chance: inout SplitMix64, _ effects: inout Effects<Words>) {
        let other = NodeID(Int(chance.next(below: UInt64(effects.surroundings.nodeCount))))
        let value = Int(chance.next(below: 3))
        switch chance.next(below: 31) {
        case 0...2: effects.send(.red(value), to: other, over: .stream)
        case 3...4: effects.send(.blue, to: other, over: .stream)
        case 5...7: effects.send(.red(value), to: other, over: .datagram)
        case 8: effects.send(.blue, to: other, over: .datagram)
        case 9, 10: effects.arm(.short, after: .seconds(1) ... .seconds(2))
        case 11: effects.arm(.long, after: .seconds(2) ... .seconds(3))
        case 12: effects.arm(.longest, after: .seconds(3))
        case 13: effects.disarm(.long)
        case 14, 15: effects.save(value, as: value == 0 ? "other" : "number")
        case 16: effects.pause(other)
        case 17: effects.resume(other)
        case 18: if other != effects.me { effects.launch(other) }
        case 19: if other != effects.me { effects.kill(other) }
        case 20, 21: effects.wantIdle()
        case 22: if effects.incarnation < 2 { effects.emit(value) }
        case 23, 24: effects.send(.red(value), to: other, over: .acknowledged)
        case 25: effects.send(.blue, to: other, over: .acknowledged)
        case 26, 27:
            let name = value == 0 ? "other" : "number"
            let (then, otherwise) =
                value == 1 ? (Words.Timer.short, Words.Timer.long) : (.longest, .short)
            effects.write(value, as: name, then: then, otherwise: otherwise)
        case 28, 29:
            let timers = [Words.Timer.short, .long, .longest]
            if other != effects.me { effects.watch(other, reminding: timers[value]) }
        default:
            if value == 0 { return effects.halt() }
            // As a coordinator does that replaces somebody; a watch of before is not for the new life.
            guard other != effects.me else { return }
            if value == 2 { effects.watch(other, reminding: .long) }
            effects.kill(other)
            effects.launch(other)
            effects.watch(other, reminding: .longest)
        }
    }

    static func system(seed: UInt64, nodes: Int = 3) throws -> System<Chaos> {
        let members = (0..<nodes).map { index in
            System<Chaos>.Member(
                "Chaos_\(index)",
                begins: index == nodes - 1 && seed % 2 == 0 ? .launched : .atOnce,
                // One of them, in one system of three.
                isSpared: seed % 3 == 0 && index == Int(seed) % nodes
            ) { Chaos(seed: seed &* 1_000_003 &+ UInt64(index)) }
        }
        return try System("chaos", members: members)
    }
}
