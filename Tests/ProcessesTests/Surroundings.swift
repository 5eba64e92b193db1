import Glibc
import Processes
import Testing

/// Waits until the condition holds, and says whether it came to that within a generous limit.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        pause(for: .milliseconds(2))
    }
    return try condition()
}

/// Whether a process is there and not merely waiting to be reaped.
func isAlive(_ pid: Int32) -> Bool {
    // The name, in brackets, may itself hold brackets.
    guard let text = contents(of: "/proc/\(pid)/stat"), let close = text.lastIndex(of: ")")
    else { return false }
    return text[close...].dropFirst(2).first.map { $0 != "Z" && $0 != "X" } ?? false
}

/// Whether there is such a process, be it only as a zombie.
func isKnown(_ pid: Int32) -> Bool { exists("/proc/\(pid)") }

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// The text of a file; nil if there is none.
func contents(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return readAll(descriptor)
}

/// Writes a file, which appears as a whole.
func write(_ text: String, to path: String) throws {
    let descriptor = open(path + "~", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o700)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(write(descriptor, text, text.utf8.count) == text.utf8.count)
    try #require(rename(path + "~", path) == 0)
}

/// Everything until the other side closes its end.
func readAll(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &room, room.count)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
        bytes += room[..<count]
    }
}

/// Expects that not every second run leaves a descriptor open.
///
/// Not "none at all": the system's own threads open some when it pleases them. To be called in a
/// process of its own, as an exit test has it: other tests open descriptors as well.
func expectNoDescriptorsLeft(
    byRuns runs: Int,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) rethrows {
    let before = names(in: "/proc/self/fd").count
    for _ in 0..<runs { try body() }
    let after = names(in: "/proc/self/fd").count
    #expect(after < before + runs / 2, "\(before), then \(after)", sourceLocation: sourceLocation)
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

/// Gives the test a folder of its own, and removes it afterwards with all that is in it.
func withFolder(_ body: (String) async throws -> Void) async throws {
    var template = Array("/tmp/lightcone-processes-XXXXXX".utf8CString)
    let made = try #require(mkdtemp(&template))
    let folder = String(cString: made)
    defer { remove(folder) }
    try await body(folder)
}

private func remove(_ path: String) {
    // A link to a folder is unlinked, not followed.
    guard unlink(path) != 0 else { return }
    for name in names(in: path) { remove("\(path)/\(name)") }
    rmdir(path)
}

/// Runs a shell script to its end, and gives what it wrote.
func output(
    ofScript script: String,
    _ arguments: [String] = [],
    _ change: (inout ChildProcess.Command) -> Void = { _ in }
) throws -> String {
    let talker = try Talker(script, arguments, change)
    let text = readAll(talker.output)
    #expect(talker.process.wait(upTo: .seconds(20))?.isSuccess == true, "\(script): \(text)")
    return text
}

/// A shell that runs `script`, with a pipe to read what it writes.
final class Talker {
    let process: ChildProcess
    let output: Int32

    init(
        _ script: String,
        _ arguments: [String] = [],
        _ change: (inout ChildProcess.Command) -> Void = { _ in }
    ) throws {
        let pipe = try Pipe()
        defer { close(pipe.writing) }
        var command = ChildProcess.Command("/bin/sh", ["-c", script, "script"] + arguments)
        command.output = pipe.writing
        change(&command)
        process = try ChildProcess(command)
        output = pipe.reading
    }

    deinit { close(output) }

    /// The next line, without its newline.
    func line() throws -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while byte != UInt8(ascii: "\n") {
            let isReady = eventually { waitReadable([output], upTo: .seconds(1))[0] }
            try #require(isReady && read(output, &byte, 1) == 1, "the script says no more")
            line.append(byte)
        }
        return String(decoding: line.dropLast(), as: UTF8.self)
    }
}

/// Runs `body` in a copy of this process; Swift hides `fork` from those who need not know.
func forking(_ body: () -> Never) throws -> Int32 {
    let symbol = try #require(dlsym(nil, "fork"))
    let pid = unsafeBitCast(symbol, to: (@convention(c) () -> Int32).self)()
    if pid == 0 { body() }
    return pid
}
