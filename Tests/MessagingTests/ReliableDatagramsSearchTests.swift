import Testing

@testable import Messaging

/// Every order, loss and repetition of a few messages, as a search over values.
@Suite struct ReliableDatagramsSearchTests {
    private struct State: Hashable {
        var sender = ReliableDatagrams(jitterSeed: 0)
        var receiver = ReliableDatagrams(jitterSeed: 1)
        /// Kept sorted by their text, since their order means nothing.
        var packets: [Packet] = []
        var handled = [0, 0, 0]
        var lossesLeft: Int
        var repetitionsLeft: Int
        var earlyRetriesLeft: Int

        mutating func add(_ packet: Packet) {
            packets.append(packet)
            packets.sort { "\($0)" < "\($1)" }
        }
    }

    private let here = PeerLife(index: 0, incarnation: 0)
    private let there = PeerLife(index: 1, incarnation: 0)

    private func start(losses: Int, repetitions: Int, earlyRetries: Int) throws -> State {
        var state = State(
            lossesLeft: losses,
            repetitionsLeft: repetitions,
            earlyRetriesLeft: earlyRetries
        )
        for number in 0..<3 as Range<UInt8> {
            let sent = try state.sender.send([number], to: there, now: 0)
            state.add(.message(from: here, try #require(sent)))
        }
        return state
    }

    private func delivered(_ packet: Packet, _ before: State) -> State {
        var state = before
        switch packet {
        case .message(_, let transmission):
            if state.receiver.received(transmission.sequence, from: here) == .new {
                state.handled[Int(transmission.payload[0])] += 1
            }
            for list in state.receiver.takeAcknowledgements() {
                state.add(.acknowledgements(from: there, list))
            }
        case .acknowledgements(_, let list):
            state.sender.acknowledged(list.sequences, from: there, now: 0)
        }
        return state
    }

    private func successors(of state: State) -> [State] {
        var successors: [State] = []
        for (index, packet) in state.packets.enumerated() {
            var without = state
            without.packets.remove(at: index)
            successors.append(delivered(packet, without))
            if state.lossesLeft > 0 {
                without.lossesLeft -= 1
                successors.append(without)
            }
            if state.repetitionsLeft > 0 {
                var again = delivered(packet, state)
                again.repetitionsLeft -= 1
                successors.append(again)
            }
        }
        guard let time = state.sender.nextDue else { return successors }
        // When nothing is on its way any more, or (so often) while something is.
        guard state.packets.isEmpty || state.earlyRetriesLeft > 0 else { return successors }
        var later = state
        if !state.packets.isEmpty { later.earlyRetriesLeft -= 1 }
        for transmission in later.sender.due(now: time) {
            later.add(.message(from: here, transmission))
        }
        return successors + [later]
    }

    @Test(arguments: [(6, 0, 0, 717), (4, 2, 0, 3888), (2, 1, 1, 3465), (1, 1, 2, 7174)])
    func `in every order of three messages with losses, each is handled once`(
        losses: Int,
        repetitions: Int,
        earlyRetries: Int,
        states: Int
    ) throws {
        let start = try start(
            losses: losses,
            repetitions: repetitions,
            earlyRetries: earlyRetries
        )
        var seen: Set<State> = [start]
        var open = [start]
        var endings = 0
        while let state = open.popLast() {
            try #require(seen.count <= states, "not the space that it was")
            let next = successors(of: state)
            if next.isEmpty {
                endings += 1
                #expect(state.handled == [1, 1, 1])
                #expect(state.sender.unacknowledgedCount == 0)
            }
            for state in next where seen.insert(state).inserted {
                #expect(state.handled.allSatisfy { $0 <= 1 })
                open.append(state)
            }
        }
        #expect(endings > 0)
        #expect(seen.count == states, "not the space that it was")
    }
}
