/// Finds the steps that can be taken in a global state, and takes them: one for each thread.
///
/// It means the same as `Nodes.Configuration`, step by step (a test compares them), in integers only.
final class Stepper {
    let tables: Tables
    let state: WorkingState
    // The steps found last: not an array, whose storage would be counted and checked at each access.
    @exclusivity(unchecked) private var found: UnsafeMutablePointer<Move>
    @exclusivity(unchecked) private var foundMax = 64
    /// How many steps were found last.
    @exclusivity(unchecked) private(set) var moveCount = 0
    /// Whether a timer could have fired, had there been budget left.
    @exclusivity(unchecked) private(set) var lacksFirings = false

    @exclusivity(unchecked) private var inFlightCount = 0
    private let options: ExplorationOptions
    private let dropsMax: Int
    private let duplicatesMax: Int
    let consumes: Bool
    private let firingsMax: Int

    // Transitions that this thread has met already, so that it asks without a lock: open addressing.
    @exclusivity(unchecked)
    private var known: UnsafeMutablePointer<(key: UInt64, transition: UInt32)>
    @exclusivity(unchecked) private var knownShift = 64 - 12
    @exclusivity(unchecked) private var knownCount = 0

    init(_ tables: Tables) {
        self.tables = tables
        options = tables.options
        state = WorkingState(tables)
        found = .allocate(capacity: foundMax)
        switch options.datagrams {
        case .remembered: (consumes, dropsMax, duplicatesMax) = (false, 0, 0)
        case .consumed(let drops, let duplicates):
            (consumes, dropsMax, duplicatesMax) = (true, drops, duplicates)
        }
        firingsMax = options.timerFiringsMax ?? Int.max
        known = .allocate(capacity: 1 << 12)
        known.initialize(repeating: (UInt64.max, 0), count: 1 << 12)
    }

    deinit {
        known.deallocate()
        found.deallocate()
    }

    // MARK: Transitions

