import Glibc
import Messaging
import Testing

@Suite struct `A socket` {
    @Test func `gets a port of its own when it asks for 0, and says which`() throws {
        let listening = try Sockets.listen(at: anyPort)
        let datagrams = try Sockets.bindDatagrams(at: anyPort)
        defer { [listening, datagrams].forEach { close($0) } }
        for descriptor in [listening, datagrams] {
            #expect(try Sockets.address(of: descriptor).host == "127.0.0.1")
            #expect(try Sockets.address(of: descriptor).port > 0)
            #expect(fcntl(descriptor, F_GETFD) == FD_CLOEXEC)
            #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0)
        }
    }

    @Test func `does not get a port that another has`() throws {
        let listening = try Sockets.listen(at: anyPort)
        let datagrams = try Sockets.bindDatagrams(at: anyPort)
        defer { [listening, datagrams].forEach { close($0) } }
        let taken = try Sockets.address(of: listening)
        #expect(throws: MessagingFailure.portInUse(taken)) { try Sockets.listen(at: taken) }
        let takenToo = try Sockets.address(of: datagrams)
        #expect(throws: MessagingFailure.portInUse(takenToo)) {
            try Sockets.bindDatagrams(at: takenToo)
        }
    }

    @Test func `gets its port again although an old connection fades away there`() throws {
        let loop = try EventLoop()
        let first = try Sockets.listen(at: ownHost(4))
        let place = try Sockets.address(of: first)
        var accepted: ByteStream?
        let listener = try StreamListener(first, on: loop) { accepted = $0 }
        var connected: ByteStream?
        Connecting.connect(to: place, on: loop, within: patience) { connected = try? $0.get() }
        try loop.run { accepted != nil && connected != nil }
        // Who closes first keeps the port busy for a minute (TIME_WAIT).
        accepted?.close()
        connected?.close()
        listener.close()
        // A process that is just being started may hold what we have closed for a moment. Fading away
        // takes longer than we wait.
        try loop.run {
            guard let again = try? Sockets.listen(at: place) else { return false }
            close(again)
            return true
        }
    }

    @Test func `is not bound to an address of another machine`() {
        // 203.0.113.0/24 is set aside for examples (RFC 5737).
        let foreign = address("203.0.113.7:5000")
        #expect(throws: MessagingFailure.addressNotOfThisMachine(foreign)) {
            try Sockets.listen(at: foreign)
        }
        #expect(throws: MessagingFailure.addressNotOfThisMachine(foreign)) {
            try Sockets.bindDatagrams(at: foreign)
        }
    }

    @Test func `needs permission for a port that is the administrator's`() async {
        await #expect(processExitsWith: .success) {
            // Nobody, so that it is the same for whoever runs the tests; a system may also allow it.
            if geteuid() == 0 { _ = setuid(65_534) }
            do throws(MessagingFailure) {
                close(try Sockets.listen(at: address("127.0.0.1:1")))
            } catch {
                #expect(error == .noPermission(address("127.0.0.1:1")))
            }
        }
    }

    @Test func `of IPv6 leaves the same port of IPv4 to others`() throws {
        guard let descriptor = try? Sockets.listen(at: address("[::1]:0")) else { return }
        defer { close(descriptor) }
        let place = try Sockets.address(of: descriptor)
        #expect(place.host == "::1")
        #expect(place.isLoopback)
        let all = try Sockets.listen(at: address("[::]:0"))
        defer { close(all) }
        let port = try Sockets.address(of: all).port
        close(try Sockets.listen(at: ownHost(5).with(port: port)))
    }

    @Test func `that is none has no address`() throws {
        let (one, other) = try Sockets.pair()
        defer { [one, other].forEach { close($0) } }
        #expect(throws: MessagingFailure.self) { try Sockets.address(of: one) }
        #expect(throws: MessagingFailure.self) { try Sockets.address(of: -1) }
    }
}
