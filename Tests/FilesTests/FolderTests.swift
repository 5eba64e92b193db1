import Glibc
import Testing

@testable import Files

@Suite struct FolderTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `a folder is made once, for nobody else to look into`() throws {
        let path = scratch.path + "/a"
        #expect(try Folder.make(path))
        #expect(try !Folder.make(path))
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o700)
        let failure = #expect(throws: FileFailure.self) { try Folder.make(path + "/b/c") }
        #expect(failure?.description == "making \(path)/b/c: No such file or directory")
    }

    @Test func `names are sorted, and what lies under them is told apart`() throws {
        try scratch.write([], to: "file")
        try Folder.make(scratch.path + "/folder")
        try #require(symlink("folder", scratch.path + "/link") == 0)
        try #require(symlink("nowhere", scratch.path + "/lost") == 0)
        try #require(mkfifo(scratch.path + "/pipe", 0o600) == 0)
        #expect(try Folder.names(in: scratch.path) == ["file", "folder", "link", "lost", "pipe"])
        let kinds: [(String, Folder.Kind, Folder.Kind)] = [
            ("file", .file, .file), ("folder", .folder, .folder), ("link", .link, .folder),
            ("lost", .link, .nothing), ("pipe", .other, .other), ("none", .nothing, .nothing),
        ]
        for (name, own, behind) in kinds {
            #expect(try Folder.kind(of: "\(scratch.path)/\(name)") == own)
            #expect(try Folder.kindBehindLinks("\(scratch.path)/\(name)") == behind)
        }
        #expect(throws: FileFailure.self) { try Folder.names(in: scratch.path + "/file") }
    }

    @Test(arguments: [
        ("a", "."), ("a/", "."), ("/", "/"), ("/a", "/"), ("/a/b", "/a"), ("a//b", "a/"),
        ("a/b///", "a"), ("", "."), ("//", "/"),
    ]) func `the folder in which a path lies is named`(path: String, parent: String) {
        #expect(Folder.parent(of: path) == parent)
    }
}
