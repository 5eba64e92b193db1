@testable import Messaging

/// The rules of `ReliableDatagrams` said in the plainest way: lists of everything, searched from the start.
struct NaiveDatagrams {
    struct Message {
        let peer: PeerLife
        let payload: [UInt8]
        var sequence: UInt64?
        var attempts = 0
        var due = 0
        var isAcknowledged = false
    }

    let windowMessages: Int
    let waitingMessagesMax: Int
    /// Knows the delays, which are looked at by a test of their own.
    let delays: ReliableDatagrams
    private(set) var messages: [Message] = []
    private var received: [PeerLife: [UInt64]] = [:]
    private var owed: [PeerLife: [UInt64]] = [:]
    /// The first life that is not over, of each index.
    private var present: [Int: Int] = [:]

    init(windowMessages: Int, waitingMessagesMax: Int, delays: ReliableDatagrams) {
        self.windowMessages = windowMessages
        self.waitingMessagesMax = waitingMessagesMax
        self.delays = delays
    }

    var unacknowledgedCount: Int { messages.count { !$0.isAcknowledged } }
    var nextDue: Int? { inFlight.map { messages[$0].due }.min() }

    private var inFlight: [Int] {
        messages.indices.filter { messages[$0].sequence != nil && !messages[$0].isAcknowledged }
    }

    private mutating func isOver(_ peer: PeerLife) -> Bool {
        if peer.incarnation < present[peer.index, default: 0] { return true }
        if peer.incarnation > present[peer.index, default: 0] { end(before: peer) }
        return false
    }

    private mutating func end(before peer: PeerLife) {
        present[peer.index] = peer.incarnation
        messages.removeAll { $0.peer.index == peer.index }
        received = received.filter { $0.key.index != peer.index }
        owed = owed.filter { $0.key.index != peer.index }
    }

    mutating func forget(_ peer: PeerLife) {
        guard !isOver(peer) else { return }
        end(before: PeerLife(index: peer.index, incarnation: peer.incarnation + 1))
    }

    /// The numbers are given out in order, as far as the window reaches.
    private mutating func admit(_ peer: PeerLife, now: Int) {
        let own = messages.indices.filter { messages[$0].peer == peer }
        for (number, index) in own.enumerated() where messages[index].sequence == nil {
            let oldest = own.firstIndex { !messages[$0].isAcknowledged } ?? number
            guard number - oldest < windowMessages else { return }
            messages[index].sequence = UInt64(number + 1)
            messages[index].due = now
        }
    }

    /// Nil when it is refused; an empty list when it waits.
    mutating func send(_ payload: [UInt8], to peer: PeerLife, now: Int) -> [UInt64]? {
        if isOver(peer) { return nil }
        let waiting = messages.count { $0.peer == peer && $0.sequence == nil }
        messages.append(Message(peer: peer, payload: payload))
        let index = messages.count - 1
        admit(peer, now: now)
        guard let sequence = messages[index].sequence else {
            if waiting >= waitingMessagesMax {
                messages.removeLast()
                return nil
            }
            return []
        }
        messages[index].attempts = 1
        messages[index].due = now + delays.retryDelay(peer, sequence, attempts: 1)
        return [sequence]
    }

    mutating func acknowledged(_ sequences: [UInt64], from peer: PeerLife, now: Int) {
        guard !isOver(peer) else { return }
        for index in messages.indices where messages[index].peer == peer {
            guard let sequence = messages[index].sequence else { continue }
            if sequences.contains(sequence) { messages[index].isAcknowledged = true }
        }
        admit(peer, now: now)
    }

    mutating func due(now: Int) -> [ReliableDatagrams.Transmission] {
        let due = inFlight.filter { messages[$0].due <= now }.sorted { left, right in
            let (a, b) = (messages[left], messages[right])
            return (a.due, a.peer, a.sequence ?? 0) < (b.due, b.peer, b.sequence ?? 0)
        }
        return due.map { index in
            messages[index].attempts += 1
            let (message, sequence) = (messages[index], messages[index].sequence ?? 0)
            messages[index].due =
                now + delays.retryDelay(message.peer, sequence, attempts: message.attempts)
            return .init(
                peer: message.peer,
                sequence: sequence,
                attempt: message.attempts,
                payload: message.payload
            )
        }
    }

    mutating func received(_ sequence: UInt64, from peer: PeerLife) -> ReliableDatagrams.Reception {
        if sequence == 0 { return .refused(.noSequence) }
        if isOver(peer) { return .refused(.lifeIsOver) }
        let known = received[peer, default: []]
        var floor: UInt64 = 0
        while known.contains(floor + 1) { floor += 1 }
        let window = UInt64(ReliableDatagrams.Limit.windowMessages)
        if sequence > floor, sequence - floor > window { return .refused(.tooFarAhead) }
        owed[peer, default: []].append(sequence)
        if known.contains(sequence) { return .duplicate }
        received[peer, default: []].append(sequence)
        return .new
    }

    mutating func takeAcknowledgements() -> [PeerLife: [UInt64]] {
        defer { owed = [:] }
        return owed.mapValues { Set($0).sorted() }
    }
}
