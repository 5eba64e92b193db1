import Glibc
import Processes
import Testing

@testable import Redis

/// Waits until the condition holds, and says whether it came to that within a generous limit.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        pause(for: .milliseconds(2))
    }
    return try condition()
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// The bytes of a file; none if there is no such file.
func contents(of path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var all: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&room, 1, room.count, file)
        if count == 0 { return all }
        all += room[..<count]
    }
}

/// Writes an executable script, which appears as a whole.
func writeScript(_ text: String, to path: String) throws {
    let descriptor = open(path + "~", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o700)
    try #require(descriptor >= 0)
    let written = write(descriptor, text, text.utf8.count)
    close(descriptor)
    try #require(written == text.utf8.count && rename(path + "~", path) == 0)
}

/// The names in a folder, sorted, without `.` and `..`.
func names(in folder: String) -> [String] {
    guard let listing = opendir(folder) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { room in
            String(decoding: room.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// Whether a process is there and not merely waiting to be reaped.
func isAlive(_ pid: Int32) -> Bool {
    let text = String(decoding: contents(of: "/proc/\(pid)/stat"), as: UTF8.self)
    guard let close = text.lastIndex(of: ")") else { return false }
    return text[close...].dropFirst(2).first.map { $0 != "Z" && $0 != "X" } ?? false
}

extension RedisServer {
    var folder: String { String(dumpPath.dropLast("/dump.rdb".count)) }

    func connect() throws(RedisFailure) -> RedisConnection {
        try RedisConnection(address, password: password)
    }
}

/// A server of the test's own, with a connection to it.
func withServer(_ body: (RedisServer, RedisConnection) throws -> Void) throws {
    let server = try RedisServer()
    defer { server.end() }
    try body(server, try server.connect())
}

/// The refusal that `body` ends in.
func refusal(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) throws -> (code: String, message: String) {
    let failure = #expect(throws: RedisFailure.self, sourceLocation: sourceLocation) {
        try body()
    }
    guard case .server(let code, let message) = failure else {
        Issue.record("\(String(describing: failure))", sourceLocation: sourceLocation)
        return ("", "")
    }
    return (code, message)
}

/// The disconnection that `body` ends in.
func disconnection(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) throws -> (reason: String, sent: Bool) {
    let failure = #expect(throws: RedisFailure.self, sourceLocation: sourceLocation) {
        try body()
    }
    guard case .disconnected(let reason, let sent) = failure else {
        Issue.record("\(String(describing: failure))", sourceLocation: sourceLocation)
        return ("", false)
    }
    return (reason, sent)
}

func timeouts(reply: Duration) -> RedisConnection.Timeouts {
    var timeouts = RedisConnection.Timeouts()
    timeouts.reply = reply
    return timeouts
}
