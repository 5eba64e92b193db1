import Glibc
import Messaging
import Testing

@Suite struct `A stream` {
    @Test(arguments: [nil, "127.0.0.1:0", "[::1]:0"] as [String?])
    func `gives every byte in order, however it is cut on the way`(place: String?) throws {
        let loop = try EventLoop()
        // A machine may be without IPv6.
        if let place, (try? Sockets.listen(at: address(place)).closed()) == nil { return }
        let pair = try StreamPair(loop, over: place.map(address))
        defer { pair.close() }
        let taken = Taken(pair.far)
        let bytes = StreamPair.pattern(3_000_000)
        var start = 0
        // Pieces of 1, 2, 4, ... bytes, flushed each.
        for length in (0...21).map({ 1 << $0 }) {
            pair.near.write(Array(bytes[start..<min(bytes.count, start + length)]))
            pair.near.flush()
            start = min(bytes.count, start + length)
        }
        try loop.run { taken.bytes.count >= bytes.count }
        #expect(taken.bytes == bytes)
        #expect(pair.near.unsentByteCount == 0)
        #expect(place == nil ? pair.near.peer == nil : pair.near.peer?.isLoopback == true)
    }

    @Test func `offers again what was not taken, together with what follows`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop)
        defer { pair.close() }
        var offered: [[UInt8]] = []
        // Takes pairs of bytes only.
        pair.far.onBytes = {
            offered.append(Array($0))
            return $0.count / 2 * 2
        }
        for piece in [[1], [2, 3], [4, 5, 6], [7, 8]] as [[UInt8]] {
            pair.near.write(piece)
            pair.near.flush()
            try loop.settle()
        }
        #expect(offered == [[1], [1, 2, 3], [3, 4, 5, 6], [7, 8]])
        #expect(pair.far.heldByteCount == 0)
    }

    @Test func `holds a message of many reads in one piece`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop)
        defer { pair.close() }
        let message = StreamPair.pattern(5_000_000)
        var whole: [[UInt8]] = []
        pair.far.onBytes = { bytes in
            guard bytes.count >= message.count else { return 0 }
            whole.append(Array(bytes.prefix(message.count)))
            return message.count
        }
        for _ in 0..<3 { pair.near.write(message) }
        pair.near.flush()
        try loop.run { whole.count == 3 }
        #expect(whole.allSatisfy { $0 == message })
        #expect(pair.far.heldByteCount == 0)
    }

    @Test func `fails if nothing can be made of what has come, and says how much`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop)
        defer { pair.close() }
        pair.far.heldBytesMax = 1 << 20
        var ends: [MessagingFailure?] = []
        pair.far.onBytes = { _ in 0 }
        pair.far.onEnd = { ends.append($0) }
        pair.near.write(Array(repeating: 7, count: 4 << 20))
        pair.near.flush()
        try loop.run { !ends.isEmpty }
        guard case .tooMuchHeld(nil, let bytes) = ends.first else {
            Issue.record("\(ends)")
            return
        }
        #expect(1 << 20 + 1...3 << 20 ~= bytes)
        #expect(ends.count == 1)
        #expect(pair.far.isClosed)
    }

    @Test func `takes back what an encoder has appended before it threw`() throws {
        struct Unencodable: Error {}
        let loop = try EventLoop()
        let pair = try StreamPair(loop)
        defer { pair.close() }
        let taken = Taken(pair.far)
        pair.near.write([1, 2])
        #expect(throws: Unencodable.self) {
            try pair.near.withBuffer { buffer throws(Unencodable) in
                buffer.append(contentsOf: [9, 9, 9])
                throw Unencodable()
            }
        }
        pair.near.write([3])
        #expect(pair.near.unsentByteCount == 3)
        pair.near.flush()
        try loop.settle()
        #expect(taken.bytes == [1, 2, 3])
    }

    @Test func `reads nothing before somebody takes it, and then all`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop)
        defer { pair.close() }
        pair.near.write([1, 2, 3])
        pair.near.flush()
        #expect(try !loop.turn(upTo: .zero))
        #expect(pair.far.heldByteCount == 0)
        pair.far.onEnd = { _ in }
        try loop.settle()
        #expect(pair.far.heldByteCount == 3)
        let taken = Taken(pair.far)
        try loop.settle()
        #expect(taken.bytes == [1, 2, 3])
    }

    @Test func `from which much has come leaves others their turn`() throws {
        let loop = try EventLoop()
        // Room for more than one read, so that a read fills its buffer.
        let pair = try StreamPair(loop, over: anyPort, receiveBufferBytes: 8 << 20)
        defer { pair.close() }
        // As much as the kernel holds of it, and it is refilled while we read.
        pair.near.write(Array(repeating: 0, count: 16 << 20))
        pair.near.flush()
        try loop.settle()
        var count = 0
        pair.far.onBytes = { bytes in
            count += bytes.count
            return bytes.count
        }
        try loop.turn(upTo: .zero)
        #expect(1...ByteStream.Limit.turnBytesMax ~= count)
        try loop.run { count == 16 << 20 }
    }
}

