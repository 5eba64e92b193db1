import Glibc
import Messaging
import Testing

@Suite struct `A stream ends` {
    @Test func `after all that came before the end, and once`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop, over: anyPort)
        defer { pair.close() }
        let taken = Taken(pair.far)
        let bytes = StreamPair.pattern(500_000)
        pair.near.write(bytes)
        pair.near.finish(within: patience) {}
        try loop.run { !taken.ends.isEmpty }
        #expect(taken.bytes == bytes)
        try loop.settle()
        #expect(taken.ends == [nil])
        #expect(!pair.far.isClosed)
    }

    @Test func `on one side, and the other may go on writing`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop, over: anyPort)
        defer { pair.close() }
        let (near, far) = (Taken(pair.near), Taken(pair.far))
        var isDone = false
        pair.near.write([1])
        pair.near.finish(within: patience) { isDone = true }
        try loop.run { far.ends == [nil] }
        pair.far.write([2, 3])
        pair.far.flush()
        try loop.run { near.bytes == [2, 3] }
        #expect(!isDone)
        pair.far.finish(within: patience) {}
        try loop.run { isDone }
        #expect(near.ends == [nil])
        #expect(pair.near.isClosed)
        try loop.run { pair.far.isClosed }
        #expect(far.ends == [nil])
    }

    @Test func `while reading is paused only after it is resumed`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop)
        defer { pair.close() }
        let taken = Taken(pair.far)
        pair.far.pauseReading()
        pair.near.write([1, 2])
        pair.near.flush()
        pair.near.close()
        try loop.settle()
        #expect(taken.bytes.isEmpty)
        #expect(taken.ends.isEmpty)
        pair.far.resumeReading()
        try loop.settle()
        #expect(taken.bytes == [1, 2])
        #expect(taken.ends == [nil])
    }

    @Test func `with an unfinished message still in view`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop)
        defer { pair.close() }
        var held: Int?
        pair.far.onBytes = { _ in 0 }
        pair.far.onEnd = { _ in held = pair.far.heldByteCount }
        pair.near.write([1, 2, 3])
        pair.near.flush()
        pair.near.close()
        try loop.run { held != nil }
        #expect(held == 3)
    }

    @Test func `with a failure if the peer resets it, after what had come`() throws {
        let loop = try EventLoop()
        let (near, far) = try tcp(loop)
        let taken = Taken(near)
        _ = Glibc.send(far, "ab", 2, 0)
        try loop.run { taken.bytes.count == 2 }
        reset(far)
        try loop.run { !taken.ends.isEmpty }
        #expect(taken.ends == [.connectionLost(near.peer, reason: "Connection reset by peer")])
        #expect(near.isClosed)
        #expect(taken.bytes == Array("ab".utf8))
    }

    @Test func `with a failure if it breaks while it writes, never by a signal`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop)
        defer { pair.close() }
        let taken = Taken(pair.near)
        pair.far.write([1, 2])
        pair.far.flush()
        pair.far.close()
        // What has come is given first, although the write fails before it is read.
        pair.near.write([9])
        pair.near.flush()
        #expect(taken.ends.isEmpty, "from inside the call")
        try loop.run { !taken.ends.isEmpty }
        #expect(taken.bytes == [1, 2])
        #expect(taken.ends == [.connectionLost(nil, reason: "Broken pipe")])
        #expect(pair.near.isClosed)
    }

    @Test func `with a failure if the peer reads no more, though it does not end`() throws {
        let loop = try EventLoop()
        let (one, other) = try Sockets.pair()
        defer { close(other) }
        shutdown(other, Int32(SHUT_RD))
        let near = try ByteStream(one, on: loop)
        let taken = Taken(near)
        near.write([9])
        near.flush()
        try loop.run { !taken.ends.isEmpty }
        #expect(taken.ends == [.connectionLost(nil, reason: "Broken pipe")])
    }

    @Test func `while paused and broken only after it is resumed, and without a spin`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop)
        defer { pair.close() }
        let taken = Taken(pair.near)
        pair.near.pauseReading()
        pair.far.write([1, 2])
        pair.far.flush()
        pair.far.close()
        pair.near.write([9])
        pair.near.flush()
        try loop.settle()
        #expect(taken.ends.isEmpty)
        #expect(try !loop.turn(upTo: .zero))
        pair.near.resumeReading()
        try loop.settle()
        #expect(taken.bytes == [1, 2])
        #expect(taken.ends.count == 1)
    }

    @Test func `in silence when its owner closes it, also in the middle of a read`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop)
        defer { pair.close() }
        var calls = 0
        var sum = 0
        pair.far.onBytes = { bytes in
            calls += 1
            pair.far.close()
            // The bytes are good until we return.
            sum = bytes.reduce(0) { $0 + Int($1) }
            return bytes.count
        }
        pair.far.onEnd = { _ in Issue.record("an end") }
        // Some of it held first, so that the bytes are the stream's own.
        pair.near.write(Array(repeating: 1, count: 100_000))
        pair.near.flush()
        try loop.settle()
        #expect(calls == 1)
        #expect(sum > 0)
        #expect(pair.far.isClosed)
        pair.far.write([1])
        pair.far.flush()
        #expect(pair.far.unsentByteCount == 0)
        pair.far.close()
    }

    @Test func `in silence when another stream's handler closes it in the same turn`() throws {
        let loop = try EventLoop()
        let (one, other) = (try StreamPair(loop), try StreamPair(loop))
        defer { [one, other].forEach { $0.close() } }
        var calls = 0
        one.far.onBytes = { bytes in
            calls += 1
            other.far.close()
            return bytes.count
        }
        other.far.onBytes = { bytes in
            calls += 1
            one.far.close()
            return bytes.count
        }
        for pair in [one, other] {
            pair.near.write([1])
            pair.near.flush()
        }
        try loop.settle()
        #expect(calls == 1)
    }

    @Test func `though letting go of its handlers reaches back to it`() throws {
        final class Owner {
            let stream: ByteStream
            init(_ stream: ByteStream) { self.stream = stream }
            deinit {
                stream.onBytes = nil
                stream.onEnd = nil
                stream.close()
            }
        }
        let loop = try EventLoop()
        let pair = try StreamPair(loop)
        defer { pair.close() }
        var owner: Owner? = Owner(pair.near)
        weak let watched = owner
        pair.near.onBytes = { [owner] in owner == nil ? 0 : $0.count }
        owner = nil
        pair.near.close()
        #expect(watched == nil)
    }

    @Test func `when nobody holds it any more`() throws {
        let loop = try EventLoop()
        let (one, other) = try Sockets.pair()
        let near = try ByteStream(one, on: loop)
        let taken = Taken(near)
        var far: ByteStream? = try ByteStream(other, on: loop)
        far?.onBytes = { $0.count }
        far = nil
        try loop.run { !taken.ends.isEmpty }
        #expect(taken.ends == [nil])
        #expect(far == nil)
    }
}

