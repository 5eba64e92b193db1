import FoundationEssentials
import Testing

@testable import Checkpointing

@Suite struct AlignmentTests {
    private let first = CheckpointName(1, recovery: 0)
    private let second = CheckpointName(2, recovery: 0)
    private let last = CheckpointName(0, recovery: 0)

    @Test func `one channel aligns at once`() {
        var alignment = Alignment(channels: [7])
        for name in [first, second, last] {
            #expect(alignment.take(barrier: name, from: 7) == .aligned(unblock: []))
            #expect(!alignment.isBlocked(7) && alignment.aligning == nil)
            #expect(alignment.newest == name)
        }
    }

    @Test func `each channel is blocked until the last barrier is there`() {
        var alignment = Alignment(channels: ["c", "a", "b"])
        #expect(alignment.waitingFor.isEmpty)
        #expect(alignment.take(barrier: first, from: "b") == .block(channel: "b"))
        #expect(alignment.aligning == first && alignment.waitingFor == ["a", "c"])
        #expect(alignment.take(barrier: first, from: "c") == .block(channel: "c"))
        #expect(alignment.channels.map(alignment.isBlocked) == [false, true, true])
        #expect(alignment.take(barrier: first, from: "a") == .aligned(unblock: ["b", "c"]))
        #expect(alignment.channels.allSatisfy { !alignment.isBlocked($0) })
        #expect(alignment.aligning == nil && alignment.waitingFor.isEmpty)
    }

    @Test func `what should not come is told apart, and changes nothing`() {
        var alignment = Alignment(channels: [1, 2, 3])
        _ = alignment.take(barrier: second, from: 1)
        let before = alignment
        #expect(alignment.take(barrier: second, from: 1) == .repeated(channel: 1))
        #expect(alignment.take(barrier: first, from: 2) == .otherIsAligning(checkpoint: second))
        #expect(alignment.take(barrier: last, from: 1) == .otherIsAligning(checkpoint: second))
        #expect(alignment.take(barrier: second, from: 4) == .unknownChannel(channel: 4))
        #expect(alignment == before)
        for channel in [2, 3] { _ = alignment.take(barrier: second, from: channel) }
        let after = alignment
        #expect(alignment.take(barrier: second, from: 1) == .outdated(newest: second))
        #expect(alignment.take(barrier: first, from: 1) == .outdated(newest: second))
        #expect(alignment == after)
    }

    @Test func `what is given up stays given up, and a newer one begins`() {
        var alignment = Alignment(channels: [1, 2, 3])
        #expect(alignment.reset() == [])
        _ = alignment.take(barrier: first, from: 3)
        _ = alignment.take(barrier: first, from: 1)
        #expect(alignment.reset() == [3, 1])
        #expect(!alignment.isBlocked(1) && !alignment.isBlocked(3))
        #expect(alignment.take(barrier: first, from: 2) == .outdated(newest: first))
        #expect(alignment.take(barrier: second, from: 2) == .block(channel: 2))
    }

    @Test func `the last checkpoint is tried again in a later recovery`() {
        var alignment = Alignment(channels: [1, 2])
        _ = alignment.take(barrier: last, from: 1)
        _ = alignment.reset()
        #expect(alignment.take(barrier: second, from: 2) == .outdated(newest: last))
        let again = CheckpointName(0, recovery: 1)
        #expect(alignment.take(barrier: again, from: 2) == .block(channel: 2))
        #expect(alignment.take(barrier: again, from: 1) == .aligned(unblock: [2]))
    }

    @Test func `it can be saved and read at any moment`() throws {
        var alignment = Alignment(channels: [1, 2])
        for channel in [1, 2] {
            _ = alignment.take(barrier: first, from: channel)
            let bytes = try JSONEncoder().encode(alignment)
            let read = try JSONDecoder().decode(Alignment<Int>.self, from: bytes)
            #expect(read == alignment)
        }
    }

    /// Carbone et al., section 4.2: the state that is saved holds all records before the barriers, and none
    /// behind them.
    ///
    /// Three channels, each with a record, barrier 1, a record, barrier 2 and a record: every order in which
    /// they can be taken.
    @Test func `in every order a state holds what came before its barriers and nothing else`() {
        var seen: Set<Reader> = []
        var ends: Set<Reader> = []
        var left = [Reader(names: [first, second])]
        while let reader = left.popLast() {
            guard seen.insert(reader).inserted else { continue }
            let next = reader.next()
            // Nobody is blocked for good: whoever is not at the end can go on.
            #expect(!next.isEmpty || reader.places == [5, 5, 5], "\(reader)")
            if next.isEmpty { ends.insert(reader) }
            left += next
        }
        #expect(ends.count == 1)
        #expect(ends.first?.saved == [[1, 1, 1], [2, 2, 2]])
        // Of the 216 places that three channels of five entries can be in, alignment leaves those with all
        // channels between the same barriers: 26, 26 and 8. Two that are blocked came in one of two
        // orders, which makes 6 more of each 26.
        #expect(seen.count == 72)
    }
}

/// A node that reads three channels with a checkpoint's barrier at the places 1 and 3.
private struct Reader: Hashable {
    let names: [CheckpointName]
    var alignment = Alignment(channels: [0, 1, 2])
    /// How many entries of each channel were taken.
    var places = [0, 0, 0]
    /// How many records of each channel were taken.
    var records = [0, 0, 0]
    /// The records at the time of each save.
    var saved: [[Int]] = []

    init(names: [CheckpointName]) { self.names = names }

    /// Every way to go on by one entry.
    func next() -> [Reader] {
        alignment.channels.filter { !alignment.isBlocked($0) && places[$0] < 5 }.map { channel in
            var reader = self
            reader.take(channel)
            return reader
        }
    }

    private mutating func take(_ channel: Int) {
        let place = places[channel]
        places[channel] += 1
        guard place % 2 == 1 else {
            records[channel] += 1
            return
        }
        let blocked = alignment.blocked
        switch alignment.take(barrier: names[place / 2], from: channel) {
        case .block(let blocked):
            #expect(blocked == channel && alignment.isBlocked(channel))
        case .aligned(let unblock):
            #expect(unblock == blocked && alignment.blocked.isEmpty)
            saved.append(records)
        case .repeated, .otherIsAligning, .outdated, .unknownChannel:
            Issue.record("\(channel) at \(place): \(alignment)")
        }
    }
}
