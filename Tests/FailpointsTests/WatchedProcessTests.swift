import Glibc
import Testing
import Threads

@testable import Failpoints

/// A process that is watched through two pipes, from the watcher's side.
@Suite struct WatchedProcessTests {
    private let catalogue = FailpointCatalogue([.afterSave])

    @Test func `a hold goes no further until its watcher lets it go`() async throws {
        let pipes = try NamedPipes()
        async let watched = #expect(processExitsWith: .exitCode(7)) {
            [reports = pipes.reports as String, orders = pipes.orders as String] in
            let (reporting, ordered) = (open(reports, O_WRONLY), open(orders, O_RDONLY))
            let word = Guarded("")
            let failpoints = Failpoints(
                [FailpointRequest(.afterSave, .hold, pass: 2)],
                process: "",
                announce: { writeLine("\($0)", to: reporting) },
                waitForRelease: { _ in word.withLock { $0 = readLine(from: ordered) } }
            )
            try failpoints.pass(.afterSave)
            writeLine("went past once", to: reporting)
            try failpoints.pass(.afterSave)
            // The word is not known here: only who has waited for it can repeat it.
            writeLine("went on with \(word.withLock(\.self))", to: reporting)
            _exit(7)
        }
        let lines = try await pipes.watch { reports, orders in
            let past = readLine(from: reports)
            let announced = readLine(from: reports)
            writeLine("a word", to: orders)
            return [past, announced, readLine(from: reports)]
        }
        _ = await watched
        #expect(lines == ["went past once", "store.after-save=hold@2", "went on with a word"])
        #expect(
            try catalogue.requests([lines[1]]) == [FailpointRequest(.afterSave, .hold, pass: 2)]
        )
    }

    @Test func `a stall announces itself, uses no processor, and lasts until the end`() async throws
    {
        let pipes = try NamedPipes()
        async let watched = #expect(processExitsWith: .signal(SIGTERM)) {
            [reports = pipes.reports as String, orders = pipes.orders as String] in
            let (reporting, _) = (open(reports, O_WRONLY), open(orders, O_RDONLY))
            let failpoints = Failpoints(
                [FailpointRequest(.afterSave, .stall)],
                process: "",
                announce: {
                    writeLine(ownThread(), to: reporting)
                    writeLine("\($0)", to: reporting)
                },
                waitForRelease: { _ in }
            )
            try failpoints.pass(.afterSave)
            _exit(99)
        }
        let (announced, switches) = try await pipes.watch { reports, _ in
            let thread = readLine(from: reports)
            let pid = try #require(Int32(thread.prefix { $0 != "/" }))
            let announced = readLine(from: reports)
            // Once it sleeps, it never runs again: the number of its turns stays.
            var switches: [String] = []
            while switches.count < 20 {
                let status = readFile("/proc/\(thread)/status")
                if status.contains("State:\tS") {
                    switches.append(String(status.drop { $0 != "v" }.suffix(80)))
                }
                usleep(1000)
            }
            kill(pid, SIGTERM)
            return (announced, switches)
        }
        _ = await watched
        #expect(announced == "store.after-save=stall@1")
        #expect(Set(switches.suffix(10)).count == 1)
    }
}

/// Two pipes that have names, in a folder of their own.
private struct NamedPipes {
    let folder: String
    var reports: String { folder + "/reports" }
    var orders: String { folder + "/orders" }

    init() throws {
        var template = Array("/tmp/lightcone-failpoints.XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        for pipe in [reports, orders] { try #require(mkfifo(pipe, 0o600) == 0) }
    }

    /// Opens the pipes, runs the body on a thread that may block, and removes them.
    func watch<Result: Sendable>(
        _ body: @escaping @Sendable (_ reports: Int32, _ orders: Int32) throws -> Result
    ) async throws -> Result {
        defer { for path in [reports, orders] { unlink(path) }; rmdir(folder) }
        // Open at both ends at once, so that neither side waits for the other to open.
        let (reading, writing) = (open(reports, O_RDWR), open(orders, O_RDWR))
        defer { for descriptor in [reading, writing] { close(descriptor) } }
        return try await Task.detached { try body(reading, writing) }.value
    }
}

private func writeLine(_ line: String, to descriptor: Int32) {
    let bytes = Array((line + "\n").utf8)
    _ = write(descriptor, bytes, bytes.count)
}

/// A line; what there is of it if the rest does not come: a test then fails instead of waiting for ever.
private func readLine(from descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&polled, 1, 20_000) == 1, read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n")
    { bytes.append(byte) }
    return String(decoding: bytes, as: UTF8.self)
}

/// The thread that asks, as `/proc` names it: `PID/task/TID`.
private func ownThread() -> String {
    var bytes = [CChar](repeating: 0, count: 64)
    let count = max(0, readlink("/proc/thread-self", &bytes, bytes.count))
    return String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
}

private func readFile(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = max(0, read(descriptor, &bytes, bytes.count))
    return String(decoding: bytes[..<count], as: UTF8.self)
}
