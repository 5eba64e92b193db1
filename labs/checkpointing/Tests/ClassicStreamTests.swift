import Messaging
import Nodes
import Testing
import Text

@testable import CheckpointingSolution

/// A mapper's stream to a reducer, which lives and dies as it likes.
@Suite struct ClassicStreamTests {
    /// Whoever plays the reducer: it takes what comes at a port of its own.
    private final class Listener {
        let address: Address
        var messages: [ClassicMessage.Body] = []
        var streams: [ByteStream] = []
        private var listener: StreamListener?
        private let loop: EventLoop

        init(on loop: EventLoop) throws {
            self.loop = loop
            address = Address.loopback.with(port: try ClassicProgram.freePort())
        }

        func listen() throws {
            let descriptor = try Sockets.listen(at: address)
            listener = try StreamListener(descriptor, on: loop) { [unowned self] stream in
                streams.append(stream)
                stream.onBytes = { [unowned self] bytes in
                    var taken = 0
                    while let (message, count) = try? ClassicCodec().decode(
                        UnsafeRawBufferPointer(rebasing: bytes[taken...])
                    ) {
                        messages.append(message.body)
                        taken += count
                    }
                    return taken
                }
            }
        }

        func die() {
            listener?.close()
            for stream in streams { stream.close() }
            streams = []
        }
    }

    private func turn(_ loop: EventLoop, until isDone: () -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while !isDone(), ContinuousClock.now < deadline {
            try loop.turn(upTo: .milliseconds(20))
        }
        #expect(isDone())
    }

    private func marker(_ id: Int, _ recovery: Int) -> ClassicMessage.Body {
        .forwardedCheckpoint(checkpoint: id, recovery: recovery)
    }

    @Test func `what waits for a stream is dropped by a new recovery, and by none said twice`()
        throws
    {
        let loop = try EventLoop()
        let reducer = try Listener(on: loop)
        let stream = ClassicOutgoing(from: "Mapper_0", to: reducer.address, recovery: 0, on: loop) {
        }
        stream.send(marker(1, 0))
        stream.renew(for: 1)
        stream.send(marker(2, 1))
        stream.renew(for: 1)
        stream.send(marker(3, 1))
        try loop.turn(upTo: .zero)
        try reducer.listen()
        try turn(loop) { reducer.messages.count >= 2 }
        #expect(reducer.messages == [marker(2, 1), marker(3, 1)])
    }

    @Test func `a stream that broke takes nothing until a recovery, and then begins anew`() throws {
        let loop = try EventLoop()
        let reducer = try Listener(on: loop)
        var broken = 0
        let stream = ClassicOutgoing(from: "Mapper_0", to: reducer.address, recovery: 0, on: loop) {
            broken += 1
        }
        try reducer.listen()
        stream.send(marker(1, 0))
        try turn(loop) { reducer.messages == [marker(1, 0)] }
        reducer.die()
        try turn(loop) { broken == 1 }
        stream.send(marker(2, 0))
        try reducer.listen()
        stream.send(marker(3, 0))
        stream.renew(for: 1)
        stream.send(marker(4, 1))
        try turn(loop) { reducer.messages.count >= 2 }
        #expect(reducer.messages == [marker(1, 0), marker(4, 1)])
        #expect(broken == 1)
    }

    @Test func `a stream that holds is kept over a recovery`() throws {
        let loop = try EventLoop()
        let reducer = try Listener(on: loop)
        let stream = ClassicOutgoing(from: "Mapper_0", to: reducer.address, recovery: 0, on: loop) {
        }
        try reducer.listen()
        stream.send(marker(1, 0))
        try turn(loop) { reducer.messages.count == 1 }
        stream.renew(for: 1)
        stream.send(marker(2, 1))
        try turn(loop) { reducer.messages.count == 2 }
        #expect(reducer.streams.count == 1)
    }
}
