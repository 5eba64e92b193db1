import Chance

@testable import Messaging

/// What travels between two parties; it names both lives.
enum Packet: Hashable {
    case message(from: PeerLife, ReliableDatagrams.Transmission)
    case acknowledgements(from: PeerLife, ReliableDatagrams.Acknowledgements)

    var destination: PeerLife {
        switch self {
        case .message(_, let transmission): transmission.peer
        case .acknowledgements(_, let list): list.peer
        }
    }
}

/// Parties on a network that loses, doubles, delays and overtakes, all of it from a seed.
struct LossyNetwork {
    /// One process: its present life, and what it has handled.
    struct Party {
        var life: PeerLife
        var reliable: ReliableDatagrams
        var handled: [[UInt8]] = []
    }

    private struct Flight {
        let arrival: Int
        let packet: Packet
    }

    var parties: [Party]
    var now = 0
    var loss: Double
    private let repetition: Double
    private var chance: SplitMix64
    private var flights: [Flight] = []
    private let windowMessages: Int
    /// The most entries that a party has held, beyond what it owes to its window.
    private(set) var surplusMax = 0

    init(parties: Int, seed: UInt64, windowMessages: Int, lossMax: Double = 0.9) {
        chance = SplitMix64(seed: seed)
        loss = lossMax * Double(chance.next(below: 101)) / 100
        repetition = Double(chance.next(below: 50)) / 100
        self.windowMessages = windowMessages
        self.parties = (0..<parties).map { index in
            Party(
                life: PeerLife(index: index, incarnation: 0),
                reliable: ReliableDatagrams(
                    jitterSeed: UInt64(index),
                    windowMessages: windowMessages
                )
            )
        }
    }

    mutating func draw(below bound: Int) -> Int { Int(chance.next(below: UInt64(bound))) }

    mutating func send(_ payload: [UInt8], from sender: Int, to peer: PeerLife) throws {
        let transmission = try parties[sender].reliable.send(payload, to: peer, now: now)
        if let transmission {
            launch(.message(from: parties[sender].life, transmission))
        }
    }

    /// Ends a life and begins the next, with nothing remembered.
    mutating func restart(_ index: Int) {
        let incarnation = parties[index].life.incarnation + 1
        parties[index].life = PeerLife(index: index, incarnation: incarnation)
        parties[index].reliable = ReliableDatagrams(
            jitterSeed: UInt64(index),
            windowMessages: windowMessages
        )
        parties[index].handled = []
    }

    /// Lets happen what comes next; false if nothing is left to happen.
    mutating func step() -> Bool {
        let times = flights.map(\.arrival) + parties.compactMap(\.reliable.nextDue)
        guard let next = times.min() else { return false }
        now = max(now, next)
        if let index = flights.firstIndex(where: { $0.arrival <= now }) {
            arrive(flights.remove(at: index).packet)
        }
        for index in parties.indices {
            for transmission in parties[index].reliable.due(now: now) {
                launch(.message(from: parties[index].life, transmission))
            }
            let reliable = parties[index].reliable
            surplusMax = max(surplusMax, reliable.heldCount - 3 * reliable.unacknowledgedCount)
        }
        return true
    }

    private mutating func arrive(_ packet: Packet) {
        let destination = packet.destination
        guard parties[destination.index].life == destination else { return }
        switch packet {
        case .message(let sender, let transmission):
            let reception = parties[destination.index].reliable
                .received(transmission.sequence, from: sender)
            if reception == .new { parties[destination.index].handled.append(transmission.payload) }
            // A turn is sometimes longer than one datagram.
            guard draw(below: 3) > 0 || flights.isEmpty else { return }
            for list in parties[destination.index].reliable.takeAcknowledgements() {
                launch(.acknowledgements(from: destination, list))
            }
        case .acknowledgements(let sender, let list):
            parties[destination.index].reliable
                .acknowledged(list.sequences, from: sender, now: now)
        }
    }

    private mutating func launch(_ packet: Packet) {
        repeat {
            // From a tenth of a millisecond to longer than the first retry takes.
            let latency = 100_000 + draw(below: 1 << (17 + draw(below: 9)))
            if !chance.chance(loss) {
                flights.append(Flight(arrival: now + latency, packet: packet))
            }
        } while chance.chance(repetition)
    }
}
