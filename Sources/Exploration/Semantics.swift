import Nodes
import Threads

/// The part of a search that knows the types: it runs handlers, and names what comes out of them.
///
/// A handler's work follows from the local state and the call alone, so that each pair is run once, and
/// what comes out is remembered as a few numbers.
final class Semantics<N: Node>: Tables, @unchecked Sendable {
    typealias Words = N.Words

    /// What stands behind the number of a call.
    enum Meaning {
        case start, idle, crash, launch, finish
        /// The life of another node has ended; some timers belong to watches that have yet to begin.
        case end(of: NodeID, except: [Words.Timer])
        case fire(Words.Timer)
        case receive(Envelope<Words>)
    }

    /// What is wrong with a call, in such a way that a search ends there.
    enum Problem: Hashable, Sendable {
        case impossible(String)
        case impure(String)
    }

    let system: System<N>
    let states = SegmentedStore<LocalState<N>>()
    let meanings = SegmentedStore<Meaning>()
    let hash: ContentHash
    private(set) var problems: [Problem] = []
    private var localNumbers: [UInt64: UInt32] = [:]
    private var callNumbers: [UInt64: UInt32] = [:]

    init(_ system: System<N>, options: ExplorationOptions) {
        self.system = system
        hash = ContentHash(timers: options.timers)
        super.init(options: options, nodeCount: system.members.count)
        let ends = (0..<nodeCount).map { Meaning.end(of: NodeID($0), except: []) }
        for meaning in [Meaning.start, .idle, .crash, .launch, .finish] + ends {
            _ = meanings.append(meaning)
        }
    }

    // MARK: Names

    /// A call with the number that identifies its contents.
    private struct NamedCall {
        let meaning: Meaning
        let term: UInt64
        let facts: CallFacts
    }

    /// A local state with all that has to be computed before it is named.
    private struct NamedLocal {
        let state: LocalState<N>
        let id: NodeID
        let term: UInt64
        let timers: [(call: NamedCall, isDue: Bool)]
    }

    private func named(_ timer: Words.Timer) throws -> NamedCall {
        let term = try hash.timer(timer)
        let facts = CallFacts(term: term, kind: .fire, sender: 0, receiver: 0)
        return NamedCall(meaning: .fire(timer), term: term, facts: facts)
    }

    private func named(_ envelope: Envelope<Words>) throws -> NamedCall {
        let term = try hash.message(envelope)
        let facts = CallFacts(
            term: term,
            kind: CallFacts.Kind(envelope.link),
            sender: UInt32(envelope.sender.index),
            receiver: UInt32(envelope.receiver.index)
        )
        return NamedCall(meaning: .receive(envelope), term: term, facts: facts)
    }

    private func named(_ state: LocalState<N>, at id: NodeID) throws -> NamedLocal {
        let timers = firing(state.agenda.reminders)
        return NamedLocal(
            state: state,
            id: id,
            term: try hash.place(state, at: id),
            timers: try timers.map { (try named($0.timer), $0.trigger == .now) }
        )
    }

    /// The timers that may fire.
    private func firing(_ reminders: [Agenda<Words>.Reminder]) -> [Agenda<Words>.Reminder] {
        guard options.timers == .bounded else { return reminders.filter(\.mayFire) }
        return reminders.enumerated().filter { index, later in
            guard later.mayFire else { return false }
            return !reminders[..<index].contains { earlier in
                guard case .after(let first) = earlier.trigger,
                    case .after(let second) = later.trigger
                else { return false }
                return second.lowerBound >= first.upperBound
            }
        }.map(\.element)
    }

    private func number(_ call: NamedCall) -> UInt32 {
        if let known = callNumbers[call.term] { return known }
        _ = meanings.append(call.meaning)
        let number = UInt32(calls.append(call.facts))
        callNumbers[call.term] = number
        return number
    }

