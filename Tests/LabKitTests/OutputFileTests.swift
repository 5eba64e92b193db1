import Glibc
import LabKit
import Testing

@Suite struct `Output` {
    @Test func `is written whole, even into a pipe that takes a little at a time`() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        // Non-blocking: each write is cut short or refused while the pipe is full.
        _ = fcntl(writing, F_SETFL, O_NONBLOCK)
        let bytes = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        async let received: [UInt8] = {
            var all: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1000)
            while case let count = read(reading, &buffer, buffer.count), count > 0 {
                all += buffer.prefix(count)
            }
            return all
        }()
        try OutputFile(descriptor: writing, name: "a pipe").write(bytes: bytes)
        close(writing)
        #expect(await received == bytes)
        close(reading)
    }

    @Test func `that fails says where and why`() throws {
        let full = OutputFile(descriptor: open("/dev/full", O_WRONLY), name: "/dev/full")
        defer { close(full.descriptor) }
        let failure = #expect(throws: OutputFailure.self) { try full.write("x") }
        #expect(failure == OutputFailure(name: "/dev/full", code: ENOSPC))
        #expect(failure?.description == "cannot write, /dev/full: No space left on device")
        #expect(failure?.isReaderGone == false)
    }
}
