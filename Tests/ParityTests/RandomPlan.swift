import Chance
import Nodes

/// Draws plans in which every fault ends or does no lasting harm, so that each run comes to rest.
struct RandomPlan {
    let names: [String]
    /// Whether the disks may be full.
    var mayFill = false

    func plan(_ chance: inout SplitMix64) -> FaultPlan {
        FaultPlan((0..<(2 + below(4, &chance))).map { _ in fault(&chance) })
    }

    private func below(_ bound: Int, _ chance: inout SplitMix64) -> Int {
        Int(chance.next(below: UInt64(bound)))
    }

    private func milliseconds(_ bound: Int, _ chance: inout SplitMix64) -> Duration {
        .microseconds(below(bound * 1000, &chance))
    }

    private func fault(_ chance: inout SplitMix64) -> Fault {
        let nodes = [NodePattern(names[below(names.count, &chance)])]
        let all = LinkPattern(from: [NodePattern("*")], to: [NodePattern("*")])
        let some = LinkPattern(from: nodes, to: [NodePattern("*")])
        let links = below(2, &chance) == 0 ? all : some
        let lasting = milliseconds(60, &chance) + .microseconds(1)
        switch below(mayFill ? 14 : 12, &chance) {
        case 0, 1, 2:
            let restart = below(4, &chance) == 0 ? nil : milliseconds(20, &chance)
            return Fault(.kill(nodes: nodes, restartAfter: restart), trigger(&chance))
        case 3: return Fault(.stop(nodes: nodes), trigger(&chance), lasting: lasting)
        case 4:
            let slowness = milliseconds(10, &chance)
            return Fault(.slow(nodes: nodes, by: slowness), trigger(&chance), lasting: lasting)
        case 5:
            let percent = Double(below(190, &chance) - 90)
            return Fault(.drift(nodes: nodes, percent: percent), trigger(&chance), lasting: lasting)
        case 6:
            return Fault(.skew(nodes: nodes, by: milliseconds(20, &chance)), trigger(&chance))
        case 7: return Fault(.corrupt(nodes: nodes, name: nil), moment(&chance))
        case 8:
            return Fault(.lose(probability: 0.3, links: links), moment(&chance), lasting: lasting)
        case 9: return Fault(.duplicate(probability: 0.3, links: links), moment(&chance))
        case 10:
            let range = Duration.zero...milliseconds(10, &chance)
            return Fault(.delay(by: range, links: links), moment(&chance), lasting: lasting)
        case 12, 13: return Fault(.fill(nodes: nodes), trigger(&chance), lasting: lasting)
        default: return Fault(.partition(links: links), moment(&chance), lasting: lasting)
        }
    }

    /// For what happens to nodes.
    private func trigger(_ chance: inout SplitMix64) -> Fault.Trigger {
        guard below(2, &chance) == 0 else { return moment(&chance) }
        let milestones: [Fault.Milestone] = [
            .effects, .effects, .sends, .receives, .saves, .timers,
        ]
        let milestone = milestones[below(milestones.count, &chance)]
        return .after(count: below(milestone == .effects ? 40 : 6, &chance), of: milestone)
    }

    private func moment(_ chance: inout SplitMix64) -> Fault.Trigger {
        switch below(6, &chance) {
        case 0: .atOnce
        case 1: .progress(percent: Double(1 + below(12, &chance)))
        default: .at(milliseconds(150, &chance))
        }
    }
}
