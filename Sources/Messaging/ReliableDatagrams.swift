/// Acknowledged, retried, de-duplicated delivery of datagrams, as a value: it has no socket and no clock.
///
/// Its owner says what happened and what time it is, and sends what it is given:
///
/// ```swift
/// if let transmission = try reliable.send(payload, to: peer, now: now) { socket.send(transmission) }
/// if reliable.received(sequence, from: peer) == .new { handle(payload) }
/// for list in reliable.takeAcknowledgements() { socket.send(list) }      // at the end of a turn
/// reliable.acknowledged(sequences, from: peer, now: now)
/// for transmission in reliable.due(now: now) { socket.send(transmission) }
/// ```
///
/// What is sent reaches the peer's life once, unless one of the two lives ends before. Nothing is said
/// about the order. Retries go on until the owner declares the peer's life over: only a failure detector
/// could know better, and there is none here.
///
/// Each datagram and each acknowledgement must name *both* lives, the sender's and the one that it is meant
/// for, and the owner must drop what is meant for another life than its own. Otherwise an acknowledgement
/// of message 7 to the life before could be taken for one of message 7 to this life, which would then be lost.
///
/// Times are nanoseconds of any clock that does not go back. Sequence numbers have 64 bits and do not
/// wrap: at a billion messages a second they last for five hundred years.
public struct ReliableDatagrams: Hashable, Sendable {
    /// What bounds the memory and the patience of both sides.
    public enum Limit {
        /// How far a message may be ahead of the oldest one without an acknowledgement; part of the protocol.
        public static let windowMessages = 1024
        /// How many messages may wait for room in the window to one peer.
        public static let waitingMessagesPerPeerMax = 65_536
        /// How many bytes they may have together.
        public static let waitingBytesPerPeerMax = 64 << 20
        /// How many acknowledgements one list holds; what is beyond is acknowledged at the next retry.
        ///
        /// At eight bytes each they fit into one datagram.
        public static let acknowledgementsPerPeerMax = 4096
        /// How many peers there may be.
        public static let peersMax = 65_536
        /// The time from the first sending to the first retry; it doubles with each retry.
        public static let retryFirstNanoseconds = 20_000_000
        /// The longest time between two retries.
        public static let retryMaxNanoseconds = 500_000_000
    }

    /// A message that is to be sent now, for the first time or again.
    public struct Transmission: Hashable, Sendable {
        /// The life that it is meant for.
        public let peer: PeerLife
        /// Its number, counted from 1 for each pair of lives.
        public let sequence: UInt64
        /// How often it has been sent, this time included.
        public let attempt: Int
        /// What was handed in.
        public let payload: [UInt8]
    }

    /// What a message is that has come in.
    public enum Reception: Hashable, Sendable {
        /// It came for the first time: handle it. It is acknowledged.
        case new
        /// It came before: do nothing. It is acknowledged again, since an acknowledgement may be lost.
        case duplicate
        /// Its sender breaks the rules or is dead: count it and drop it. It is not acknowledged.
        case refused(Refusal)
    }

    /// Why a message that came in counts for nothing.
    public enum Refusal: Hashable, Sendable {
        /// That life has ended, or a later one is known.
        case lifeIsOver
        /// The number lies beyond the window, where no sender that keeps the rules goes.
        case tooFarAhead
        /// The number is 0; they begin with 1.
        case noSequence
        /// There are as many peers as there may be.
        case tooManyPeers
    }

    /// What is to be acknowledged to one peer.
    public struct Acknowledgements: Hashable, Sendable {
        /// The life that it is meant for.
        public let peer: PeerLife
        /// The numbers, each once, from the lowest.
        public let sequences: [UInt64]
    }

    private struct Peer: Hashable, Sendable {
        var life: PeerLife
        var isOver = false
        var outgoing = OutgoingWindow()
        var incoming = ReceivedSequences()
        var acknowledgements: [UInt64] = []
    }

    private let windowMessages: Int
    private let waitingMessagesMax: Int
    private let jitterSeed: UInt64
    /// In the order in which they were met; a later life takes the place of the one before.
    private var peers: [Peer] = []
    /// Where in `peers` an index stands; asked for single ones, never walked.
    private var places: [Int: Int] = [:]
    /// The places of peers that something is to be acknowledged to.
    private var owed: [Int] = []
    private var times = RetryTimes()
    private var inFlightCount = 0
    private var waitingCount = 0