@Suite struct `Finishing` {
    @Test(arguments: [false, true])
    func `brings all that was written, though neither side has read what it got`(
        isPaused: Bool
    ) throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop, over: anyPort)
        defer { pair.close() }
        // Unread at our side when we finish: closing at once would reset the connection.
        let taken = Taken(pair.far)
        pair.far.pauseReading()
        pair.far.write(Array(repeating: 1, count: 100_000))
        pair.far.flush()
        let bytes = StreamPair.pattern(20 << 20)
        pair.near.write(bytes)
        if isPaused { pair.near.pauseReading() }
        var isDone = false
        pair.near.finish(within: patience) { isDone = true }
        try loop.settle()
        #expect(!isDone)
        pair.far.resumeReading()
        try loop.run { taken.ends == [nil] }
        #expect(taken.bytes == bytes)
        pair.far.finish(within: patience) {}
        try loop.run { isDone && pair.far.isClosed }
    }

    @Test func `gives up after its limit, and calls back once`() throws {
        let loop = try EventLoop()
        let pair = try StreamPair(loop)
        defer { pair.close() }
        var isDone = 0
        pair.near.onEnd = { _ in Issue.record("an end that nobody made") }
        pair.near.finish(within: .milliseconds(5)) { isDone += 1 }
        #expect(isDone == 0)
        try loop.run { isDone > 0 }
        #expect(pair.near.isClosed)
        try loop.settle()
        #expect(isDone == 1)
    }

    @Test func `calls back after a failure, and of a closed stream`() throws {
        let loop = try EventLoop()
        let (near, far) = try tcp(loop)
        let taken = Taken(near)
        var order: [String] = []
        near.write(Array(repeating: 0, count: 16 << 20))
        near.finish(within: patience) { order.append("done, \(taken.ends.count) ends") }
        reset(far)
        try loop.run { !order.isEmpty }
        #expect(order == ["done, 1 ends"])
        #expect(taken.ends.first.flatMap { $0 } != nil)
        near.finish(within: patience) { order.append("again") }
        #expect(order.count == 1)
        try loop.settle()
        #expect(order.last == "again")
    }

    @Test func `keeps the stream, which nobody else holds, until it is done`() throws {
        let loop = try EventLoop()
        let (one, other) = try Sockets.pair()
        let far = try ByteStream(other, on: loop)
        let taken = Taken(far)
        var near: ByteStream? = try ByteStream(one, on: loop)
        let bytes = StreamPair.pattern(5 << 20)
        weak let watched = near
        var isDone = false
        near?.write(bytes)
        near?.finish(within: patience) { isDone = true }
        near = nil
        #expect(watched != nil)
        try loop.run { taken.ends == [nil] }
        #expect(taken.bytes == bytes)
        far.close()
        try loop.run { isDone }
        #expect(watched == nil)
    }
}

/// A stream, and the other side as a bare descriptor.
private func tcp(_ loop: EventLoop) throws -> (near: ByteStream, far: Int32) {
    let listening = try Sockets.listen(at: anyPort)
    defer { close(listening) }
    var near: ByteStream?
    Connecting.connect(to: try Sockets.address(of: listening), on: loop, within: patience) {
        near = try? $0.get()
    }
    try loop.run { near != nil }
    let far = accept(listening, nil, nil)
    return (try #require(near), far)
}

/// Closes so that the other side gets a reset.
private func reset(_ descriptor: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close(descriptor)
}
