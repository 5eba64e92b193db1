import Causality
import Nodes

/// A way through the states, told by `Configuration`: what the search means is what the world does.
struct Story<N: Node> {
    private(set) var steps: [Step<N.Words>] = []
    private(set) var events: [Event] = []
    private(set) var configuration: Configuration<N>
    private let semantics: Semantics<N>
    /// The budgets, counted anew from the steps.
    private var budgetsUsed: UInt64 = 0

    /// Tells it, and compares every state on the way with the search's own.
    init(_ semantics: Semantics<N>, root: [Move], moves: [Move], stepper: Stepper) {
        self.semantics = semantics
        configuration = Configuration(semantics.system)
        stepper.state.clear(locals: (0..<semantics.nodeCount).map { semantics.first(NodeID($0)) })
        for move in root + moves {
            let before = Root(stepper.state.packed(), moves: [])
            before.withRecord { stepper.take(move, in: $0) }
            tell(move)
            if stepper.problem(of: move) == nil { compare(stepper.state.fingerprint, move) }
        }
    }

    private mutating func tell(_ move: Move) {
        do {
            let step = step(move)
            countBudgets(of: step)
            events += try configuration.take(step, at: steps.count)
            steps.append(step)
        } catch {
            preconditionFailure("the search takes a step that cannot be: \(error)")
        }
    }

    private func compare(_ fingerprint: UInt64, _ move: Move) {
        do {
            let told = try semantics.hash.configuration(
                configuration,
                remembers: semantics.options.datagrams == .remembered
            )
            precondition(
                told &+ ContentHash.budgets(budgetsUsed) == fingerprint,
                "after step \(steps.count), \(steps[steps.count - 1]), the search is in another state"
            )
        } catch {
            preconditionFailure("a state that was hashed cannot be hashed: \(error)")
        }
    }

    /// Counts what a step uses of the budgets, before it is taken.
    private mutating func countBudgets(of step: Step<N.Words>) {
        func use(_ budget: WorkingState.Budget) { budgetsUsed += 1 << budget.rawValue }
        if step.crashAfter != nil { use(.crashes) }
        switch step.action {
        case .crash: use(.crashes)
        case .drop(let message): if link(of: message) == .datagram { use(.drops) }
        case .deliver(_, let isKept):
            if isKept, semantics.options.datagrams != .remembered { use(.duplicates) }
        case .fire(let id, let timer):
            // A reminder of an end is not the clock's doing.
            let reminders = configuration.states[id.index].agenda.reminders
            let isDue = reminders.contains { $0.timer == timer && $0.trigger == .now }
            if semantics.options.timerFiringsMax != nil, !isDue { use(.firings) }
        case .begin, .idle, .finish, .refuse, .damage: break
        }
    }

    private func link(of message: MessageID) -> Link? {
        configuration.flights.first { $0.id == message }?.envelope.link
    }

    private func step(_ move: Move) -> Step<N.Words> {
        let id = NodeID(Int(move.node))
        let transition = semantics.transition(at: move.transition)
        let crashAfter = move.death < 0 ? nil : Int(transition.death(Int(move.death)).crashAfter)
        return Step(action(move, id), crashAfter: crashAfter)
    }

    private func action(_ move: Move, _ id: NodeID) -> Step<N.Words>.Action {
        switch move.kind {
        case .begin: return .begin(id)
        case .idle: return .idle(id)
        case .crash: return .crash(id)
        case .finish: return .finish(id)
        case .fire, .remind:
            guard case .fire(let timer) = semantics.meanings[Int(move.call)] else {
                preconditionFailure("call \(move.call) is no timer")
            }
            return .fire(id, timer)
        case .datagram:
            let isKept = semantics.options.datagrams == .remembered
            return .deliver(message(move), isKept: isKept)
        case .duplicate: return .deliver(message(move), isKept: true)
        case .acknowledged, .stream: return .deliver(message(move), isKept: false)
        case .drop, .vanish: return .drop(message(move))
        }
    }

    private func message(_ move: Move) -> MessageID {
        let envelope = semantics.envelope(move.call)
        guard let flight = configuration.flights.first(where: { $0.envelope == envelope }) else {
            preconditionFailure("the search takes a message that is not in flight: \(envelope)")
        }
        return flight.id
    }
}
