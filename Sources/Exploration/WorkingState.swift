/// A global state that is being changed: one for each thread, used again and again.
///
/// The fingerprint follows each change.
final class WorkingState {
    private let tables: Tables
    private let nodeCount: Int
    private let remembers: Bool
    private let words: UnsafeMutablePointer<UInt32>
    private let capacity: Int
    private let locals: UnsafeMutablePointer<UInt32>
    private let datagrams: UnsafeMutablePointer<UInt32>
    // One thread uses this: there is no need to check that at each access.
    @exclusivity(unchecked) private(set) var datagramCount = 0
    private let streams: UnsafeMutablePointer<UInt32>
    @exclusivity(unchecked) private var streamsCount = 0
    @exclusivity(unchecked) private var streamMessageCount = 0
    @exclusivity(unchecked) private var budgets: UInt64 = 0
    @exclusivity(unchecked) private(set) var fingerprint: UInt64 = 0
    @exclusivity(unchecked) var depth = 0

    /// So many messages one transition may add beyond the bound, before the state is cut off.
    private let messagesMax: Int

    init(_ tables: Tables) {
        self.tables = tables
        nodeCount = tables.nodeCount
        remembers = tables.options.datagrams == .remembered
        messagesMax = tables.options.inFlightMax + 1
        // Each message in flight takes at most three words: a stream of its own.
        capacity = StateRecord.headCount + nodeCount + 4 * messagesMax
        words = .allocate(capacity: capacity)
        locals = .allocate(capacity: nodeCount)
        datagrams = .allocate(capacity: messagesMax)
        streams = .allocate(capacity: 3 * messagesMax)
    }

    deinit {
        words.deallocate()
        locals.deallocate()
        datagrams.deallocate()
        streams.deallocate()
    }

    /// Whether there are more messages in flight than may be.
    @exclusivity(unchecked) private(set) var isCutOff = false

    func load(_ record: StateRecord) {
        locals.update(from: record.locals, count: nodeCount)
        datagramCount = record.datagramCount
        datagrams.update(from: record.locals + nodeCount, count: datagramCount)
        let flowing = record.streams(nodeCount: nodeCount)
        streamsCount = flowing.count
        streamMessageCount = 0
        if let base = flowing.baseAddress, !flowing.isEmpty {
            streams.update(from: base, count: streamsCount)
            var at = 0
            while at < streamsCount {
                streamMessageCount += Int(streams[at + 1])
                at += 2 + Int(streams[at + 1])
            }
        }
        budgets = record.budgets
        fingerprint = record.fingerprint
        depth = record.depth
        isCutOff = false
    }

    /// The system before anybody has begun.
    func clear(locals first: [UInt32]) {
        fingerprint = 0
        for (index, local) in first.enumerated() {
            locals[index] = local
            fingerprint &+= tables.facts(local: local).term
        }
        datagramCount = 0
        streamsCount = 0
        streamMessageCount = 0
        budgets = 0
        depth = 0
        isCutOff = false
    }

    /// Packs it; the words are good until the next change.
    func packed() -> StateRecord {
        let count = StateRecord.headCount + nodeCount + datagramCount + streamsCount
        words[0] = UInt32(truncatingIfNeeded: count)
        words[1] = UInt32(truncatingIfNeeded: datagramCount)
        words[2] = UInt32(truncatingIfNeeded: budgets >> 32)
        words[3] = UInt32(truncatingIfNeeded: budgets)
        words[4] = UInt32(truncatingIfNeeded: fingerprint >> 32)
        words[5] = UInt32(truncatingIfNeeded: fingerprint)
        words[6] = UInt32(truncatingIfNeeded: depth)
        var at = words + StateRecord.headCount
        at.update(from: locals, count: nodeCount)
        at += nodeCount
        at.update(from: datagrams, count: datagramCount)
        at += datagramCount
        at.update(from: streams, count: streamsCount)
        return StateRecord(words: UnsafePointer(words))
    }

