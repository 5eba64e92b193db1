import Chance
import Testing

@testable import Messaging

@Suite struct ReliableDatagramsTests {
    typealias Limit = ReliableDatagrams.Limit
    private let here = PeerLife(index: 0, incarnation: 0)
    private let there = PeerLife(index: 1, incarnation: 0)

    // MARK: On a network

    @Test(arguments: 1...400 as ClosedRange<UInt64>)
    func `everything arrives exactly once, whatever is lost, doubled or overtaken`(
        seed: UInt64
    ) throws {
        var choices = SplitMix64(seed: seed)
        let window = [1, 2, 7, Limit.windowMessages][Int(choices.next(below: 4))]
        var network = LossyNetwork(parties: 3, seed: seed, windowMessages: window)
        var sent: [[[UInt8]]] = [[], [], []]
        for number in 0..<60 {
            let sender = network.draw(below: 3)
            let receiver = (sender + 1 + network.draw(below: 2)) % 3
            let payload = [UInt8(sender), UInt8(number)]
            try network.send(payload, from: sender, to: network.parties[receiver].life)
            sent[receiver].append(payload)
            for _ in 0..<network.draw(below: 4) { _ = network.step() }
        }
        var steps = 0
        while network.step() {
            steps += 1
            try #require(steps < 30_000, "it does not end")
        }
        for (party, expected) in zip(network.parties, sent) {
            #expect(party.handled.sorted(by: isBefore) == expected.sorted(by: isBefore))
            #expect(party.reliable.unacknowledgedCount == 0)
        }
        // The times of what has been acknowledged, and acknowledgements of a turn.
        #expect(network.surplusMax <= 64 + 60)
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `a life gets all that is meant for it, and nothing that was meant for the one before`(
        seed: UInt64
    ) throws {
        var network = LossyNetwork(parties: 2, seed: seed, windowMessages: 5, lossMax: 0.6)
        var sent: [[UInt8]] = []
        for number in 0..<60 as Range<UInt8> {
            if network.draw(below: 15) == 0 {
                network.restart(1)
                sent = []
            }
            let life = network.parties[1].life
            sent.append([UInt8(life.incarnation), number])
            try network.send([UInt8(life.incarnation), number], from: 0, to: life)
            try network.send([number], from: 1, to: network.parties[0].life)
            for _ in 0..<network.draw(below: 5) { _ = network.step() }
        }
        while network.step() { try #require(network.now < 100_000_000_000) }
        #expect(network.parties[1].handled.sorted(by: isBefore) == sent)
        let handled = network.parties[0].handled
        #expect(Set(handled).count == handled.count, "something was handled twice")
        // What the last life has sent is all there: it did not end.
        let last = (0..<60 as Range<UInt8>).suffix(sent.count).map { [$0] }
        #expect(last.allSatisfy(handled.contains))
    }

    // MARK: Against a model

    @Test(arguments: 1...150 as ClosedRange<UInt64>)
    func `it does what the rules say in their plainest form`(seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        func draw(_ bound: Int) -> Int { Int(chance.next(below: UInt64(bound))) }
        let window = 1 + draw(6)
        var real = ReliableDatagrams(
            jitterSeed: seed,
            windowMessages: window,
            waitingMessagesPerPeerMax: 8
        )
        var model = NaiveDatagrams(windowMessages: window, waitingMessagesMax: 8, delays: real)
        var now = 0
        for number in 0..<400 {
            // Mostly the present life, sometimes an older one, rarely a later one.
            let age = number / 150 - (draw(12) == 0 ? 1 : 0) + (draw(60) == 0 ? 1 : 0)
            let peer = PeerLife(index: draw(3), incarnation: max(0, age))
            switch draw(20) {
            case 0..<6:
                let transmission = Result {
                    try real.send([UInt8(number % 256)], to: peer, now: now)
                }
                let expected = model.send([UInt8(number % 256)], to: peer, now: now)
                switch transmission {
                case .success(let sent): #expect(expected == (sent.map { [$0.sequence] } ?? []))
                case .failure: #expect(expected == nil)
                }
            case 6..<10:
                let sequences = (0..<draw(4)).map { _ in UInt64(draw(25)) }
                real.acknowledged(sequences, from: peer, now: now)
                model.acknowledged(sequences, from: peer, now: now)
            case 10..<14:
                let sequence = draw(30) == 0 ? UInt64.max : UInt64(draw(1100) / (1 + draw(100)))
                let expected = model.received(sequence, from: peer)
                #expect(real.received(sequence, from: peer) == expected)
            case 14..<18:
                now += draw(30_000_000)
                #expect(real.due(now: now) == model.due(now: now))
            case 18:
                let expected = model.takeAcknowledgements().sorted { $0.key < $1.key }
                let lists = real.takeAcknowledgements()
                #expect(lists.map(\.peer) == expected.map(\.key))
                #expect(lists.map(\.sequences) == expected.map(\.value))
            default:
                guard draw(4) == 0 else { continue }
                real.forget(peer)
                model.forget(peer)
            }
            #expect(real.unacknowledgedCount == model.unacknowledgedCount)
            #expect(real.nextDue == model.nextDue)
        }
    }

    // MARK: Time

    @Test
    func
        `retries come after 20, 40, 80 … milliseconds, never more than 500, at most a quarter early`()
        throws
    {
        var reliable = ReliableDatagrams(jitterSeed: 3)
        var last = 0
        _ = try reliable.send([1], to: there, now: 0)
        for (number, whole) in [20, 40, 80, 160, 320, 500, 500, 500].enumerated() {
            let next = try #require(reliable.nextDue)
            let delay = next - last
            #expect((whole * 750_000...whole * 1_000_000).contains(delay), "retry \(number)")
            #expect(reliable.due(now: next - 1).isEmpty)
            #expect(reliable.due(now: next).map(\.attempt) == [number + 2])
            last = next
        }
        // Long after: neither forgotten nor made up for.
        #expect(reliable.due(now: last + 3_600_000_000_000).count == 1)
        #expect(reliable.due(now: last + 3_600_000_000_000).isEmpty)
    }

    @Test func `what was sent together is not sent again together`() throws {
        var times: Set<Int> = []
        for seed in 0..<8 as Range<UInt64> {
            for index in 0..<8 {
                var reliable = ReliableDatagrams(jitterSeed: seed)
                _ = try reliable.send([], to: PeerLife(index: index, incarnation: 0), now: 0)
                times.insert(try #require(reliable.nextDue))
            }
        }
        #expect(times.count > 55, "of 64 retries")
    }

    @Test func `an acknowledgement lets those go that wait, at once and in order`() throws {
        var reliable = ReliableDatagrams(jitterSeed: 0, windowMessages: 2)
        for number in 1...5 as ClosedRange<UInt8> {
            let transmission = try reliable.send([number], to: there, now: 0)
            #expect((transmission != nil) == (number <= 2))
        }
        #expect(reliable.unacknowledgedCount == 5)
        // The oldest holds the window: what it keeps out must be within the receiver's reach.
        reliable.acknowledged([2], from: there, now: 10)
        #expect(reliable.due(now: 10).isEmpty)
        reliable.acknowledged([1], from: there, now: 10)
        #expect(reliable.nextDue == 10)
        let released = reliable.due(now: 10)
        #expect(released.map(\.payload) == [[3], [4]])
        #expect(released.map(\.sequence) == [3, 4])
        #expect(released.map(\.attempt) == [1, 1])
    }

    // MARK: Lives

    @Test func `nothing of a life that is over comes back, in either direction`() throws {
        var reliable = ReliableDatagrams(jitterSeed: 0, windowMessages: 1)
        _ = try reliable.send([1], to: there, now: 0)
        _ = try reliable.send([2], to: there, now: 0)
        #expect(reliable.received(1, from: there) == .new)
        reliable.forget(there)
        #expect(reliable.unacknowledgedCount == 0)
        #expect(reliable.nextDue == nil)
        #expect(reliable.takeAcknowledgements().isEmpty)
        #expect(reliable.received(2, from: there) == .refused(.lifeIsOver))
        #expect(throws: SendRefusal.lifeIsOver(there)) {
            try reliable.send([3], to: there, now: 0)
        }
        let next = PeerLife(index: 1, incarnation: 1)
        #expect(reliable.received(1, from: next) == .new)
        #expect(try reliable.send([4], to: next, now: 0)?.sequence == 1)
        reliable.forget(there)
        reliable.acknowledged([1], from: there, now: 0)
        #expect(reliable.unacknowledgedCount == 1)
    }

    @Test func `a later life that shows itself ends those before it`() throws {
        let next = PeerLife(index: 1, incarnation: 7)
        let calls: [(inout ReliableDatagrams) throws -> Void] = [
            { _ = $0.received(1, from: next) },
            { $0.acknowledged([], from: next, now: 0) },
            { $0.forget(next) },
            { _ = try $0.send([], to: next, now: 0) },
        ]
        for (number, call) in calls.enumerated() {
            var reliable = ReliableDatagrams(jitterSeed: 0)
            _ = try reliable.send([1], to: there, now: 0)
            try call(&reliable)
            #expect(reliable.unacknowledgedCount == (number == 3 ? 1 : 0))
            #expect(reliable.received(1, from: there) == .refused(.lifeIsOver))
        }
    }

    // MARK: Limits

    @Test func `what waits is bounded, in messages and in bytes`() throws {
        var reliable = ReliableDatagrams(
            jitterSeed: 0,
            windowMessages: 1,
            waitingMessagesPerPeerMax: 3
        )
        for _ in 0..<4 { _ = try reliable.send([0], to: there, now: 0) }
        #expect(throws: SendRefusal.tooMuchWaits(there, messages: 3, bytes: 3)) {
            try reliable.send([0], to: there, now: 0)
        }
        #expect(reliable.unacknowledgedCount == 4)
        // Another peer has limits of its own.
        #expect(try reliable.send([0], to: PeerLife(index: 2, incarnation: 0), now: 0) != nil)
        reliable.acknowledged([1], from: there, now: 0)
        #expect(try reliable.send([0], to: there, now: 0) == nil)

        var large = ReliableDatagrams(jitterSeed: 0, windowMessages: 1)
        let half = [UInt8](repeating: 0, count: Limit.waitingBytesPerPeerMax / 2)
        for _ in 0..<3 { _ = try large.send(half, to: there, now: 0) }
        #expect(throws: SendRefusal.tooMuchWaits(there, messages: 2, bytes: 64 << 20)) {
            try large.send([0], to: there, now: 0)
        }
    }

