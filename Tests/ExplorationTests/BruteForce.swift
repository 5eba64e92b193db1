import Nodes

@testable import Exploration

/// A search without any cleverness: whole configurations, told apart by their contents.
struct BruteForce<N: Node> {
    /// All that tells two states apart.
    struct Key: Hashable {
        struct Local: Hashable {
            let place: Place<N>
            let isBeginning: Bool
            let wantsIdle: Bool
            let paused: [NodeID]
            /// What the clock reminds of, if its order does not count.
            let timers: Set<N.Words.Timer>
            /// The same in order, if order counts.
            let reminders: [Agenda<N.Words>.Reminder]
            /// What the ends of lives remind of, past and to come.
            let watches: Set<Agenda<N.Words>.Reminder>
            let writes: [Agenda<N.Words>.Write]
        }

        let locals: [Local]
        /// How often each is in flight; once, if that does not count.
        let datagrams: [Envelope<N.Words>: Int]
        let acknowledged: [Envelope<N.Words>: Int]
        let streams: [NodeID: [NodeID: [N.Words.Message]]]
        let used: Used
    }

    /// What is used of the budgets.
    struct Used: Hashable {
        var crashes = 0
        var firings = 0
        var drops = 0
        var duplicates = 0
    }

    let options: ExplorationOptions

    private var isRemembered: Bool { options.datagrams == .remembered }

    func key(_ configuration: Configuration<N>, _ used: Used) -> Key {
        let locals = configuration.states.map { state in
            let reminders = state.agenda.reminders.filter(\.isOfTheClock)
            return Key.Local(
                place: state.place,
                isBeginning: state.isBeginning,
                wantsIdle: state.agenda.wantsIdle,
                paused: state.agenda.paused,
                timers: Set(reminders.map(\.timer)),
                reminders: options.timers == .bounded ? reminders : [],
                watches: Set(state.agenda.reminders.filter { !$0.isOfTheClock }),
                writes: state.agenda.writes
            )
        }
        var datagrams: [Envelope<N.Words>: Int] = [:]
        var acknowledged: [Envelope<N.Words>: Int] = [:]
        var streams: [NodeID: [NodeID: [N.Words.Message]]] = [:]
        for envelope in configuration.flights.map(\.envelope) {
            switch envelope.link {
            case .datagram: datagrams[envelope, default: 0] += 1
            case .acknowledged: acknowledged[envelope, default: 0] += 1
            case .stream:
                streams[envelope.sender, default: [:]][envelope.receiver, default: []]
                    .append(envelope.message)
            }
        }
        if isRemembered { datagrams = datagrams.mapValues { _ in 1 } }
        return Key(
            locals: locals,
            datagrams: datagrams,
            acknowledged: acknowledged,
            streams: streams,
            used: used
        )
    }

