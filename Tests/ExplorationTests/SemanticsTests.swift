import Chance
import Nodes
import Testing

@testable import Exploration

/// The search's quick form against `Configuration`, step by step, on nodes that do anything.
@Suite struct SemanticsTests {
    /// A step by what it is, not by number.
    private enum Named: Hashable {
        case begin(NodeID, Int?)
        case fire(NodeID, Chaos.Words.Timer, Int?)
        case finish(NodeID, Int?)
        case idle(NodeID, Int?)
        case deliver(Envelope<Chaos.Words>?, isKept: Bool, Int?)
        case drop(Envelope<Chaos.Words>?)
        case crash(NodeID)
    }

    static let variants: [ExplorationOptions] = [
        ExplorationOptions(checksPurity: false),
        ExplorationOptions(
            datagrams: .consumed(dropsMax: 1, duplicatesMax: 2),
            timers: .bounded,
            crashesMax: 2,
            checksPurity: false
        ),
        ExplorationOptions(timerFiringsMax: 5, crashesMax: 3, restarts: false, checksPurity: false),
        ExplorationOptions(
            datagrams: .consumed(dropsMax: 0, duplicatesMax: 0),
            crashesMax: 1,
            checksPurity: true
        ),
    ]

    @Test(arguments: 0..<variants.count, 1...40)
    func `the same steps lead to the same states`(variant: Int, seed: Int) throws {
        let options = Self.variants[variant]
        let semantics = Semantics(
            try Chaos.system(seed: UInt64(seed), nodes: 2 + seed % 3),
            options: options
        )
        let stepper = Stepper(semantics)
        let roots = roots(semantics, stepper)
        var chance = SplitMix64(seed: UInt64(seed))
        for root in roots.list.prefix(6) {
            var walked = root
            var path: [Move] = []
            var steps = 0
            while steps < 30 {
                steps += 1
                walked.withRecord { stepper.findMoves(in: $0) }
                let moves = stepper.moves
                // Tells the way so far, and compares fingerprints after each step.
                let story = Story(semantics, root: root.moves, moves: path, stepper: stepper)
                let expected = expected(story.configuration, options, used: walked)
                let found = Set(moves.map { name($0, semantics) })
                #expect(found == expected, "after \(story.steps)")
                #expect(found.count == moves.count)
                guard !moves.isEmpty else { break }
                let move = moves[Int(chance.next(below: UInt64(moves.count)))]
                path.append(move)
                walked.withRecord { stepper.take(move, in: $0) }
                walked = Root(stepper.state.packed(), moves: [])
            }
        }
    }

    private func roots(_ semantics: Semantics<Chaos>, _ stepper: Stepper) -> Roots {
        let members = semantics.system.members
        let locals = members.indices.map { semantics.first(NodeID($0)) }
        let beginning = members.indices.filter { members[$0].begins == .atOnce }
        return Roots(stepper, locals: locals, beginning: beginning)
    }

    private func name(_ move: Move, _ semantics: Semantics<Chaos>) -> Named {
        let id = NodeID(Int(move.node))
        let transition = semantics.transition(at: move.transition)
        let crash = move.death < 0 ? nil : Int(transition.death(Int(move.death)).crashAfter)
        switch move.kind {
        case .begin: return .begin(id, crash)
        case .idle: return .idle(id, crash)
        case .crash: return .crash(id)
        case .drop, .vanish: return .drop(semantics.envelope(move.call))
        case .finish: return .finish(id, crash)
        case .fire, .remind:
            guard case .fire(let timer) = semantics.meanings[Int(move.call)] else {
                Issue.record("no timer")
                return .crash(id)
            }
            return .fire(id, timer, crash)
        case .datagram:
            let isKept = semantics.options.datagrams == .remembered
            return .deliver(semantics.envelope(move.call), isKept: isKept, crash)
        case .duplicate: return .deliver(semantics.envelope(move.call), isKept: true, crash)
        case .acknowledged, .stream:
            return .deliver(semantics.envelope(move.call), isKept: false, crash)
        }
    }

    /// What can happen, found out from the configuration alone.
    private func expected(
        _ configuration: Configuration<Chaos>,
        _ options: ExplorationOptions,
        used record: Root
    ) -> Set<Named> {
        let used = record.withRecord { record in
            BruteForce<Chaos>.Used(
                crashes: record.crashes,
                firings: record.firings,
                drops: record.drops,
                duplicates: record.duplicates
            )
        }
        let steps = BruteForce<Chaos>(options: options).steps(in: configuration, used)
        return Set(steps.map { name($0.step, configuration) })
    }

    private func name(_ step: Step<Chaos.Words>, _ configuration: Configuration<Chaos>) -> Named {
        func envelope(_ id: MessageID) -> Envelope<Chaos.Words>? {
            configuration.flights.first { $0.id == id }?.envelope
        }
        return switch step.action {
        case .begin(let id): .begin(id, step.crashAfter)
        case .fire(let id, let timer): .fire(id, timer, step.crashAfter)
        case .idle(let id): .idle(id, step.crashAfter)
        case .finish(let id): .finish(id, step.crashAfter)
        case .crash(let id), .damage(let id, _), .refuse(let id): .crash(id)
        case .deliver(let id, let isKept):
            .deliver(envelope(id), isKept: isKept, step.crashAfter)
        case .drop(let id): .drop(envelope(id))
        }
    }

    /// What the fingerprint leaves out, or counts too much, shows in the number of states.
    @Test(arguments: 0..<variants.count, 1...12)
    func `there are as many states as a search by brute force finds`(
        variant: Int,
        seed: Int
    ) throws {
        let system = try Chaos.system(seed: UInt64(seed), nodes: 2 + seed % 2)
        for depth in [2, 4] {
            var options = Self.variants[variant]
            options.depthMax = depth
            options.checksPurity = false
            let result = try Exploration(system, options: options).run()
            let states = try BruteForce<Chaos>(options: options).states(of: system, depth: depth)
            #expect(result.states == states.count, "\(depth) steps deep")
        }
    }
}