    @Test func `a sender of any numbers cannot make the receiver hold more`() {
        var reliable = ReliableDatagrams(jitterSeed: 0)
        #expect(reliable.received(0, from: there) == .refused(.noSequence))
        #expect(reliable.received(1025, from: there) == .refused(.tooFarAhead))
        #expect(reliable.received(.max, from: there) == .refused(.tooFarAhead))
        #expect(reliable.received(1024, from: there) == .new)
        for _ in 0..<5000 { #expect(reliable.received(1024, from: there) == .duplicate) }
        #expect(reliable.heldCount == Limit.acknowledgementsPerPeerMax)
        #expect(reliable.takeAcknowledgements().map(\.sequences) == [[1024]])
        #expect(reliable.heldCount == 0)
        for sequence in 1...1023 as ClosedRange<UInt64> {
            #expect(reliable.received(sequence, from: there) == .new)
        }
        #expect(reliable.received(2048, from: there) == .new)
        #expect(reliable.received(2049, from: there) == .refused(.tooFarAhead))
    }

    @Test func `the times of what was acknowledged do not pile up`() throws {
        var reliable = ReliableDatagrams(jitterSeed: 0)
        _ = try reliable.send([0], to: there, now: 0)
        for sequence in 2...1000 as ClosedRange<UInt64> {
            _ = try reliable.send([0], to: there, now: 0)
            reliable.acknowledged([sequence], from: there, now: 0)
            #expect(reliable.heldCount <= 1 + 2 + 64)
        }
    }

    @Test func `the number of peers is bounded`() throws {
        var reliable = ReliableDatagrams(jitterSeed: 0)
        for index in 0..<Limit.peersMax {
            #expect(reliable.received(1, from: PeerLife(index: index, incarnation: 0)) == .new)
        }
        let stranger = PeerLife(index: -1, incarnation: 0)
        #expect(reliable.received(1, from: stranger) == .refused(.tooManyPeers))
        #expect(throws: SendRefusal.tooManyPeers(stranger)) {
            try reliable.send([], to: stranger, now: 0)
        }
        let peers = reliable.takeAcknowledgements().map(\.peer.index)
        #expect(peers == Array(0..<Limit.peersMax))
    }
}

private func isBefore(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.lexicographicallyPrecedes(right)
}
