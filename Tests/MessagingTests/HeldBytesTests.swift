import Glibc
import Messaging
import Testing

@Suite struct HeldBytesTests {
    @Test func `what was held back while a stream was paused comes before its end`() throws {
        let loop = try EventLoop()
        let (ours, theirs) = try Sockets.pair()
        let stream = try ByteStream(ours, on: loop)
        var taken = 0
        var takenAtTheEnd: Int?
        stream.onBytes = { bytes in
            // The second message of two is not taken any more.
            guard !stream.isPaused else { return 0 }
            taken += 1
            if taken == 1 {
                stream.pauseReading()
                return bytes.count - 1
            }
            return bytes.count
        }
        stream.onEnd = { _ in takenAtTheEnd = taken }
        #expect(write(theirs, "ab", 2) == 2)
        while taken == 0 { try loop.turn(upTo: .seconds(5)) }
        close(theirs)
        // An alarm, as where a node goes on after a handler call.
        loop.after(.zero) { stream.resumeReading() }
        while takenAtTheEnd == nil { try loop.turn(upTo: .seconds(5)) }
        #expect(takenAtTheEnd == 2)
        stream.close()
    }
}
