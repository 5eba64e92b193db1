import Glibc
import Testing

@testable import Files

@Suite struct WholeFileTests {
    private let scratch: Scratch
    private var path: String { scratch.path + "/file" }

    init() throws { scratch = try Scratch() }

    private func failure(_ body: () throws -> Void) -> FileFailure? {
        #expect(throws: FileFailure.self) { try body() }
    }

    @Test func `pieces are written one behind the other, and read as a whole`() throws {
        try WholeFile.write([[1, 2], [], [3]], to: path)
        #expect(try WholeFile.read(path) == [1, 2, 3])
        try WholeFile.write([], to: path)
        #expect(try WholeFile.read(path) == [])
        let large = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 >> 4) }
        try WholeFile.write([large], to: path)
        #expect(try WholeFile.read(path) == large)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test func `a limit is exact`() throws {
        try WholeFile.write([[1, 2, 3]], to: path)
        #expect(try WholeFile.read(path, bytesMax: 3) == [1, 2, 3])
        let failure = failure { _ = try WholeFile.read(path, bytesMax: 2) }
        #expect(failure?.cause == .tooLarge(bytesMax: 2))
    }

    @Test func `a file whose size the system does not tell is read to its end`() throws {
        // Its size is given as 0.
        let bytes = try WholeFile.read("/proc/self/status")
        #expect(String(decoding: bytes, as: UTF8.self).contains("VmPeak"))
    }

    @Test func `pipes, links and folders are refused, and never waited for`() throws {
        try #require(mkfifo(path, 0o600) == 0)
        try #require(symlink("/etc/passwd", scratch.path + "/link") == 0)
        for name in ["file", "link", "."] {
            let failure = failure { _ = try WholeFile.read("\(scratch.path)/\(name)") }
            #expect(failure?.cause == .notAFile, "\(name)")
        }
        #expect(failure { try WholeFile.write([[1]], to: scratch.path + "/link") }?.code == ELOOP)
        #expect(failure { _ = try WholeFile.read(path + "/x") }?.code == ENOTDIR)
        #expect(failure { _ = try WholeFile.read(scratch.path + "/no") }?.isForNothing == true)
    }

    @Test func `a file that cannot be written leaves nothing, and gives its room back`()
        async throws
    {
        await #expect(processExitsWith: .success) { [path = path as String] in
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
            try #require(setrlimit(__rlimit_resource_t(1), &limit) == 0)
            let failure = #expect(throws: FileFailure.self) {
                try WholeFile.write([[1], [UInt8](repeating: 2, count: 5000)], to: path)
            }
            #expect(failure?.code == EFBIG && failure?.isForLackOfRoom == true)
            #expect(try Folder.kind(of: path) == .nothing)
        }
    }

    @Test func `a flipped bit is one bit, and flipping it again mends the file`() throws {
        try WholeFile.write([[7, 8, 9]], to: path)
        #expect(WholeFile.flipBit(ofByte: 1, in: path))
        #expect(try WholeFile.read(path) == [7, 9, 9])
        #expect(WholeFile.flipBit(ofByte: 1, in: path))
        #expect(try WholeFile.read(path) == [7, 8, 9])
        #expect(!WholeFile.flipBit(ofByte: 3, in: path))
        #expect(!WholeFile.flipBit(ofByte: 0, in: path + "x"))
    }
}
