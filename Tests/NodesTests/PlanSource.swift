import Chance
import Nodes

/// Draws fault plans of every form that the grammar has, for the system of these nodes.
struct PlanSource {
    static let names = ["Client", "Server", "Mapper_0", "Mapper_1", "Mapper_2", "Reducer_0.1"]

    var chance: SplitMix64

    init(seed: UInt64) {
        chance = SplitMix64(seed: seed)
    }

    mutating func plan() -> FaultPlan {
        FaultPlan((0..<below(5)).map { _ in fault() })
    }

    private mutating func below(_ bound: Int) -> Int { Int(chance.next(below: UInt64(bound))) }

    mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }

    private mutating func fault() -> Fault {
        let kind = below(11)
        let isInstant = [0, 4, 5].contains(kind)
        let lasting = isInstant || below(2) == 0 ? nil : duration()
        return Fault(action(kind), trigger(isOfLinks: kind >= 7), lasting: lasting)
    }

    private mutating func action(_ kind: Int) -> Fault.Action {
        switch kind {
        case 0: .kill(nodes: nodes(), restartAfter: below(2) == 0 ? nil : duration())
        case 1: .stop(nodes: nodes())
        case 2: .slow(nodes: nodes(), by: duration())
        case 3: .drift(nodes: nodes(), percent: unit() * Double(below(200)) - 99.9)
        case 4: .skew(nodes: nodes(), by: duration())
        case 5: .corrupt(nodes: nodes(), name: savedName())
        case 6: .fill(nodes: nodes())
        case 7: .lose(probability: probability(), links: links())
        case 8: .duplicate(probability: probability(), links: links())
        case 9: .delay(by: range(), links: links())
        default: .partition(links: groups())
        }
    }

    private mutating func trigger(isOfLinks: Bool) -> Fault.Trigger {
        switch below(isOfLinks ? 3 : 4) {
        case 0: .atOnce
        case 1: .at(below(5) == 0 ? .zero : duration())
        case 2: .progress(percent: below(2) == 0 ? Double(below(101)) : unit() * 100)
        default: .after(count: below(3), of: pick(Fault.Milestone.allCases))
        }
    }

    /// From 0 to 1, short or with all digits, ordinary or very small.
    private mutating func probability() -> Double {
        switch below(4) {
        case 0: Double(below(101)) / 100
        case 1: Double(below(1001)) / 1000
        case 2: unit()
        default: unit() * pick([1e-5, 1e-20, 1e-300, Double.leastNonzeroMagnitude])
        }
    }

    private mutating func unit() -> Double { Double(chance.next() >> 11) * 0x1p-53 }

    /// From an attosecond to a year, in few digits or many.
    mutating func duration() -> Duration {
        let size: Int128 = pick([1, 1000, 1_000_000, 1_000_000_000, 1_000_000_000_000])
        let count = Int128(1 + below(pick([10, 120, 100_000])))
        let odd = Int128(pick([0, 0, 0, below(1_000_000_000)]))
        let duration = Duration(attoseconds: (count * 1_000_000_000 + odd) * size)
        return min(duration, .seconds(365 * 24 * 60 * 60))
    }

    private mutating func range() -> ClosedRange<Duration> {
        let one = below(4) == 0 ? .zero : duration()
        let other = below(4) == 0 && one > .zero ? one : duration()
        return min(one, other)...max(one, other)
    }

    private mutating func savedName() -> String? {
        let names: [String?] = [
            nil, "checkpoint", "snapshot-3", "für", "for", "", "two words", "a;b", "#1",
            "say \"so\"",
            "\"", "\\", "back\\slash", "end\\", "two\nlines", "\r\n", "a\tb", "\u{301}x",
            "\"\u{301}",
        ]
        return pick(names)
    }

    private mutating func nodes() -> [NodePattern] {
        (0...below(3)).map { _ in
            NodePattern(pick(Self.names + ["*", "Mapper_*", "*er*", "*_1", "C*t", "**"]))
        }
    }

    private mutating func links() -> LinkPattern {
        if below(3) == 0 { return .all }
        return LinkPattern(from: nodes(), to: nodes(), isBothWays: below(2) == 0)
    }

    /// Two groups that share nobody.
    private mutating func groups() -> LinkPattern {
        let isLeft = Self.names.indices.map { $0 == 0 || $0 != 1 && below(2) == 0 }
        let sides = [true, false].map { side in
            zip(Self.names, isLeft).filter { $0.1 == side }.map { NodePattern($0.0) }
        }
        return LinkPattern(from: sides[0], to: sides[1], isBothWays: below(2) == 0)
    }
}
