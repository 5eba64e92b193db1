import Foundation
import Nodes
import Testing

@testable import CheckpointingSolution

/// Files of words where they are: on disk, where they may change while a job runs.
@Suite struct FileInputsTests {
    private let path = "/tmp/ci-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
    private let inputs = FileInputs([:])

    @Test
    func `a file that has become a pipe, a folder or a device is refused, and not waited for`()
        throws
    {
        defer { unlink(path) }
        try #require(mkfifo(path, 0o600) == 0)
        for name in [path, "/tmp", "/dev/zero"] {
            #expect(throws: InputFailure(name: name, reason: "it is no regular file")) {
                try inputs.bytes(of: name, from: 0, countMax: 10)
            }
        }
    }

    @Test func `a link to a file is read like the file`() throws {
        let link = path + ".link"
        defer {
            unlink(path)
            unlink(link)
        }
        try Data("abc".utf8).write(to: URL(fileURLWithPath: path))
        try #require(symlink(path, link) == 0)
        #expect(try inputs.bytes(of: link, from: 1, countMax: 10) == Array("bc".utf8))
    }
}
