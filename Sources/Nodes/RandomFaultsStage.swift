import Chance

/// Where random faults take place: the nodes that did anything, and the time there is.
struct RandomFaultsStage {
    private struct Actor {
        let pattern: NodePattern
        let effects: Int
    }

    private let actors: [Actor]
    /// Those of them who may be killed.
    private let mortals: [Actor]
    /// The length of the reference run; at least a microsecond, since faults last a share of it.
    private let runNanoseconds: UInt64
    /// Within which time faults begin.
    private let windowNanoseconds: UInt64

    /// The stage for a system that ran so.
    init(names: [String], reference: RandomFaults.Reference, within: Duration?) {
        var actors: [Actor] = []
        var mortals: [Actor] = []
        for (index, name) in names.enumerated() {
            guard index < reference.effects.count, reference.effects[index] > 0 else { continue }
            let actor = Actor(pattern: NodePattern(name), effects: reference.effects[index])
            actors.append(actor)
            if !reference.spared.contains(index) { mortals.append(actor) }
        }
        self.actors = actors
        self.mortals = mortals
        runNanoseconds = Self.nanoseconds(reference.duration)
        windowNanoseconds = min(runNanoseconds, within.map(Self.nanoseconds) ?? runNanoseconds)
    }

    /// Bounded on both sides, so that whatever is drawn can be read back.
    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let nanoseconds = duration.attoseconds / 1_000_000_000
        let max = Int128(DurationText.secondsMax) * 1_000_000_000
        return UInt64(min(Swift.max(nanoseconds, 1000), max))
    }

    /// Somebody dies after some of its effects, and begins again.
    func kill(_ chance: inout SplitMix64, restartAfter: Duration?) -> Fault? {
        guard let (actor, trigger) = moment(&chance) else { return nil }
        // Drawn in any case, so that the kills are the same with and without a given delay.
        let share = share(&chance)
        return Fault(.kill(nodes: [actor.pattern], restartAfter: restartAfter ?? share), trigger)
    }

    /// Somebody's saves become unreadable after some of its effects.
    func corrupt(_ chance: inout SplitMix64) -> Fault? {
        guard let (actor, trigger) = moment(&chance) else { return nil }
        return Fault(.corrupt(nodes: [actor.pattern], name: nil), trigger)
    }

    /// Somebody is not scheduled for a share of the run.
    func stop(_ chance: inout SplitMix64) -> Fault? {
        guard let actor = actor(&chance) else { return nil }
        return Fault(
            .stop(nodes: [actor.pattern]),
            .at(time(&chance)),
            lasting: share(&chance)
        )
    }

    /// Somebody's disk is full for a share of the run, from one of its effects on: it is then at work.
    func fill(_ chance: inout SplitMix64) -> Fault? {
        guard let (actor, trigger) = moment(&chance) else { return nil }
        return Fault(.fill(nodes: [actor.pattern]), trigger, lasting: share(&chance))
    }

    /// Somebody takes some times as long as it took on average, for a share of the run.
    func slow(_ chance: inout SplitMix64) -> Fault? {
        guard let actor = actor(&chance) else { return nil }
        // Measured by the node's own pace: a share of the run for each call would outlast any patience.
        let pace = max(1, runNanoseconds / UInt64(actor.effects))
        let delay = Self.rounded(min(runNanoseconds, pace * (1 + chance.next(below: 10))))
        return Fault(
            .slow(nodes: [actor.pattern], by: delay),
            .at(time(&chance)),
            lasting: share(&chance)
        )
    }

    /// Two groups lose sight of each other for a share of the run; one time in four, one group only.
    func partition(_ chance: inout SplitMix64) -> Fault? {
        guard actors.count > 1 else { return nil }
        var sides = actors.map { _ in chance.chance(0.5) }
        // With nobody on one side, nobody would be parted.
        let changed = Int(chance.next(below: UInt64(actors.count)))
        if Set(sides).count == 1 { sides[changed].toggle() }
        let groups = [false, true].map { side in
            zip(actors, sides).filter { $0.1 == side }.map(\.0.pattern)
        }
        let isBothWays = !chance.chance(0.25)
        return Fault(
            .partition(links: LinkPattern(from: groups[0], to: groups[1], isBothWays: isBothWays)),
            .at(time(&chance)),
            lasting: share(&chance)
        )
    }

    private func actor(_ chance: inout SplitMix64) -> Actor? { Self.oneOf(actors, &chance) }

    private static func oneOf(_ actors: [Actor], _ chance: inout SplitMix64) -> Actor? {
        guard !actors.isEmpty else { return nil }
        return actors[Int(chance.next(below: UInt64(actors.count)))]
    }

    /// A node that may die, and some number of its effects.
    private func moment(_ chance: inout SplitMix64) -> (Actor, Fault.Trigger)? {
        guard let actor = Self.oneOf(mortals, &chance) else { return nil }
        // If faults begin early, so do those that are counted: in the same share of the effects.
        let effects = UInt128(actor.effects) * UInt128(windowNanoseconds) / UInt128(runNanoseconds)
        let count = chance.next(below: max(1, UInt64(effects)))
        return (actor, .after(count: Int(count), of: .effects))
    }

    private func time(_ chance: inout SplitMix64) -> Duration {
        Self.rounded(chance.next(below: windowNanoseconds))
    }

    /// Between a hundredth and half of the run.
    private func share(_ chance: inout SplitMix64) -> Duration {
        Self.rounded(runNanoseconds / 100 * (1 + chance.next(below: 50)))
    }

    /// Cut to four digits, for plans that people read: `437.2ms`.
    private static func rounded(_ nanoseconds: UInt64) -> Duration {
        var step: UInt64 = 1
        while nanoseconds / step >= 10_000 { step *= 10 }
        return .nanoseconds(Int64(nanoseconds / step * step))
    }
}