@Suite struct `A stream whose reader is slow` {
    @Test func `keeps what the kernel does not take, and loses nothing`() throws {
        let loop = try EventLoop()
        let (one, other) = try Sockets.pair()
        shrinkSendBuffer(of: one)
        let near = try ByteStream(one, on: loop)
        let bytes = StreamPair.pattern(1_000_000)
        near.write(bytes)
        near.flush()
        #expect(near.unsentByteCount > bytes.count / 2)
        // A reader of 1,000 bytes at a time.
        var got: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1000)
        try loop.watch(other, for: .reading) { _ in
            let count = Glibc.read(other, &buffer, buffer.count)
            if count > 0 { got.append(contentsOf: buffer[..<count]) }
        }
        try loop.run { got.count == bytes.count }
        #expect(got == bytes)
        #expect(near.unsentByteCount == 0)
        loop.unwatch(other)
        close(other)
    }

    @Test(arguments: [nil, anyPort])
    func `stops when reading is paused, and goes on after it`(place: Address?) throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop, over: place)
        defer { pair.close() }
        let taken = Taken(pair.far)
        pair.far.pauseReading()
        let bytes = StreamPair.pattern(32 << 20)
        pair.near.write(bytes)
        pair.near.flush()
        try loop.settle()
        // The kernel's buffers are full, and the rest waits here.
        let unsent = pair.near.unsentByteCount
        #expect(unsent > 8 << 20)
        #expect(taken.bytes.isEmpty)
        pair.near.write([1, 2, 3])
        pair.near.flush()
        try loop.settle()
        #expect(pair.near.unsentByteCount == unsent + 3)
        #expect(taken.bytes.isEmpty)
        pair.far.resumeReading()
        try loop.run { taken.bytes.count >= bytes.count + 3 }
        #expect(taken.bytes == bytes + [1, 2, 3])
    }

    @Test func `paused in the middle of a read offers the rest again when it goes on`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop)
        defer { pair.close() }
        var offered: [[UInt8]] = []
        pair.far.onBytes = {
            offered.append(Array($0))
            // A barrier: what is behind it must wait.
            if $0[0] == 1 { pair.far.pauseReading() }
            return 1
        }
        pair.near.write([1, 2, 3])
        pair.near.flush()
        try loop.settle()
        pair.near.write([4])
        pair.near.flush()
        try loop.settle()
        #expect(offered == [[1, 2, 3]])
        pair.far.resumeReading()
        #expect(offered.count == 1, "from inside the call")
        try loop.settle()
        #expect(offered[1].starts(with: [2, 3]))
        // How often it is offered before more comes is nobody's promise; what was taken is.
        #expect(offered.count >= 3)
        #expect(offered.compactMap(\.first) == Array([1, 2, 3, 4].prefix(offered.count)))
        #expect(offered.count + pair.far.heldByteCount == 4)
    }

    @Test func `is told once when what waits has gone from much to little`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop)
        defer { pair.close() }
        let taken = Taken(pair.far)
        pair.far.pauseReading()
        var drained: [Int] = []
        pair.near.onDrained = { drained.append(pair.near.unsentByteCount) }
        // Too little to be much.
        pair.near.write(Array(repeating: 0, count: ByteStream.Limit.highWaterBytes))
        pair.near.flush()
        pair.far.resumeReading()
        try loop.run { taken.bytes.count == ByteStream.Limit.highWaterBytes }
        #expect(drained.isEmpty)

        pair.far.pauseReading()
        pair.near.write(Array(repeating: 0, count: 8 << 20))
        pair.near.flush()
        try loop.settle()
        #expect(drained.isEmpty)
        pair.far.resumeReading()
        try loop.run { taken.bytes.count == ByteStream.Limit.highWaterBytes + 8 << 20 }
        try loop.settle()
        #expect(drained.count == 1)
        #expect(drained.allSatisfy { $0 < ByteStream.Limit.lowWaterBytes })
    }

    @Test func `is told too if the kernel took all at once`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop, over: anyPort)
        defer { pair.close() }
        let taken = Taken(pair.far)
        var drained = 0
        let total = 20 << 20
        var written = 0
        func fill() {
            while written < total, pair.near.unsentByteCount <= ByteStream.Limit.highWaterBytes {
                pair.near.write(Array(repeating: 0, count: 300_000))
                written += 300_000
            }
            pair.near.flush()
        }
        pair.near.onDrained = {
            drained += 1
            fill()
        }
        fill()
        #expect(drained == 0, "from inside the call")
        try loop.run { taken.bytes.count >= total }
        #expect(drained > 0)
    }
}

extension Int32 {
    fileprivate func closed() { close(self) }
}
