import Testing

@testable import Text

@Suite struct CountsFileTests {
    @Test func `every word of special bytes comes back as it was`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("counts.tsv")
            let table = WordTable()
            var number: UInt64 = 0
            withEveryString(of: Array("\\\t\n\rnrt\0".utf8) + [0xFF], upTo: 3) { word in
                number += 1
                table.add(word, count: number % 7 + 1)
            }
            try CountsFile.write(table, to: path)
            try #expect(CountsFile.read(path) == table.sorted())
            // Once more over the old one, and nothing is left beside it.
            table.add(Array("one more".utf8), count: .max / 2)
            try CountsFile.write(table, to: path)
            try #expect(CountsFile.read(path) == table.sorted())
            #expect(names(in: folder) == ["counts.tsv"])
        }
    }

    @Test func `lines come by count, then in byte order`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("counts.tsv")
            let table = WordTable()
            for word in ["b", "é", "b", "a\tb", "\\", "", "a", "a"] { table.add(Array(word.utf8)) }
            try CountsFile.write(table, to: path)
            let text = String(decoding: try read(path), as: UTF8.self)
            #expect(text == "a\t2\nb\t2\n\t1\n\\\\\t1\na\\tb\t1\né\t1\n")
        }
    }

    @Test(arguments: [
        ("a\t2\nb\t1", 2, "the line does not end"),
        ("a\n", 1, "no tab"),
        ("a\t\n", 1, "no count"),
        ("a\t0\n", 1, "a count that begins with 0"),
        ("a\t+1\n", 1, "a count that is not a number"),
        ("a\t1 \n", 1, "a count that is not a number"),
        ("a\t18446744073709551615\nb\t18446744073709551616\n", 2, "a count of 2^64 or more"),
        ("a\\\t1\n", 1, "a backslash before something else than \\, t, n or r"),
        ("a\r\t1\n", 1, "a carriage return"),
        ("a\t1\nb\t2\n", 2, "not in order after the line before"),
        ("b\t1\na\t1\n", 2, "not in order after the line before"),
        ("a\t1\na\t1\n", 2, "not in order after the line before"),
    ])
    func `what could not have been written is refused by line`(
        text: String,
        line: UInt64,
        reason: String
    ) throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("counts.tsv")
            try write(Array(text.utf8), to: path)
            let failure = TextFailure.malformedCounts(path: path, line: line, reason: reason)
            #expect(throws: failure) { try CountsFile.read(path) }
        }
    }

    @Test func `a failure to write leaves everything as it was`() throws {
        try withTemporaryFolder { folder in
            let table = WordTable()
            table.add([0x61])
            let missing = folder.appending("missing").appending("counts.tsv")
            #expect(throws: TextFailure.self) { try CountsFile.write(table, to: missing) }
            #expect(throws: TextFailure.notRegularFile(path: folder, kind: "a folder")) {
                try CountsFile.write(table, to: folder)
            }
            #expect(throws: TextFailure.notRegularFile(path: "/dev/full", kind: "a device")) {
                try CountsFile.write(table, to: "/dev/full")
            }
            #expect(names(in: folder) == [])
        }
    }
}
