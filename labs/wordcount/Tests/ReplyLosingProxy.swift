import Foundation
import Redis
import Synchronization

/// Stands between workers and a server, and drops the connection when the server has answered
/// certain commands, so that the command took effect and nobody was told.
final class ReplyLosingProxy: Sendable {
    private let listener: Int32
    private let target: String
    private let word: [UInt8]
    private let budget: Atomic<Int>
    private let dropped = Atomic<Int>(0)

    /// How many replies were lost.
    var lost: Int { dropped.load(ordering: .relaxed) }

    init(to address: RedisAddress, at path: String, losing word: String, times: Int) throws {
        guard case .unix(let target) = address else { throw CocoaError(.featureUnsupported) }
        self.target = target
        // A bulk string's end, so that the word is not found as the beginning of a longer one.
        self.word = Array("\(word)\r\n".utf8)
        budget = Atomic(times)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let bound = withSocketAddress(path) { bind(listener, $0, $1) }
        guard listener >= 0, bound == 0, listen(listener, 64) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
        Thread.detachNewThread { [self] in accept() }
    }

    deinit { close(listener) }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { return }
            Thread.detachNewThread { [self] in serve(client) }
        }
    }

    private func serve(_ client: Int32) {
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            close(client)
            close(server)
        }
        guard withSocketAddress(target, { connect(server, $0, $1) }) == 0 else { return }
        var losesNext = false
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        // The end of what was read before: the word may be cut in two.
        var tail: [UInt8] = []
        while true {
            var polled = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&polled, 2, 60_000) > 0 else { return }
            if polled[1].revents != 0 {
                let count = read(server, &buffer, buffer.count)
                guard count > 0 else { return }
                if losesNext {
                    dropped.add(1, ordering: .relaxed)
                    return
                }
                guard write(client, buffer, count) == count else { return }
            }
            if polled[0].revents != 0 {
                let count = read(client, &buffer, buffer.count)
                guard count > 0 else { return }
                let seen = tail + buffer[..<count]
                if Data(seen).range(of: Data(word)) != nil,
                    budget.subtract(1, ordering: .relaxed).newValue >= 0
                {
                    losesNext = true
                }
                tail = Array(seen.suffix(word.count - 1))
                var sent = 0
                while sent < count {
                    let step = buffer[sent..<count].withUnsafeBytes {
                        write(server, $0.baseAddress, $0.count)
                    }
                    guard step > 0 else { return }
                    sent += step
                }
            }
        }
    }
}

private func withSocketAddress(
    _ path: String,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}