    private func transition(_ local: UInt32, _ call: UInt32) -> UInt32 {
        let key = UInt64(local) << 32 | UInt64(call)
        let mask = 1 << (64 - knownShift) - 1
        var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> UInt64(knownShift))
        while known[slot].key != key {
            if known[slot].key == .max {
                let transition = tables.transition(of: local, on: call)
                known[slot] = (key, transition)
                knownCount += 1
                if knownCount > (mask + 1) / 2 { grow() }
                return transition
            }
            slot = (slot + 1) & mask
        }
        return known[slot].transition
    }

    private func grow() {
        let old = known
        let oldCount = 1 << (64 - knownShift)
        knownShift -= 1
        let count = 2 * oldCount
        known = .allocate(capacity: count)
        known.initialize(repeating: (UInt64.max, 0), count: count)
        for index in 0..<oldCount where old[index].key != .max {
            var slot = Int(
                truncatingIfNeeded: (old[index].key &* 0x9E37_79B9_7F4A_7C15) >> UInt64(knownShift)
            )
            while known[slot].key != .max { slot = (slot + 1) & (count - 1) }
            known[slot] = old[index]
        }
        old.deallocate()
    }

    // MARK: Finding steps

    /// The steps found last.
    var moves: [Move] { (0..<moveCount).map { found[$0] } }

    @inline(__always)
    func move(at index: Int) -> Move { found[index] }

    @inline(__always)
    private func append(_ move: Move) {
        if moveCount == foundMax {
            let more = UnsafeMutablePointer<Move>.allocate(capacity: 2 * foundMax)
            more.moveInitialize(from: found, count: foundMax)
            found.deallocate()
            found = more
            foundMax *= 2
        }
        (found + moveCount).initialize(to: move)
        moveCount += 1
    }

    /// Finds the steps that can be taken, in an order that follows from the record alone.
    func findMoves(in record: StateRecord) {
        moveCount = 0
        // A bound from above: a stream counts as many as it has words.
        inFlightCount = record.count - StateRecord.headCount - tables.nodeCount
        lacksFirings = false
        let mayCrash = record.crashes < options.crashesMax
        let nodeCount = tables.nodeCount
        let locals = record.locals
        for node in 0..<nodeCount {
            let facts = tables.facts(local: locals[node])
            if facts.mayBegin {
                add(.begin, node, locals[node], Tables.FixedCall.start, mayCrash: mayCrash)
            }
            for index in 0..<Int(facts.callCount) {
                let call = tables.words[Int(facts.calls) + index]
                if call == Tables.FixedCall.idle {
                    add(.idle, node, locals[node], call, mayCrash: mayCrash)
                } else if call == Tables.FixedCall.finish {
                    add(.finish, node, locals[node], call, mayCrash: mayCrash)
                } else if call & LocalFacts.dueBit != 0 {
                    let timer = call & ~LocalFacts.dueBit
                    add(.remind, node, locals[node], timer, mayCrash: mayCrash)
                } else if record.firings < firingsMax {
                    add(.fire, node, locals[node], call, mayCrash: mayCrash)
                } else {
                    lacksFirings = true
                }
            }
        }
        findDeliveries(in: record, mayCrash: mayCrash)
        guard mayCrash else { return }
        for node in 0..<nodeCount where tables.facts(local: locals[node]).mayDie {
            let call = Tables.FixedCall.crash
            append(Move(kind: .crash, node: UInt32(node), call: call))
        }
    }

    private func findDeliveries(in record: StateRecord, mayCrash: Bool) {
        let locals = record.locals
        let datagrams = record.datagrams(nodeCount: tables.nodeCount)
        for index in datagrams.indices where index == 0 || datagrams[index - 1] != datagrams[index]
        {
            let message = datagrams[index]
            let facts = tables.facts(call: message)
            let receiver = Int(facts.receiver)
            let local = locals[receiver]
            let isRunning = tables.facts(local: local).isRunning
            if facts.kind == .acknowledged {
                if isRunning {
                    add(.acknowledged, receiver, local, message, place: index, mayCrash: mayCrash)
                }
                // Without a budget: its sender's crash is the fault that it is a part of.
                if tables.facts(local: locals[Int(facts.sender)]).isCrashed {
                    let place = UInt32(index)
                    let node = UInt32(receiver)
                    append(Move(kind: .vanish, node: node, call: message, place: place))
                }
                continue
            }
            if isRunning {
                add(.datagram, receiver, local, message, place: index, mayCrash: mayCrash)
            }
            guard consumes else { continue }
            if isRunning, record.duplicates < duplicatesMax {
                add(.duplicate, receiver, local, message, place: index, mayCrash: mayCrash)
            }
            if record.drops < dropsMax {
                let place = UInt32(index)
                append(
                    Move(kind: .drop, node: UInt32(receiver), call: message, place: place)
                )
            }
        }
        let streams = record.streams(nodeCount: tables.nodeCount)
        var at = 0
        while at < streams.count {
            let message = streams[at + 2]
            let facts = tables.facts(call: message)
            let receiver = Int(facts.receiver)
            if isDeliverable(from: facts.sender, to: locals[receiver]) {
                add(.stream, receiver, locals[receiver], message, place: at, mayCrash: mayCrash)
            }
            at += 2 + Int(streams[at + 1])
        }
    }

    /// Whether the receiver lives, and does not hold back what comes over the stream.
    private func isDeliverable(from sender: UInt32, to local: UInt32) -> Bool {
        let facts = tables.facts(local: local)
        return facts.isRunning && !tables.holdsBack(facts, sender)
    }

    @inline(__always)
    private func add(
        _ kind: Move.Kind,
        _ node: Int,
        _ local: UInt32,
        _ call: UInt32,
        place: Int = 0,
        mayCrash: Bool
    ) {
        let transition = transition(local, call)
        var move = Move(
            kind: kind,
            node: UInt32(truncatingIfNeeded: node),
            call: call,
            place: UInt32(truncatingIfNeeded: place),
            transition: transition
        )
        append(move)
        guard mayCrash else { return }
        for death in 0..<tables.transition(at: transition).deathCount {
            move.death = Int32(death)
            append(move)
        }
    }

    /// What is wrong with a step, in such a way that the search ends there.
    @inline(__always)
    func problem(of move: Move) -> Int? {
        switch move.kind {
        case .drop, .vanish, .crash: nil
        case .begin, .fire, .remind, .finish, .idle, .datagram, .acknowledged, .duplicate, .stream:
            tables.transition(at: move.transition).problem
        }
    }

    // MARK: Taking steps

    /// The fingerprint of what comes out of a step, where it can be told without taking the step.
    ///
    /// Nine of ten steps lead to states that are known already: for those, this is all.
    @inline(__always)
    func fingerprint(after move: Move, in record: StateRecord) -> UInt64? {
        guard move.death < 0 else { return nil }
        switch move.kind {
        case .remind, .finish, .idle, .datagram, .acknowledged: break
        case .fire: if firingsMax != .max { return nil }
        case .begin, .duplicate, .stream, .drop, .vanish, .crash: return nil
        }
        let transition = tables.transition(at: move.transition)
        guard transition.isPlain else { return nil }
        let effectCount = Int(transition.effectCount)
        // Whether there is room for more messages is for the other way to say.
        if effectCount > 0, inFlightCount + effectCount > options.inFlightMax { return nil }
        var fingerprint = record.fingerprint
        let local = record.locals[Int(move.node)]
        if local != transition.local {
            fingerprint &-= tables.facts(local: local).term
            fingerprint &+= tables.facts(local: transition.local).term
        }
        if consumes && move.kind == .datagram || move.kind == .acknowledged {
            fingerprint &-= tables.facts(call: move.call).term
        }
        let effects = transition.effects
        for index in 0..<effectCount {
            let message = Transition.Effect.value(of: effects[index])
            let facts = tables.facts(call: message)
            guard tables.facts(local: record.locals[Int(facts.receiver)]).isAwaited else {
                continue
            }
            if !consumes, facts.kind == .datagram, isInFlight(message, record) { continue }
            fingerprint &+= facts.term
        }
        return fingerprint
    }

    @inline(__always)
    private func isInFlight(_ message: UInt32, _ record: StateRecord) -> Bool {
        let datagrams = record.datagrams(nodeCount: tables.nodeCount)
        for index in 0..<datagrams.count where datagrams[index] == message { return true }
        return false
    }

    /// Takes a step that was found in a record; what comes out of it stands in `state`.
    func take(_ move: Move, in record: StateRecord) {
        state.load(record)
        state.depth += 1
        let node = Int(move.node)
        switch move.kind {
        case .begin:
            state.loseWhatWasSent(by: node)
        case .fire:
            if firingsMax != .max { state.use(.firings) }
        case .remind, .finish, .idle: break
        case .datagram:
            if consumes { state.removeDatagram(at: Int(move.place)) }
        case .acknowledged:
            state.removeDatagram(at: Int(move.place))
        case .duplicate:
            state.use(.duplicates)
        case .stream:
            state.removeFirst(ofStreamAt: Int(move.place))
        case .drop:
            state.use(.drops)
            state.removeDatagram(at: Int(move.place))
            return
        case .vanish:
            state.removeDatagram(at: Int(move.place))
            return
        case .crash:
            state.use(.crashes)
            state.crash(node)
            return
        }
        run(move, node)
    }

    /// Lets a node begin for the first time, before all other steps.
    func begin(_ node: Int, in record: StateRecord, death: Int32) -> Move {
        var move = Move(kind: .begin, node: UInt32(node), call: Tables.FixedCall.start)
        move.transition = transition(record.locals[node], move.call)
        move.death = death
        take(move, in: record)
        return move
    }

    /// In how many ways a node may die in its first breath.
    func deathCount(ofBeginning node: Int, in record: StateRecord) -> Int {
        guard record.crashes < options.crashesMax else { return 0 }
        let index = transition(record.locals[node], Tables.FixedCall.start)
        return tables.transition(at: index).deathCount
    }

    private func run(_ move: Move, _ node: Int) {
        let transition = tables.transition(at: move.transition)
        if move.death < 0 {
            let count = Int(transition.effectCount)
            state.run(transition, of: node, local: transition.local, effectCount: count)
        } else {
            let death = transition.death(Int(move.death))
            state.use(.crashes)
            let count = Int(death.effectCount)
            state.run(transition, of: node, local: death.local, effectCount: count)
        }
    }
}