    /// Nothing sent, nothing received.
    ///
    /// - Parameters:
    ///   - jitterSeed: Best another one for each node, such as its index: retries of nodes with different
    ///     seeds do not come in step.
    ///   - windowMessages: How far this side goes ahead of the oldest message without an acknowledgement.
    ///   - waitingMessagesPerPeerMax: How many messages may wait for one peer.
    public init(
        jitterSeed: UInt64,
        windowMessages: Int = Limit.windowMessages,
        waitingMessagesPerPeerMax: Int = Limit.waitingMessagesPerPeerMax
    ) {
        precondition(1...Limit.windowMessages ~= windowMessages, "a window of \(windowMessages)")
        self.jitterSeed = jitterSeed
        self.windowMessages = windowMessages
        waitingMessagesMax = waitingMessagesPerPeerMax
    }

    /// How many messages have been taken for sending and are not acknowledged, those included that wait.
    public var unacknowledgedCount: Int { inFlightCount + waitingCount }

    /// When `due(now:)` has something to give; nil if nothing is in flight.
    public var nextDue: Int? { times.first?.time }

    /// How many entries are held that come and go with messages.
    var heldCount: Int {
        unacknowledgedCount + times.count
            + owed.reduce(0) { $0 + peers[$1].acknowledgements.count }
    }

    // MARK: Sending

    /// Takes a message for sending.
    ///
    /// - Returns: What to send now; nil while the window to that peer is full: `due(now:)` then gives it
    ///   out when the peer has acknowledged others.
    /// - Throws: `SendRefusal`; then the message was not taken.
    public mutating func send(
        _ payload: [UInt8],
        to peer: PeerLife,
        now: Int
    ) throws(SendRefusal) -> Transmission? {
        let place: Int
        switch meet(peer) {
        case .present(let known): place = known
        case .over: throw .lifeIsOver(peer)
        case .tooMany: throw .tooManyPeers(peer)
        }
        guard peers[place].outgoing.hasRoom(windowMessages: windowMessages) else {
            try wait(payload, place)
            return nil
        }
        let sequence = peers[place].outgoing.admit(payload, attempts: 1)
        inFlightCount += 1
        arm(peer, sequence, attempts: 1, now: now)
        return Transmission(peer: peer, sequence: sequence, attempt: 1, payload: payload)
    }

    private mutating func wait(_ payload: [UInt8], _ place: Int) throws(SendRefusal) {
        let messages = peers[place].outgoing.waitingCount
        let bytes = peers[place].outgoing.waitingBytes
        guard messages < waitingMessagesMax,
            bytes + payload.count <= Limit.waitingBytesPerPeerMax
        else { throw .tooMuchWaits(peers[place].life, messages: messages, bytes: bytes) }
        peers[place].outgoing.wait(payload)
        waitingCount += 1
    }

    /// Enters what a peer says it has received; numbers that are unknown or known already do nothing.
    public mutating func acknowledged(_ sequences: [UInt64], from peer: PeerLife, now: Int) {
        guard case .present(let place) = meet(peer) else { return }
        for sequence in sequences where peers[place].outgoing.acknowledge(sequence) {
            inFlightCount -= 1
        }
        while let sequence = peers[place].outgoing.admitWaiting(windowMessages: windowMessages) {
            waitingCount -= 1
            inFlightCount += 1
            times.insert(.init(time: now, peer: peer, sequence: sequence))
        }
        sweep()
    }

    /// What is to be sent by now: retries, and messages that have waited for room in the window.
    ///
    /// Each message comes once, however late the call is.
    public mutating func due(now: Int) -> [Transmission] {
        var transmissions: [Transmission] = []
        while let entry = times.first, entry.time <= now {
            times.removeFirst()
            let (peer, sequence) = (entry.peer, entry.sequence)
            guard let place = place(of: peer),
                let message = peers[place].outgoing.sendAgain(sequence)
            else { continue }
            let attempts = message.attempts
            // The delay is longer than nothing, so this one does not come up again in this call.
            arm(peer, sequence, attempts: attempts, now: now)
            transmissions.append(
                Transmission(
                    peer: peer,
                    sequence: sequence,
                    attempt: attempts,
                    payload: message.payload
                )
            )
        }
        sweep()
        return transmissions
    }

    private mutating func arm(_ peer: PeerLife, _ sequence: UInt64, attempts: Int, now: Int) {
        let delay = retryDelay(peer, sequence, attempts: attempts)
        times.insert(.init(time: now + delay, peer: peer, sequence: sequence))
    }

