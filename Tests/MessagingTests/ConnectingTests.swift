import Glibc
import Messaging
import Testing

@Suite struct `Making a connection` {
    @Test func `to where nobody listens is refused, and not from inside the call`() throws {
        let loop = try EventLoop()
        // Bound, so that nobody else gets the port, and not listening.
        let bound = boundSocket()
        defer { close(bound) }
        let place = try Sockets.address(of: bound)
        var results: [Result<ByteStream, MessagingFailure>] = []
        Connecting.connect(to: place, on: loop, within: patience) { results.append($0) }
        #expect(results.isEmpty)
        try loop.run { !results.isEmpty }
        #expect(throws: MessagingFailure.connectionRefused(by: place)) { try results[0].get() }
        try loop.settle()
        #expect(results.count == 1)
    }

    @Test func `to nobody from the very port does not connect it to itself`() throws {
        let loop = try EventLoop()
        let listening = try Sockets.listen(at: ownHost(1))
        let place = try Sockets.address(of: listening)
        close(listening)
        var result: Result<ByteStream, MessagingFailure>?
        // A process that is just being started may hold what we have closed for a moment.
        repeat {
            result = nil
            Connecting.connect(to: place, from: place, on: loop, within: patience) { result = $0 }
            try loop.run { result != nil }
        } while result?.failure == .portInUse(place)
        #expect(result?.failure == .connectionRefused(by: place))
    }

    @Test func `from an address that is not ours, or in use, fails by name`() throws {
        let loop = try EventLoop()
        let listening = try Sockets.listen(at: anyPort)
        defer { close(listening) }
        let place = try Sockets.address(of: listening)
        for (own, failure) in [
            (address("203.0.113.7:0"), MessagingFailure.addressNotOfThisMachine),
            (place, MessagingFailure.portInUse),
        ] {
            var result: Result<ByteStream, MessagingFailure>?
            Connecting.connect(to: place, from: own, on: loop, within: patience) { result = $0 }
            #expect(result == nil)
            try loop.run { result != nil }
            #expect(throws: failure(own)) { try result?.get() }
        }
    }

    @Test func `from an address of ours comes from there`() throws {
        let loop = try EventLoop()
        let listening = try Sockets.listen(at: anyPort)
        var accepted: ByteStream?
        let listener = try StreamListener(listening, on: loop) { accepted = $0 }
        var connected: ByteStream?
        let place = try Sockets.address(of: listening)
        let own = address("127.0.0.2:0")
        Connecting.connect(to: place, from: own, on: loop, within: patience) {
            connected = try? $0.get()
        }
        try loop.run { accepted != nil && connected != nil }
        #expect(accepted?.peer?.host == "127.0.0.2")
        #expect(connected?.peer == place)
        listener.close()
    }

    @Test func `to somebody who does not answer is given up after the limit`() throws {
        let loop = try EventLoop()
        // A listener with room for no more than the first few: the rest gets no answer.
        let full = boundSocket()
        defer { close(full) }
        listen(full, 0)
        let place = try Sockets.address(of: full)
        var streams: [ByteStream] = []
        var failures: [MessagingFailure] = []
        for _ in 0..<8 {
            Connecting.connect(to: place, on: loop, within: .milliseconds(50)) {
                switch $0 {
                case .success(let stream): streams.append(stream)
                case .failure(let failure): failures.append(failure)
                }
            }
        }
        try loop.run { streams.count + failures.count == 8 }
        #expect(!failures.isEmpty)
        let expected = MessagingFailure.timedOut(connectingTo: place, limit: .milliseconds(50))
        #expect(failures.allSatisfy { $0 == expected })
    }

    @Test func `that was cancelled does not call back`() throws {
        let loop = try EventLoop()
        let listening = try Sockets.listen(at: anyPort)
        defer { close(listening) }
        let place = try Sockets.address(of: listening)
        let attempt = Connecting.connect(to: place, on: loop, within: .milliseconds(1)) { _ in
            Issue.record("a call")
        }
        attempt.cancel()
        attempt.cancel()
        let refused = Connecting.connect(to: place, from: place, on: loop, within: patience) { _ in
            Issue.record("a call")
        }
        refused.cancel()
        var isOver = false
        loop.after(.milliseconds(5)) { isOver = true }
        try loop.run { isOver }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        switch self {
        case .success: nil
        case .failure(let failure): failure
        }
    }
}

/// A TCP socket that has a port and does not listen.
private func boundSocket() -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var own = sockaddr_in()
    own.sin_family = sa_family_t(AF_INET)
    own.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let status = withUnsafePointer(to: &own) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    #expect(status == 0)
    return descriptor
}
