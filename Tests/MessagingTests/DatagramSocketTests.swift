import Glibc
import Testing

@testable import Messaging

@Suite struct `A datagram` {
    @Test(arguments: ["127.0.0.1:0", "[::1]:0"], [0, 1, 1472, 65_507])
    func `of any size arrives whole, with its sender`(place: String, count: Int) throws {
        let loop = try EventLoop()
        guard let ends = try? Ends(loop, at: address(place)) else { return }
        defer { ends.close() }
        let payload = StreamPair.pattern(count)
        ends.near.send(payload, to: ends.farAddress)
        ends.near.flush()
        try loop.run { !ends.taken.isEmpty }
        #expect(ends.taken == [payload])
        #expect(ends.senders == [ends.nearAddress])
        #expect(ends.near.droppedCount == 0)
    }

    @Test func `larger than the largest is dropped and counted, and in nobody's way`() throws {
        let loop = try EventLoop()
        let ends = try Ends(loop)
        defer { ends.close() }
        let large = [UInt8](repeating: 7, count: DatagramSocket.payloadBytesMax + 1)
        #expect(!ends.near.send(large, to: ends.farAddress))
        #expect(ends.near.send([1], to: ends.farAddress))
        ends.near.flush()
        try loop.run { ends.taken == [[1]] }
        #expect(ends.near.droppedCount == 1)
    }

    @Test func `of many goes out in the order of sending`() throws {
        let loop = try EventLoop()
        let ends = try Ends(loop)
        defer { ends.close() }
        // More than one system call takes, and few enough for the smallest receive buffer.
        for number in 0..<150 as Range<UInt8> { ends.near.send([number], to: ends.farAddress) }
        #expect(ends.near.queuedCount == 150)
        ends.near.flush()
        #expect(ends.near.queuedCount == 0)
        try loop.run { ends.taken.count == 150 }
        #expect(ends.taken == (0..<150).map { [$0] })
    }

    @Test func `to where nobody listens harms neither its socket nor the next one`() throws {
        let loop = try EventLoop()
        let ends = try Ends(loop)
        defer { ends.close() }
        let gone = try Sockets.bindDatagrams(at: ownHost(3))
        let nobody = try Sockets.address(of: gone)
        close(gone)
        for number in 0..<10 as Range<UInt8> {
            ends.near.send([99], to: nobody)
            ends.near.send([number], to: ends.farAddress)
            ends.near.flush()
            try loop.settle()
        }
        try loop.run { ends.taken.count == 10 }
        #expect(ends.near.droppedCount == 0)
    }

    @Test func `that the system refuses is dropped and counted, and the next one goes`() throws {
        let loop = try EventLoop()
        let ends = try Ends(loop)
        defer { ends.close() }
        // An IPv4 socket cannot send to IPv6.
        ends.near.send([1], to: ends.farAddress)
        ends.near.send([2], to: address("[::1]:9"))
        ends.near.send([3], to: ends.farAddress)
        ends.near.flush()
        try loop.run { ends.taken.count == 2 }
        #expect(ends.taken == [[1], [3]])
        #expect(ends.near.droppedCount == 1)
    }

    @Test func `beyond the queue's limit is dropped, the newest first, and counted`() throws {
        let loop = try EventLoop()
        let ends = try Ends(loop)
        defer { ends.close() }
        let limit = DatagramSocket.Limit.queuedDatagramsMax
        func send(_ number: Int) -> Bool {
            ends.near.send([UInt8(number >> 8), UInt8(number & 255)], to: ends.farAddress)
        }
        // As if the kernel had no room: on loopback it always has.
        ends.near.waitForRoom(true)
        for number in 0..<limit {
            #expect(send(number))
            ends.near.flush()
        }
        #expect(!send(limit))
        #expect(!send(limit + 1))
        #expect(ends.near.droppedCount == 2)
        #expect(ends.near.queuedCount == limit)
        // The loop says that there is room, and what waited goes.
        try loop.run { ends.near.queuedCount == 0 }
        try loop.settle()
        // The receiver may have had no room for all of it.
        let numbers = ends.taken.map { Int($0[0]) << 8 | Int($0[1]) }
        #expect(numbers.first == 0)
        #expect(numbers == numbers.sorted())
        #expect(numbers.allSatisfy { $0 < limit })
        #expect(send(0))
    }

    @Test func `beyond the queue's bytes is dropped too`() throws {
        let loop = try EventLoop()
        let ends = try Ends(loop)
        defer { ends.close() }
        let large = [UInt8](repeating: 7, count: DatagramSocket.payloadBytesMax)
        let fit = DatagramSocket.Limit.queuedBytesMax / large.count
        for _ in 0..<fit { #expect(ends.near.send(large, to: ends.farAddress)) }
        #expect(!ends.near.send(large, to: ends.farAddress))
        #expect(ends.near.droppedCount == 1)
    }

    @Test func `of a burst leaves other handlers their turn`() throws {
        let loop = try EventLoop()
        let ends = try Ends(loop)
        defer { ends.close() }
        let most = DatagramSocket.Limit.datagramsPerTurnMax
        for _ in 0..<most + 10 { ends.near.send([1], to: ends.farAddress) }
        ends.near.flush()
        try loop.turn(upTo: .zero)
        #expect(ends.taken.count <= most)
    }
}

@Suite struct `A datagram socket` {
    @Test func `closed by its own handler gives nothing more`() throws {
        let loop = try EventLoop()
        let ends = try Ends(loop)
        defer { ends.close() }
        var calls = 0
        ends.far.onDatagram = { _, _ in
            calls += 1
            ends.far.close()
        }
        for _ in 0..<5 { ends.near.send([1], to: ends.farAddress) }
        ends.near.flush()
        try loop.run { calls > 0 }
        try loop.settle()
        #expect(calls == 1)
        #expect(!ends.far.send([1], to: ends.nearAddress))
        ends.far.flush()
        ends.far.close()
    }

    @Test func `may answer from inside its handler`() throws {
        let loop = try EventLoop()
        let ends = try Ends(loop)
        defer { ends.close() }
        var answers: [[UInt8]] = []
        ends.far.onDatagram = { bytes, sender in
            ends.far.send(bytes, to: sender)
            ends.far.flush()
        }
        ends.near.onDatagram = { bytes, _ in answers.append(Array(bytes)) }
        ends.near.send([1, 2], to: ends.farAddress)
        ends.near.flush()
        try loop.run { answers == [[1, 2]] }
    }
}

/// Two sockets, of which the far one collects.
private final class Ends {
    let near: DatagramSocket
    let far: DatagramSocket
    let nearAddress: Address
    let farAddress: Address
    var taken: [[UInt8]] = []
    var senders: [Address] = []

    init(_ loop: EventLoop, at place: Address = anyPort) throws {
        let (one, other) = (
            try Sockets.bindDatagrams(at: place), try Sockets.bindDatagrams(at: place)
        )
        nearAddress = try Sockets.address(of: one)
        farAddress = try Sockets.address(of: other)
        near = try DatagramSocket(one, on: loop)
        far = try DatagramSocket(other, on: loop)
        far.onDatagram = { [unowned self] bytes, sender in
            taken.append(Array(bytes))
            senders.append(sender)
        }
    }

    /// Lets go of handlers that hold us.
    func close() { [near, far].forEach { $0.close() } }
}
