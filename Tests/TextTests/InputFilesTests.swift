import Testing

import Text

@Suite struct InputFilesTests {
    /// A folder with some of everything.
    private func withTree(_ body: (InputPath) throws -> Void) throws {
        try withTemporaryFolder { folder in
            makeFolder(folder.appending("sub"))
            makeFolder(folder.appending("empty"))
            makeFolder(folder.appending(".hidden"))
            for name in ["b.txt", "a.txt", "Z.txt", "sub/c.txt", "sub.txt", ".secret", "[x].csv"] {
                try write(Array(name.utf8), to: folder.appending(InputPath(name)))
            }
            try write([], to: folder.appending(".hidden/d.txt"))
            try write([1], to: folder.appending(InputPath(bytes: [0xFF, 0xFE])))
            makePipe(folder.appending("pipe"))
            makeLink(folder.appending("loop"), to: folder)
            makeLink(folder.appending("nothing"), to: folder.appending("not there"))
            try body(folder)
        }
    }

    private func found(_ folder: InputPath, _ patterns: [InputPath]) throws -> [InputPath] {
        try InputFiles.find(patterns.map { folder.appending($0) }).map { file in
            InputPath(bytes: Array(file.path.bytes.dropFirst(folder.bytes.count + 1)))
        }
    }

    @Test func `a folder is every file below it that is not hidden, in byte order`() throws {
        try withTree { folder in
            let all: [InputPath] = [
                "Z.txt", "[x].csv", "a.txt", "b.txt", "sub.txt", "sub/c.txt",
                InputPath(bytes: [0xFF, 0xFE]),
            ]
            let files = try InputFiles.find([folder])
            #expect(files.map(\.path) == all.map { folder.appending($0) })
            #expect(files.map(\.bytes) == [5, 7, 5, 5, 7, 9, 1])
            try #expect(found(folder, ["empty"]) == [])
        }
    }

    @Test func `a name that is there is itself before it is a pattern`() throws {
        try withTree { folder in
            try #expect(found(folder, ["[x].csv"]) == ["[x].csv"])
            try #expect(found(folder, ["[ab].txt"]) == ["a.txt", "b.txt"])
            try #expect(found(folder, ["?.txt"]) == ["Z.txt", "a.txt", "b.txt"])
            try #expect(found(folder, ["s*"]) == ["sub.txt", "sub/c.txt"])
            try #expect(found(folder, ["p*"]) == [])
            try #expect(found(folder, [".secret"]) == [".secret"])
        }
    }

    @Test func `a file is listed once, by the name that reached it first`() throws {
        try withTree { folder in
            try #expect(found(folder, ["b.txt", "a.txt", "b.txt"]) == ["b.txt", "a.txt"])
            #expect(
                try found(folder, ["sub/../b.txt", "?.txt"]) == ["sub/../b.txt", "Z.txt", "a.txt"]
            )
            makeLink(folder.appending("sub/link"), to: folder.appending("a.txt"))
            try #expect(found(folder, ["sub"]) == ["sub/c.txt", "sub/link"])
            try #expect(found(folder, ["a.txt", "sub"]) == ["a.txt", "sub/c.txt"])
        }
    }

    @Test func `what is not there is an error that names it`() throws {
        try withTree { folder in
            for name: InputPath in ["none", "none/*", "*.none", "a.txt/b", "nothing"] {
                let path = folder.appending(name)
                #expect(throws: TextFailure.notFound(path: path)) {
                    try InputFiles.find([folder, path])
                }
            }
            let pipe = folder.appending("pipe")
            #expect(throws: TextFailure.notRegularFile(path: pipe, kind: "a pipe")) {
                try InputFiles.find([pipe])
            }
            #expect(throws: TextFailure.self) { try InputFiles.find(["a\0b"]) }
            #expect(throws: TextFailure.self) { try InputFiles.find([""]) }
        }
    }

    @Test func `a folder that cannot be read is an error that names it`() throws {
        try withTree { folder in
            let sub = folder.appending("sub")
            setMode(sub, 0)
            // Nothing is forbidden to root.
            if isRoot { return }
            #expect(throws: TextFailure.system(action: "list", path: sub, code: 13)) {
                try InputFiles.find([folder])
            }
        }
    }

    @Test func `a path shows on one line whatever its bytes`() {
        #expect(
            InputPath(bytes: [0x61, 0xFF, 0x0A, 0x1B]).description == "a\u{FFFD}\u{FFFD}\u{FFFD}"
        )
        #expect(InputPath("b") < InputPath("é") && InputPath("Z") < InputPath("a"))
    }
}