    private func number(_ local: NamedLocal) -> UInt32 {
        if let known = localNumbers[local.term] { return known }
        let state = local.state
        var always = local.timers.map { timer in
            self.number(timer.call) | (timer.isDue ? LocalFacts.dueBit : 0)
        }
        if state.agenda.wantsIdle { always.append(FixedCall.idle) }
        if !state.agenda.writes.isEmpty { always.append(FixedCall.finish) }
        let paused = state.agenda.paused.map { UInt32($0.index) }
        let watched = Set(state.agenda.reminders.compactMap(\.watched)).sorted()
        let place = state.place
        let facts = LocalFacts(
            term: local.term,
            node: UInt32(local.id.index),
            isRunning: place.status == .running,
            mayDie: place.status == .running && !system.members[local.id.index].isSpared,
            isAwaited: place.status == .running || state.isBeginning,
            isCrashed: place.status == .crashed,
            mayBegin: state.isBeginning || options.restarts && place.status == .crashed,
            calls: UInt32(words.append(contentsOf: always)),
            callCount: UInt32(always.count),
            others: UInt32(words.append(contentsOf: paused + watched)),
            pausedCount: UInt16(paused.count),
            watchedCount: UInt16(watched.count)
        )
        _ = states.append(state)
        let number = UInt32(locals.append(facts))
        localNumbers[local.term] = number
        return number
    }

    /// The number of the state of a place before anybody has begun.
    func first(_ id: NodeID) -> UInt32 {
        do {
            var state = LocalState<N>()
            if system.members[id.index].begins == .atOnce { state.launch() }
            let local = try named(state, at: id)
            return lock.withLock { number(local) }
        } catch {
            preconditionFailure("an empty place cannot be hashed: \(error)")
        }
    }

    // MARK: Other names

    override var groups: [[Int]] { system.interchangeable.map { $0.map(\.index) } }

    override func term(ofLocal local: UInt32, naming names: [UInt64]) -> UInt64 {
        let id = NodeID(Int(locals[Int(local)].node))
        return term(naming: names) { try $0.place(states[Int(local)], at: id) }
    }

    override func term(ofCall call: UInt32, naming names: [UInt64]) -> UInt64 {
        term(naming: names) { try $0.message(envelope(call)) }
    }

    private func term(naming names: [UInt64], _ term: (ContentHash) throws -> UInt64) -> UInt64 {
        var hash = hash
        hash.names = names
        do {
            return try term(hash)
        } catch {
            preconditionFailure("what was hashed before cannot be hashed: \(error)")
        }
    }

    // MARK: Calls

    override func compute(local: UInt32, call: UInt32) -> () -> [UInt32] {
        let id = NodeID(Int(locals[Int(local)].node))
        do {
            switch meanings[Int(call)] {
            case .start: return try run(.call(.start), local, id)
            case .idle: return try run(.call(.idle), local, id)
            case .fire(let timer): return try run(.call(.fire(timer)), local, id)
            case .receive(let envelope):
                let call = Call<Words>.receive(envelope.message, from: envelope.sender)
                return try run(.call(call), local, id)
            case .finish: return try run(.finish, local, id)
            case .crash: return try change(local, id) { $0.end(.crashed) }
            case .launch: return try change(local, id) { $0.launch() }
            case .end(let other, let later):
                return try change(local, id) { $0.noteEnd(of: other, except: later) }
            }
        } catch {
            let name = system.name(of: id)
            let problem = Problem.impure("\(name) cannot be encoded: \(error)")
            return { self.refused(local, problem) }
        }
    }

    private func refused(_ local: UInt32, _ problem: Problem) -> [UInt32] {
        problems.append(problem)
        return Transition.words(
            local: local,
            problem: problems.count - 1,
            effects: [],
            deaths: []
        )
    }

    private func change(
        _ local: UInt32,
        _ id: NodeID,
        _ change: (inout LocalState<N>) -> Void
    ) throws -> () -> [UInt32] {
        var state = states[Int(local)]
        change(&state)
        let after = try named(state, at: id)
        return {
            Transition.words(local: self.number(after), problem: nil, effects: [], deaths: [])
        }
    }

