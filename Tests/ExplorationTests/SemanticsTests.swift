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
        case idle(NodeID, Int?)
        case deliver(Envelope<Chaos.Words>, isKept: Bool, Int?)
        case drop(Envelope<Chaos.Words>)
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
        case .drop: return .drop(semantics.envelope(move.call))
        case .fire:
            guard case .fire(let timer) = semantics.meanings[Int(move.call)] else {
                Issue.record("no timer")
                return .crash(id)
            }
            return .fire(id, timer, crash)
        case .datagram:
            let isKept = semantics.options.datagrams == .remembered
            return .deliver(semantics.envelope(move.call), isKept: isKept, crash)
        case .duplicate: return .deliver(semantics.envelope(move.call), isKept: true, crash)
        case .stream: return .deliver(semantics.envelope(move.call), isKept: false, crash)
        }
    }

    /// What can happen, found out from the configuration alone.
    private func expected(
        _ configuration: Configuration<Chaos>,
        _ options: ExplorationOptions,
        used: Root
    ) -> Set<Named> {
        let (crashes, firings, drops, duplicates) = used.withRecord {
            ($0.crashes, $0.firings, $0.drops, $0.duplicates)
        }
        let mayCrash = crashes < options.crashesMax
        var steps: Set<Named> = []
        func add(_ call: Call<Chaos.Words>, _ index: Int, _ step: (Int?) -> Named) {
            steps.insert(step(nil))
            guard mayCrash else { return }
            var local = configuration.states[index]
            let effects = local.run(call, at: NodeID(index), of: configuration.system).effects
            for count in 0..<max(1, effects.count) {
                if count == 0, call != .start { continue }
                if count > 0 {
                    switch effects[count - 1] {
                    case .send(_, _, over: .stream), .arm, .disarm, .pause, .resume, .read,
                        .wantIdle, .halt:
                        continue
                    case .send, .save, .launch, .kill, .emit: break
                    }
                }
                steps.insert(step(count))
            }
        }
        for (index, local) in configuration.states.enumerated() {
            let id = NodeID(index)
            let status = local.place.status
            if status == .running {
                let reminders = local.agenda.reminders
                for (place, later) in reminders.enumerated() {
                    let waits = reminders[..<place].contains {
                        later.afterNanoseconds.lowerBound >= $0.afterNanoseconds.upperBound
                    }
                    if options.timers == .bounded && waits { continue }
                    if firings >= options.timerFiringsMax ?? .max { continue }
                    add(.fire(later.timer), index) { .fire(id, later.timer, $0) }
                }
                if local.agenda.wantsIdle { add(.idle, index) { .idle(id, $0) } }
                if mayCrash { steps.insert(.crash(id)) }
            } else if local.isBeginning || options.restarts && status == .crashed {
                add(.start, index) { .begin(id, $0) }
            }
        }
        for flight in configuration.flights {
            let envelope = flight.envelope
            if case .consumed(let dropsMax, _) = options.datagrams, drops < dropsMax,
                envelope.link == .datagram
            {
                steps.insert(.drop(envelope))
            }
            guard configuration.isDeliverable(flight) else { continue }
            let call = Call<Chaos.Words>.receive(envelope.message, from: envelope.sender)
            let index = envelope.receiver.index
            guard envelope.link == .datagram else {
                add(call, index) { .deliver(envelope, isKept: false, $0) }
                continue
            }
            guard case .consumed(_, let duplicatesMax) = options.datagrams else {
                add(call, index) { .deliver(envelope, isKept: true, $0) }
                continue
            }
            add(call, index) { .deliver(envelope, isKept: false, $0) }
            if duplicates < duplicatesMax {
                add(call, index) { .deliver(envelope, isKept: true, $0) }
            }
        }
        return steps
    }
}