    /// How long to wait for an acknowledgement after so many sendings: up to a quarter less than the
    /// doubling says, so that what was sent together is not sent again together.
    func retryDelay(_ peer: PeerLife, _ sequence: UInt64, attempts: Int) -> Int {
        var whole = Limit.retryFirstNanoseconds
        for _ in 1..<attempts where whole < Limit.retryMaxNanoseconds { whole *= 2 }
        whole = min(whole, Limit.retryMaxNanoseconds)
        // 2^64 divided by the golden ratio spreads neighbours evenly (Knuth, volume 3, section 6.4).
        let spread: UInt64 = 0x9E37_79B9_7F4A_7C15
        let bits = [UInt64(truncatingIfNeeded: peer.index), sequence, UInt64(attempts)]
            .reduce(jitterSeed &* spread) { ($0 ^ $1) &* spread }
        return whole - whole / 4 * Int(bits >> 54) / 1024
    }

    // MARK: Receiving

    /// Enters a message that has come in, and says whether it is to be handled.
    public mutating func received(_ sequence: UInt64, from peer: PeerLife) -> Reception {
        guard sequence > 0 else { return .refused(.noSequence) }
        let place: Int
        switch meet(peer) {
        case .present(let known): place = known
        case .over: return .refused(.lifeIsOver)
        case .tooMany: return .refused(.tooManyPeers)
        }
        switch peers[place].incoming.enter(sequence) {
        case .tooFarAhead: return .refused(.tooFarAhead)
        case .new:
            acknowledge(sequence, place)
            return .new
        case .duplicate:
            acknowledge(sequence, place)
            return .duplicate
        }
    }

    private mutating func acknowledge(_ sequence: UInt64, _ place: Int) {
        let count = peers[place].acknowledgements.count
        guard count < Limit.acknowledgementsPerPeerMax else { return }
        if count == 0 { owed.append(place) }
        peers[place].acknowledgements.append(sequence)
    }

    /// What is to be acknowledged since the last call, a list a peer, from the lowest index; best sent at
    /// the end of a turn.
    ///
    /// If a list is lost nothing else is: the peer sends again.
    public mutating func takeAcknowledgements() -> [Acknowledgements] {
        let lists = owed.map { place in
            var sequences: [UInt64] = []
            for sequence in peers[place].acknowledgements.sorted() where sequence != sequences.last
            {
                sequences.append(sequence)
            }
            peers[place].acknowledgements.removeAll(keepingCapacity: true)
            return Acknowledgements(peer: peers[place].life, sequences: sequences)
        }
        owed.removeAll(keepingCapacity: true)
        return lists.sorted { $0.peer < $1.peer }
    }

    // MARK: Lives

    /// Drops everything from and for this life and those before it, and refuses them from now on.
    ///
    /// A later life that shows itself, in any call, has the same effect on those before it.
    public mutating func forget(_ peer: PeerLife) {
        guard case .present(let place) = meet(peer) else { return }
        replace(place, by: peer)
        peers[place].isOver = true
        sweep()
    }

    private enum Meeting {
        /// It is the present life of its peer, which stands at this place.
        case present(Int)
        /// It has ended, or a later one is known.
        case over
        /// It is unknown, and there is no place left.
        case tooMany
    }

    /// Makes a life the present one of its peer, unless it is over.
    private mutating func meet(_ peer: PeerLife) -> Meeting {
        guard let place = places[peer.index] else {
            guard peers.count < Limit.peersMax else { return .tooMany }
            places[peer.index] = peers.count
            peers.append(Peer(life: peer))
            return .present(peers.count - 1)
        }
        if peer == peers[place].life { return peers[place].isOver ? .over : .present(place) }
        guard peer > peers[place].life else { return .over }
        replace(place, by: peer)
        sweep()
        return .present(place)
    }

    private mutating func replace(_ place: Int, by peer: PeerLife) {
        inFlightCount -= peers[place].outgoing.inFlight.count
        waitingCount -= peers[place].outgoing.waitingCount
        owed.removeAll { $0 == place }
        peers[place] = Peer(life: peer)
    }

    /// The place of a life, if it is the present one.
    private func place(of peer: PeerLife) -> Int? {
        places[peer.index].flatMap { peers[$0].life == peer ? $0 : nil }
    }

    private func isInFlight(_ entry: RetryTimes.Entry) -> Bool {
        place(of: entry.peer).map { peers[$0].outgoing.inFlight[entry.sequence] != nil } ?? false
    }

    /// Sees to it that the first of the times is one of a message in flight, and that at most half of them
    /// (and a few) are of messages that are not.
    private mutating func sweep() {
        while let entry = times.first, !isInFlight(entry) { times.removeFirst() }
        if times.count > 2 * inFlightCount + 64 { times.keep(where: isInFlight) }
    }
}
