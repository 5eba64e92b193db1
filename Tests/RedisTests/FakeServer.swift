import Foundation
import Glibc
import Processes
import Synchronization
import Testing

@testable import Redis

/// Something on a Unix socket that answers as the test says: no Redis, or a strange one.
final class FakeServer: Sendable {
    /// What it does when a command has come.
    enum Answer {
        case say(String)
        /// Says this and closes the connection.
        case sayAndClose(String)
        /// Says nothing, ever.
        case keepSilent
    }

    let address: RedisAddress
    private let listener: Int32
    private let isOver = Atomic(false)
    private let connections = Atomic(0)

    /// How many connections it has accepted.
    var accepted: Int { connections.load(ordering: .acquiring) }

    static let greeting = "redis_version:7.0.15\r\nrun_id:abc\r\n"

    /// A reply to `INFO`.
    static func info(_ text: String = greeting) -> Answer {
        .say("$\(text.utf8.count)\r\n\(text)\r\n")
    }

    /// Listens in `folder`.
    ///
    /// `answer` gets the words of each command, and which connection it came over, counted from 1.
    init(in folder: String, _ answer: @escaping @Sendable ([String], Int) -> Answer) throws {
        let path = folder + "/fake.sock"
        address = .unix(path: path)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        let isBound = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        try #require(isBound && listen(listener, 16) == 0)
        // A thread of its own: those that run tests are few, and may all be waiting for this one.
        Thread.detachNewThread { [self] in serve(answer) }
    }

    /// Ends the listening; a connection that is open ends with its client.
    func end() {
        isOver.store(true, ordering: .releasing)
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func serve(_ answer: ([String], Int) -> Answer) {
        while !isOver.load(ordering: .acquiring) {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            let number = connections.add(1, ordering: .acquiringAndReleasing).newValue
            talk(over: connection) { answer($0, number) }
            close(connection)
        }
        close(listener)
    }

    private func talk(over connection: Int32, _ answer: ([String]) -> Answer) {
        var held: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(connection, &room, room.count, 0)
            guard count > 0 else { return }
            held += room[..<count]
            while let words = takeCommand(from: &held) {
                switch answer(words) {
                case .say(let text): say(text, over: connection)
                case .sayAndClose(let text):
                    say(text, over: connection)
                    return
                case .keepSilent: break
                }
            }
        }
    }

    private func say(_ text: String, over connection: Int32) {
        _ = send(connection, text, text.utf8.count, Int32(MSG_NOSIGNAL))
    }
}

/// Takes one whole command off the front; nil if it has not all come.
private func takeCommand(from held: inout [UInt8]) -> [String]? {
    var rest = held[...]
    func line() -> String? {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return String(decoding: rest[..<end].dropLast(), as: UTF8.self)
    }
    guard let first = line(), let count = Int(first.dropFirst()) else { return nil }
    var words: [String] = []
    for _ in 0..<count {
        guard let head = line(), let length = Int(head.dropFirst()), rest.count >= length + 2
        else { return nil }
        words.append(String(decoding: rest.prefix(length), as: UTF8.self))
        rest = rest.dropFirst(length + 2)
    }
    held = Array(rest)
    return words
}

/// A fake server that lives as long as the test.
func withFakeServer(
    _ answer: @escaping @Sendable ([String], Int) -> FakeServer.Answer,
    _ body: (FakeServer) throws -> Void
) throws {
    let directory = try RunDirectory(name: "lightcone-fake")
    let server = try FakeServer(in: directory.path, answer)
    defer { server.end() }
    try body(server)
}

/// Counts from 1, for whoever asks.
final class Counter: Sendable {
    private let value = Atomic(0)
    func next() -> Int { value.add(1, ordering: .acquiringAndReleasing).newValue }
}
