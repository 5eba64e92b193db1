import Chance
import Nodes

/// Fingerprints of the parts of a global state, from their contents alone.
///
/// The fingerprint of a global state is a sum: a term for each place, one for each datagram in flight,
/// one for each stream that holds something, and one for the budgets. A step changes few of them.
struct ContentHash {
    let timers: ExplorationOptions.Timers
    /// What each node counts as, by index; see `Fingerprint`.
    var names: [UInt64] = []

    private static let salts:
        (
            place: UInt64, message: UInt64, timer: UInt64, budget: UInt64, watch: UInt64,
            due: UInt64
        ) = (
            0x9216_D5D9_8979_FB1B, 0xD131_0BA6_98DF_B5AC, 0x2FFD_72DB_D01A_DFB7,
            0xB8E1_AFED_6A26_7E96, 0xBA7C_9045_F12C_7F99, 0x24A1_9947_B391_6CF7
        )

    private func name(_ id: NodeID) -> UInt64 {
        names.indices.contains(id.index) ? names[id.index] : UInt64(id.index)
    }

    func timer(_ timer: some Encodable) throws -> UInt64 {
        SplitMix64.mixed(try Fingerprint(of: timer, naming: names).bits ^ Self.salts.timer)
    }

    /// What names the end of a life of which some watches, that have yet to begin, know nothing.
    func end(of node: NodeID, except later: [some Encodable]) throws -> UInt64 {
        var hash = Fingerprint()
        hash.combine(Self.salts.watch)
        hash.combine(name(node))
        for timer in later { hash.combine(try self.timer(timer)) }
        return hash.bits
    }

    /// The term of a message in flight.
    func message<Words: Vocabulary>(_ envelope: Envelope<Words>) throws -> UInt64 {
        var hash = Fingerprint()
        hash.combine(Self.salts.message)
        hash.combine(name(envelope.sender))
        hash.combine(name(envelope.receiver))
        hash.combine(Self.number(envelope.link))
        hash.combine(try Fingerprint(of: envelope.message, naming: names).bits)
        return hash.bits
    }

    private static func number(_ link: Link) -> UInt64 {
        switch link {
        case .datagram: 0
        case .stream: 1
        case .acknowledged: 2
        }
    }

    /// The term of a stream, from the terms of its messages in order; 0 if there are none.
    @inline(__always)
    static func stream(_ terms: some Sequence<UInt64>) -> UInt64 {
        var hash: UInt64 = 0
        for term in terms { hash = SplitMix64.mixed(hash &+ 0x9E37_79B9_7F4A_7C15 ^ term) }
        return hash
    }

    /// The term of the budgets; 0 as long as nothing is used.
    @inline(__always)
    static func budgets(_ used: UInt64) -> UInt64 {
        used == 0 ? 0 : SplitMix64.mixed(used ^ salts.budget)
    }

    /// The term of a place.
    ///
    /// Everything counts that can make a difference to what comes: not the order in which timers were
    /// armed, nor their delays, if they may fire in any order, and never the order of those that wait for
    /// no time.
    func place<N: Node>(_ state: LocalState<N>, at id: NodeID) throws -> UInt64 {
        let place = state.place
        var hash = Fingerprint()
        hash.combine(Self.salts.place)
        hash.combine(name(id))
        hash.combine(try Fingerprint(of: place.node, naming: names).bits)
        hash.combine(place.status.rawValue)
        hash.combine(UInt64(bitPattern: Int64(place.incarnation)))
        try combine(place.saved, place.saved.isEmpty, &hash)
        try combine(place.damaged, place.damaged.isEmpty, &hash)
        try combine(place.outputs, place.outputs.isEmpty, &hash)
        hash.combine((state.isBeginning ? 1 : 0) | (state.agenda.wantsIdle ? 2 : 0))
        let paused = state.agenda.paused
        try combine(Set(paused), paused.isEmpty, &hash)
        hash.combine(try reminders(state.agenda.reminders))
        hash.combine(try writes(state.agenda.writes))
        return hash.bits
    }

    /// In the order in which they will be done; 0 if there are none.
    private func writes<Words: Vocabulary>(_ writes: [Agenda<Words>.Write]) throws -> UInt64 {
        guard !writes.isEmpty else { return 0 }
        var hash = Fingerprint()
        for write in writes {
            hash.combine(try Fingerprint(of: write.value, naming: names).bits)
            hash.combine(write.name)
            hash.combine(try timer(write.then))
            hash.combine(try timer(write.otherwise))
        }
        return hash.bits
    }

    private func combine(
        _ value: some Encodable,
        _ isEmpty: Bool,
        _ hash: inout Fingerprint
    ) throws {
        hash.combine(isEmpty ? 0 : try Fingerprint(of: value, naming: names).bits)
    }

    private func reminders<Words: Vocabulary>(
        _ reminders: [Agenda<Words>.Reminder]
    ) throws -> UInt64 {
        var hash = Fingerprint()
        var sum: UInt64 = 0
        for reminder in reminders {
            let term = try timer(reminder.timer)
            switch (reminder.trigger, timers) {
            case (.after, .anyOrder): sum &+= term
            case (.after(let bounds), .bounded):
                hash.combine(term)
                hash.combine(UInt64(bitPattern: Int64(bounds.lowerBound)))
                hash.combine(UInt64(bitPattern: Int64(bounds.upperBound)))
            case (.end(let node), _):
                sum &+= SplitMix64.mixed(term ^ Self.salts.watch &+ SplitMix64.mixed(name(node)))
            case (.now, _): sum &+= SplitMix64.mixed(term ^ Self.salts.due)
            }
        }
        hash.combine(sum)
        return hash.bits
    }
}