    // MARK: Budgets

    enum Budget: UInt64 {
        case duplicates = 0, drops = 16, firings = 32, crashes = 48
    }

    func use(_ budget: Budget) {
        fingerprint &-= ContentHash.budgets(budgets)
        budgets += 1 << budget.rawValue
        fingerprint &+= ContentHash.budgets(budgets)
    }

    // MARK: Nodes

    @inline(__always)
    func local(_ node: Int) -> UInt32 { locals[node] }

    @inline(__always)
    func isRunning(_ node: Int) -> Bool { tables.facts(local: locals[node]).isRunning }

    @inline(__always)
    func set(_ node: Int, _ local: UInt32) {
        fingerprint &-= tables.facts(local: locals[node]).term
        fingerprint &+= tables.facts(local: local).term
        locals[node] = local
    }

    /// Takes a transition of a node, in the order of its effects.
    func run(_ transition: Transition, of node: Int, local: UInt32, effectCount: Int) {
        set(node, local)
        let effects = transition.effects
        for index in 0..<effectCount {
            let word = effects[index]
            let value = Transition.Effect.value(of: word)
            switch Transition.Effect(of: word) {
            case .datagram: if isReachable(value) { addDatagram(value) }
            case .stream: if isReachable(value) { append(value) }
            case .launch:
                if !isRunning(Int(value)) { become(Int(value), Tables.FixedCall.launch) }
            case .kill:
                guard isRunning(Int(value)) else { continue }
                let ownEnd = ownEnd(after: index, in: effects, effectCount)
                crash(Int(value), by: ownEnd == nil ? nil : node)
                if let ownEnd { become(node, ownEnd) }
            case .watch:
                if tables.facts(local: locals[Int(value)]).isAwaited { continue }
                if let ownEnd = ownEnd(after: index, in: effects, effectCount) {
                    become(node, ownEnd)
                } else {
                    noteEnd(of: Int(value), at: node)
                }
            case .ownEnd, nil: break
            }
        }
        let facts = tables.facts(local: locals[node])
        if facts.isCrashed {
            loseAllThatDiesWith(node)
        } else if !facts.isRunning {
            // What it has sent before it halted still arrives.
            lose { $0.receiver == node }
            noteEnd(of: node)
        }
    }

    /// How the node takes the end of a life, if an effect says that it takes it in its own way.
    private func ownEnd(
        after index: Int,
        in effects: UnsafePointer<UInt32>,
        _ count: Int
    ) -> UInt32? {
        guard index + 1 < count, Transition.Effect(of: effects[index + 1]) == .ownEnd else {
            return nil
        }
        return Transition.Effect.value(of: effects[index + 1])
    }

    /// Ends a life.
    ///
    /// - Parameters:
    ///   - node: Whose.
    ///   - killer: Who is not told, since he knows.
    func crash(_ node: Int, by killer: Int? = nil) {
        become(node, Tables.FixedCall.crash)
        loseAllThatDiesWith(node, by: killer)
    }

    /// Makes the timers due that wait for the end of a node's life.
    private func noteEnd(of node: Int, by killer: Int? = nil) {
        for other in 0..<nodeCount
        where other != killer && tables.facts(local: locals[other]).watchedCount > 0 {
            noteEnd(of: node, at: other)
        }
    }

    private func noteEnd(of node: Int, at other: Int) {
        if tables.watches(locals[other], node) { become(other, Tables.FixedCall.end(of: node)) }
    }

    private func become(_ node: Int, _ call: UInt32) {
        set(node, tables.transition(at: tables.transition(of: locals[node], on: call)).local)
    }

    @inline(__always)
    private func isReachable(_ message: UInt32) -> Bool {
        tables.facts(local: locals[Int(tables.facts(call: message).receiver)]).isAwaited
    }

    // MARK: Messages

