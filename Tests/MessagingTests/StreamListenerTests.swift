import Glibc
import Messaging
import Testing

@Suite struct `A listener` {
    @Test func `accepts all who come, also more than one turn's worth`() throws {
        let loop = try EventLoop()
        let listening = try Sockets.listen(at: anyPort)
        let place = try Sockets.address(of: listening)
        var accepted: [ByteStream] = []
        let listener = try StreamListener(listening, on: loop) { accepted.append($0) }
        var connected: [ByteStream] = []
        for _ in 0..<100 {
            Connecting.connect(to: place, on: loop, within: patience) {
                if let stream = try? $0.get() { connected.append(stream) }
            }
        }
        try loop.run { accepted.count == 100 && connected.count == 100 }
        let ports = connected.compactMap { $0.peer?.port }
        #expect(ports == Array(repeating: place.port, count: 100))
        listener.close()
    }

    @Test func `that its own handler closes accepts nobody more`() throws {
        let loop = try EventLoop()
        let listening = try Sockets.listen(at: ownHost(2))
        let place = try Sockets.address(of: listening)
        var results = 0
        for _ in 0..<3 {
            Connecting.connect(to: place, on: loop, within: patience) { _ in results += 1 }
        }
        try loop.run { results == 3 }
        var listener: StreamListener?
        var accepted = 0
        listener = try StreamListener(listening, on: loop) { _ in
            accepted += 1
            listener?.close()
            listener = nil
        }
        try loop.settle()
        #expect(accepted == 1)
        #expect(listener == nil)
        // A process that is just being started may hold what we have closed for a moment.
        var refused = false
        var attempts: [Connecting.Attempt] = []
        defer { attempts.forEach { $0.cancel() } }
        try loop.run {
            guard !refused else { return true }
            let attempt = Connecting.connect(to: place, on: loop, within: patience) {
                if case .failure(.connectionRefused) = $0 { refused = true }
            }
            attempts.append(attempt)
            return false
        }
    }

    @Test func `without descriptors says so, does not spin, and accepts later`() async {
        // In a process of its own: the limit is the process's.
        await #expect(processExitsWith: .success) {
            let loop = try EventLoop()
            let listening = try Sockets.listen(at: anyPort)
            let place = try Sockets.address(of: listening)
            var accepted: [ByteStream] = []
            var failures: [MessagingFailure] = []
            let listener = try StreamListener(listening, on: loop) { accepted.append($0) }
            listener.onFailure = { failures.append($0) }
            var limit = rlimit()
            getrlimit(RLIMIT_NOFILE.number, &limit)
            limit.rlim_cur = 100
            setrlimit(RLIMIT_NOFILE.number, &limit)
            var connected: ByteStream?
            Connecting.connect(to: place, on: loop, within: patience) { connected = try? $0.get() }
            // The client's end is there; what is left goes before it comes to accepting the other.
            var fillers: [Int32] = []
            while case let filler = dup(listening), filler >= 0 { fillers.append(filler) }
            try loop.run { !failures.isEmpty && connected != nil }
            #expect(failures == [.tooManyOpenFiles])
            #expect(accepted.isEmpty)
            // It is tired now: the one who waits does not keep the loop busy.
            try loop.settle()
            #expect(failures.count == 1)
            // Neither can we connect, and are told the reason.
            var failure: MessagingFailure?
            Connecting.connect(to: place, on: loop, within: patience) {
                if case .failure(let reason) = $0 { failure = reason }
            }
            try loop.run { failure != nil }
            #expect(failure == .tooManyOpenFiles)
            fillers.forEach { close($0) }
            try loop.run { accepted.count == 1 }
            let taken = Taken(accepted[0])
            connected?.write([1, 2, 3])
            connected?.flush()
            try loop.run { taken.bytes == [1, 2, 3] }
        }
    }
}

extension __rlimit_resource {
    fileprivate var number: Int32 { Int32(rawValue) }
}