    private func run(
        _ cause: Cause,
        _ local: UInt32,
        _ id: NodeID
    ) throws -> () -> [UInt32] {
        let before = states[Int(local)]
        var state = before
        let result = perform(cause, on: &state, at: id)
        let name = system.name(of: id)
        if let reason = result.impossible {
            return { self.refused(local, .impossible("\(name) \(reason)")) }
        }
        if options.checksPurity, let reason = impurity(of: cause, on: before, at: id) {
            return { self.refused(local, .impure("\(name): \(reason)")) }
        }
        let after = try named(state, at: id)
        let others = try result.effects.enumerated().map { place, effect in
            try self.outside(effect, of: id, before: result.effects[(place + 1)...])
        }
        var deaths: [(crashAfter: Int, local: NamedLocal)] = []
        let mayDie = options.crashesMax > 0 && !system.members[id.index].isSpared
        for count in 0..<(mayDie ? max(1, result.effects.count) : 0) {
            // To die with nothing done is to die before the call; to die after an effect of which
            // nothing stays is to die before that effect. Only a first breath leaves its mark, and what
            // has come to rest.
            let leaves = count == 0 ? cause.leavesMark : result.effects[count - 1].outlivesItsNode
            guard leaves else { continue }
            var dead = before
            _ = perform(cause, on: &dead, at: id, crashAfter: count)
            deaths.append((count, try named(dead, at: id)))
        }
        return {
            let deaths = deaths.map { death in
                let effects = others.prefix(death.crashAfter).reduce(0) { $0 + $1.count }
                return Transition.Death(
                    crashAfter: UInt32(death.crashAfter),
                    local: self.number(death.local),
                    effectCount: UInt32(effects)
                )
            }
            let words = others.joined().map(self.word)
            return Transition.words(
                local: self.number(after),
                problem: nil,
                effects: words,
                deaths: deaths,
                isPlain: before.place.status == .running && after.state.place.status == .running
                    && words.allSatisfy { Transition.Effect(of: $0) == .datagram }
                    && Set(words).count == words.count
            )
        }
    }

    /// An effect that touches others; sends with their message named.
    private enum Outside {
        case send(NamedCall)
        case launch(NodeID)
        case kill(NodeID)
        case watch(NodeID)
        /// How the node itself takes the end of a life that the effect before this has brought about, or
        /// found: as all others do, but for watches that have yet to begin.
        case ownEnd(NamedCall)
    }

    private func outside(
        _ effect: Effect<Words>,
        of id: NodeID,
        before rest: ArraySlice<Effect<Words>>
    ) throws -> [Outside] {
        switch effect {
        case .send(let message, let receiver, let link):
            let envelope = Envelope<Words>(
                sender: id,
                receiver: receiver,
                link: link,
                message: message
            )
            return [.send(try named(envelope))]
        case .launch(let other): return [.launch(other)]
        case .kill(let other): return try [.kill(other)] + ownEnd(of: other, before: rest)
        case .watch(let other, _): return try [.watch(other)] + ownEnd(of: other, before: rest)
        case .arm, .disarm, .save, .write, .pause, .resume, .read, .wantIdle, .emit, .halt:
            return []
        }
    }

    /// Needed only if the same handler goes on to watch that node.
    private func ownEnd(
        of other: NodeID,
        before rest: ArraySlice<Effect<Words>>
    ) throws -> [Outside] {
        var watchesAgain = false
        var later: [Words.Timer] = []
        for case .watch(let node, let timer) in rest {
            if node == other { watchesAgain = true }
            later.append(timer)
        }
        guard watchesAgain else { return [] }
        let term = try hash.end(of: other, except: later)
        let facts = CallFacts(term: term, kind: .end, sender: 0, receiver: 0)
        let meaning = Meaning.end(of: other, except: later)
        return [.ownEnd(NamedCall(meaning: meaning, term: term, facts: facts))]
    }

    private func word(_ effect: Outside) -> UInt32 {
        switch effect {
        case .send(let call):
            let isOrdered = call.facts.kind == .stream
            return (isOrdered ? Transition.Effect.stream : .datagram).word(number(call))
        case .launch(let other): return Transition.Effect.launch.word(UInt32(other.index))
        case .kill(let other): return Transition.Effect.kill.word(UInt32(other.index))
        case .watch(let other): return Transition.Effect.watch.word(UInt32(other.index))
        case .ownEnd(let call): return Transition.Effect.ownEnd.word(number(call))
        }
    }
}

extension Effect {
    /// Whether it makes a difference when its node dies right after it.
    fileprivate var outlivesItsNode: Bool {
        switch self {
        case .send(_, _, .datagram), .send(_, _, .acknowledged): true
        case .send(_, _, .stream): false
        case .save, .launch, .kill, .emit: true
        // What was being put to rest is not there, or came to rest just before its node died.
        case .write, .watch: false
        case .arm, .disarm, .pause, .resume, .read, .wantIdle, .halt: false
        }
    }
}

extension CallFacts.Kind {
    fileprivate init(_ link: Link) {
        self =
            switch link {
            case .stream: .stream
            case .datagram: .datagram
            case .acknowledged: .acknowledged
            }
    }
}

extension Agenda.Reminder {
    /// Whose end it waits for, by index.
    fileprivate var watched: UInt32? {
        switch trigger {
        case .end(let node): UInt32(node.index)
        case .after, .now: nil
        }
    }
}