    /// Acknowledged datagrams count as often as they were sent, as all do if none is remembered.
    private func addDatagram(_ message: UInt32) {
        var at = datagramCount
        while at > 0, datagrams[at - 1] >= message {
            if datagrams[at - 1] == message, remembers,
                tables.facts(call: message).kind == .datagram
            {
                return
            }
            at -= 1
        }
        guard makeRoom() else { return }
        var index = datagramCount
        while index > at {
            datagrams[index] = datagrams[index - 1]
            index -= 1
        }
        datagrams[at] = message
        datagramCount += 1
        fingerprint &+= tables.facts(call: message).term
    }

    func removeDatagram(at index: Int) {
        fingerprint &-= tables.facts(call: datagrams[index]).term
        datagramCount -= 1
        for place in index..<datagramCount { datagrams[place] = datagrams[place + 1] }
    }

    /// Whether one more message finds room; if not, the state is not one to go on from.
    private func makeRoom() -> Bool {
        if datagramCount + streamMessageCount >= messagesMax - 1 { isCutOff = true }
        return !isCutOff
    }

    @inline(__always)
    private func streamTerm(at: Int) -> UInt64 {
        let messages = UnsafeBufferPointer(start: streams + at + 2, count: Int(streams[at + 1]))
        return ContentHash.stream(messages.lazy.map { self.tables.facts(call: $0).term })
    }

    private func append(_ message: UInt32) {
        guard makeRoom() else { return }
        let facts = tables.facts(call: message)
        let channel = facts.sender * UInt32(nodeCount) + facts.receiver
        var at = 0
        while at < streamsCount, streams[at] < channel { at += 2 + Int(streams[at + 1]) }
        if at < streamsCount, streams[at] == channel {
            fingerprint &-= streamTerm(at: at)
            let end = at + 2 + Int(streams[at + 1])
            open(end, by: 1)
            streams[end] = message
            streams[at + 1] += 1
        } else {
            open(at, by: 3)
            streams[at] = channel
            streams[at + 1] = 1
            streams[at + 2] = message
        }
        streamMessageCount += 1
        fingerprint &+= streamTerm(at: at)
    }

    private func open(_ at: Int, by count: Int) {
        var index = streamsCount
        while index > at {
            index -= 1
            streams[index + count] = streams[index]
        }
        streamsCount += count
    }

    private func close(_ at: Int, by count: Int) {
        streamsCount -= count
        for index in at..<max(at, streamsCount) { streams[index] = streams[index + count] }
    }

    /// Takes the first message out of the stream that stands at a place of the record.
    func removeFirst(ofStreamAt at: Int) {
        fingerprint &-= streamTerm(at: at)
        streamMessageCount -= 1
        if streams[at + 1] == 1 {
            close(at, by: 3)
        } else {
            streams[at + 1] -= 1
            close(at + 2, by: 1)
            fingerprint &+= streamTerm(at: at)
        }
    }

    /// Its streams break, and nobody is there any more for what was sent to it.
    private func loseAllThatDiesWith(_ node: Int, by killer: Int? = nil) {
        noteEnd(of: node, by: killer)
        lose { $0.receiver == node || $0.kind == .stream && $0.sender == node }
    }

    /// With a new life, what the old one sent is gone.
    func loseWhatWasSent(by node: Int) {
        lose { $0.sender == node }
    }

    @inline(__always)
    private func lose(_ isLost: (CallFacts) -> Bool) {
        var kept = 0
        for index in 0..<datagramCount {
            let facts = tables.facts(call: datagrams[index])
            if isLost(facts) {
                fingerprint &-= facts.term
            } else {
                datagrams[kept] = datagrams[index]
                kept += 1
            }
        }
        datagramCount = kept
        var at = 0
        while at < streamsCount {
            let count = Int(streams[at + 1])
            // All messages of a stream have one sender and one receiver.
            if isLost(tables.facts(call: streams[at + 2])) {
                fingerprint &-= streamTerm(at: at)
                streamMessageCount -= count
                close(at, by: 2 + count)
            } else {
                at += 2 + count
            }
        }
    }
}
