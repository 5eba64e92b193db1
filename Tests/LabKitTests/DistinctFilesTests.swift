import Foundation
import LabKit
import Testing

/// A file goes by many names, and is refused under each of them.
@Suite final class DistinctFilesTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "/df-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(
            atPath: folder + "/sub",
            withIntermediateDirectories: true
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func path(_ name: String) -> Argument { Argument("\(folder)/\(name)") }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/\(name)",
            withDestinationPath: target
        )
    }

    /// Many names of the file a.
    private func names() throws -> [String] {
        try link("link", to: "a")
        try link("far", to: "sub/../link")
        try link("whole", to: "\(folder)/a")
        try link("there", to: "sub")
        return ["a", "./a", "sub/../a", "link", "far", "whole", "there/../a", ".//a"]
    }

    @Test(arguments: [true, false])
    func `two names of one file are one identity, whether it is there or not`(
        isThere: Bool
    ) throws {
        if isThere { try Data().write(to: URL(fileURLWithPath: "\(folder)/a")) }
        let identity = try #require(FileIdentity(path("a")))
        for name in try names() { #expect(FileIdentity(path(name)) == identity, "\(name)") }
        #expect(FileIdentity(path("b")) != identity)
        #expect(FileIdentity(path("sub/a")) != identity)
        let before = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(before.contains("a") == isThere, "looking makes no file")
    }

    @Test func `a second hard link is the same file`() throws {
        try Data().write(to: URL(fileURLWithPath: "\(folder)/a"))
        try FileManager.default.linkItem(atPath: "\(folder)/a", toPath: "\(folder)/hard")
        #expect(FileIdentity(path("hard")) == FileIdentity(path("a")))
    }

    @Test func `what is no regular file, or cannot be one, has no identity`() throws {
        try link("round", to: "round")
        for name in ["sub", "nowhere/a", "round", "new/"] {
            #expect(FileIdentity(path(name)) == nil, "\(name)")
        }
        #expect(FileIdentity("/dev/null") == nil)
        #expect(FileIdentity("") == nil)
    }

    @Test func `what is read is not written, and the line says which option would`() throws {
        try Data().write(to: URL(fileURLWithPath: "\(folder)/a"))
        let other = path("sub/../a")
        #expect(throws: UsageError("--log names the plan that is read, \(other.quoted)")) {
            try DistinctFiles.check(
                written: [("--svg", path("b")), ("--log", other)],
                read: [("the plan", path("a"))]
            )
        }
    }

    @Test func `nothing is written twice, and both options are named`() throws {
        let other = path("sub/../b")
        #expect(throws: UsageError("--svg and --log name the same file, \(other.quoted)")) {
            try DistinctFiles.check(written: [("--svg", path("b")), ("--log", other)])
        }
    }

    @Test func `a device may be written twice`() throws {
        try DistinctFiles.check(
            written: [("--svg", "/dev/null"), ("--log", "/dev/null"), ("--json", nil)],
            read: [("the plan", "/dev/null")]
        )
    }
}