    /// The steps that can be taken, and what is used of the budgets after each.
    func steps(
        in configuration: Configuration<N>,
        _ used: Used
    ) -> [(step: Step<N.Words>, used: Used)] {
        var list: [(step: Step<N.Words>, used: Used)] = []
        func mayCrash(_ index: Int) -> Bool {
            used.crashes < options.crashesMax && !configuration.system.members[index].isSpared
        }
        func add(
            _ action: Step<N.Words>.Action,
            _ call: Call<N.Words>?,
            _ index: Int,
            _ use: (inout Used) -> Void = { _ in }
        ) {
            var local = configuration.states[index]
            let result = call.map { local.run($0, at: NodeID(index), of: configuration.system) }
            add(action, result?.effects, index, leavesMark: call == .start, use)
        }
        func add(
            _ action: Step<N.Words>.Action,
            _ effects: [Effect<N.Words>]?,
            _ index: Int,
            leavesMark: Bool,
            _ use: (inout Used) -> Void = { _ in }
        ) {
            var used = used
            use(&used)
            list.append((Step(action), used))
            guard mayCrash(index), let effects else { return }
            used.crashes += 1
            for count in 0..<max(1, effects.count)
            where count == 0 ? leavesMark : stays(effects[count - 1]) {
                list.append((Step(action, crashAfter: count), used))
            }
        }
        for (index, local) in configuration.states.enumerated() {
            let id = NodeID(index)
            guard local.place.status == .running else {
                let mayBegin = options.restarts && local.place.status == .crashed
                if local.isBeginning || mayBegin { add(.begin(id), .start, index) }
                continue
            }
            for reminder in firing(local.agenda.reminders)
            where !reminder.isOfTheClock || used.firings < options.timerFiringsMax ?? .max {
                add(.fire(id, reminder.timer), .fire(reminder.timer), index) { used in
                    guard reminder.isOfTheClock else { return }
                    if options.timerFiringsMax != nil { used.firings += 1 }
                }
            }
            var writing = local
            if let (result, _) = writing.endWrite(
                isDurable: true,
                at: id,
                of: configuration.system
            ) {
                add(.finish(id), result.effects, index, leavesMark: true)
            }
            if local.agenda.wantsIdle { add(.idle(id), .idle, index) }
            if mayCrash(index) { add(.crash(id), nil, index) { $0.crashes += 1 } }
        }
        var seen: Set<Envelope<N.Words>> = []
        for flight in configuration.flights {
            let envelope = flight.envelope
            let index = envelope.receiver.index
            let call = Call<N.Words>.receive(envelope.message, from: envelope.sender)
            let isDeliverable = configuration.isDeliverable(flight)
            if envelope.link != .stream {
                // One of several that are the same is enough.
                guard seen.insert(envelope).inserted else { continue }
            }
            switch (envelope.link, options.datagrams) {
            case (.stream, _):
                if isDeliverable { add(.deliver(flight.id, isKept: false), call, index) }
            case (.acknowledged, _):
                if isDeliverable { add(.deliver(flight.id, isKept: false), call, index) }
                // Nobody sends it again.
                if configuration.states[envelope.sender.index].place.status == .crashed {
                    add(.drop(flight.id), nil, index)
                }
            case (.datagram, .remembered):
                if isDeliverable { add(.deliver(flight.id, isKept: true), call, index) }
            case (.datagram, .consumed(let dropsMax, let duplicatesMax)):
                if isDeliverable { add(.deliver(flight.id, isKept: false), call, index) }
                if isDeliverable, used.duplicates < duplicatesMax {
                    add(.deliver(flight.id, isKept: true), call, index) { $0.duplicates += 1 }
                }
                if used.drops < dropsMax { add(.drop(flight.id), nil, index) { $0.drops += 1 } }
            }
        }
        return list
    }

    private func firing(
        _ reminders: [Agenda<N.Words>.Reminder]
    ) -> [Agenda<N.Words>.Reminder] {
        let reminders = reminders.filter(\.mayFire)
        guard options.timers == .bounded else { return reminders }
        return reminders.enumerated().filter { place, later in
            !reminders[..<place].contains { earlier in
                guard case .after(let first) = earlier.trigger,
                    case .after(let second) = later.trigger
                else { return false }
                return second.lowerBound >= first.upperBound
            }
        }.map(\.element)
    }

    /// Whether it makes a difference when the node dies right after it.
    private func stays(_ effect: Effect<N.Words>) -> Bool {
        switch effect {
        case .send(_, _, let link): link != .stream
        case .save, .launch, .kill, .emit: true
        case .write, .watch: false
        case .arm, .disarm, .pause, .resume, .read, .wantIdle, .halt: false
        }
    }

    /// The states that are at most so many steps from the start.
    func states(of system: System<N>, depth: Int) throws -> Set<Key> {
        var level = [(configuration: Configuration(system), used: Used())]
        for (index, member) in system.members.enumerated() where member.begins == .atOnce {
            level = try level.flatMap { from in
                try steps(in: from.configuration, from.used)
                    .filter { $0.step.action == .begin(NodeID(index)) }
                    .map { step in
                        var next = from.configuration
                        _ = try next.take(step.step, at: 0)
                        return (next, step.used)
                    }
            }
        }
        var seen: Set<Key> = []
        level = level.filter { seen.insert(key($0.configuration, $0.used)).inserted }
        for _ in 0..<depth {
            var next: [(configuration: Configuration<N>, used: Used)] = []
            for from in level {
                for (step, used) in steps(in: from.configuration, from.used) {
                    var configuration = from.configuration
                    _ = try configuration.take(step, at: 0)
                    guard configuration.flights.count < 100 else { continue }
                    if seen.insert(key(configuration, used)).inserted {
                        next.append((configuration, used))
                    }
                }
            }
            level = next
        }
        return seen
    }
}

extension Agenda.Reminder {
    /// Whether time makes it fire, not the end of a life.
    fileprivate var isOfTheClock: Bool {
        switch trigger {
        case .after: true
        case .end, .now: false
        }
    }
}
