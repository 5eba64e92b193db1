import Foundation
import Testing

/// What is counted, and what happens to input that cannot be.
@Suite struct InputTests {
    private let wordcount: Wordcount

    init() throws { wordcount = try Wordcount() }

    @Test func `an empty folder and an empty file hold no words`() throws {
        try FileManager.default.createDirectory(
            atPath: wordcount.path("nothing"),
            withIntermediateDirectories: true
        )
        let (none, counts) = try wordcount.job(data: [wordcount.path("nothing")], ["--verify"])
        #expect(none.files == 0 && counts.isEmpty && none.verified == true)
        let empty = try wordcount.file("empty.txt", "")
        let (one, noCounts) = try wordcount.job(data: [empty], ["--verify"])
        #expect(one.files == 1 && noCounts.isEmpty && one.verified == true)
    }

    @Test func `bytes are words, whether or not they are UTF-8`() throws {
        let file = try wordcount.file(
            "bytes",
            Array("a\u{3000}a\u{a0}é ".utf8) + [0, 0x20, 0xff, 0xfe, 0x20, 0xff, 0xfe, 0x0a]
        )
        let (report, counts) = try wordcount.job(data: [file], ["--verify", "--top", "9"])
        #expect(counts == [[0x61]: 2, Array("é".utf8): 1, [0]: 1, [0xff, 0xfe]: 2])
        #expect(report.top.map(\.word).contains("\u{fffd}\u{fffd}"))
        #expect(report.verified == true)
    }

    @Test func `a line of 200 MB is counted in less than 256 MB of memory`() throws {
        let words = (0..<1000).map { "word\($0)" }
        let line = Array((words.joined(separator: " ") + " ").utf8)
        let repeats = 200_000_000 / line.count + 1
        let path = wordcount.path("line")
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let handle = try #require(FileHandle(forWritingAtPath: path))
        let block = Data((0..<100).flatMap { _ in line })
        for _ in 0..<(repeats / 100) { try handle.write(contentsOf: block) }
        try handle.close()
        // It takes many times as long as a worker may be silent, and nobody takes it over all the same.
        let (report, counts) = try wordcount.job(
            data: [path],
            ["--workers", "2", "--claim-after", "1"]
        )
        #expect(report.claims == 0)
        #expect(report.bytes == line.count * (repeats / 100) * 100)
        #expect(report.bytes > 199_000_000)
        let expected = words.map { ($0, (repeats / 100) * 100) }
        #expect(counts == Reference.counts(Dictionary(uniqueKeysWithValues: expected)))
        #expect(report.peakMemoryBytes < 256 << 20)
        #expect(report.peakMemoryBytes > 1 << 20)
    }

    @Test func `more words than a worker holds are sent ahead, and counted once`() throws {
        // Some 15 MB of different words in one file; each twice, far apart.
        var text: [UInt8] = []
        for half in 0..<2 {
            for number in 0..<1_100_000 { text += "\(number)\(half == 0 ? " " : "\n")".utf8 }
        }
        let path = try wordcount.file("many", text)
        let log = wordcount.path("log")
        let (report, counts) = try wordcount.job(
            data: [path],
            ["--workers", "2", "--claim-after", "60", "--log", log]
        )
        #expect(counts.count == 1_100_000)
        #expect(counts.values.allSatisfy { $0 == 2 })
        #expect(report.peakMemoryBytes < 256 << 20)
        let events = FileManager.default.contents(atPath: log) ?? Data()
        #expect(events.range(of: Data("\"staged\"".utf8)) != nil)
    }

    @Test func `a word longer than 16 MiB is refused by name, and the others are counted`() throws {
        let long = try wordcount.file("in/long", [UInt8](repeating: 0x61, count: 17 << 20))
        try wordcount.file("in/short", "a b")
        let (report, counts) = try wordcount.job(data: [wordcount.path("in")], [], status: 65)
        #expect(report.failed.map(\.file) == [long])
        #expect(counts == Reference.counts(["a": 1, "b": 1]))
    }

    @Test func `a file that goes away is named, and all others are counted`() throws {
        for number in 0..<20 { try wordcount.file("in/\(number)", "common own\(number)") }
        // The only worker sleeps after its first read; what it did not read yet goes away meanwhile.
        let log = wordcount.path("log")
        let running = try wordcount.start(
            ["run", "--data", wordcount.path("in"), "--workers", "1", "--slow", "1"]
                + ["--slow-for", "0.5", "--log", log, "--json"]
                + ["--output", wordcount.path("counts.tsv")]
        )
        try waitUntil("the worker sleeps") {
            let events = FileManager.default.contents(atPath: log) ?? Data()
            return events.range(of: Data("fault".utf8)) != nil
        }
        let gone = wordcount.path("in/5")
        try FileManager.default.removeItem(atPath: gone)
        let folder = wordcount.path("in/7")
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let outcome = try running.outcome()
        #expect(outcome.status == 66)
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(Set(report.failed.map(\.file)) == [gone, folder])
        #expect(report.files == 18)
        let counts = try Reference.parse(tsv: wordcount.path("counts.tsv"))
        var expected = ["common": 18]
        for number in 0..<20 where number != 5 && number != 7 { expected["own\(number)"] = 1 }
        #expect(counts == Reference.counts(expected))
    }

    @Test func `a file that may not be read is named, and all others are counted`() throws {
        // Root may read everything; so the program runs as somebody who may not.
        let secret = try wordcount.file("in/secret", "a b c")
        try wordcount.file("in/open", "a b")
        chmod(secret, 0)
        let outcome = try wordcount.run(
            ["run", "--data", wordcount.path("in"), "--json"],
            asNobody: getuid() == 0
        )
        #expect(outcome.status == 66, "\(outcome)")
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(report.failed.map(\.file) == [secret])
        #expect(report.failed.first?.reason.contains("Permission denied") == true)
        #expect(report.words == 2)
    }

    @Test(arguments: [
        ("nosuch", "no such file"), ("nosuch*", "no such file"), ("in/none/x", "no such file"),
    ])
    func `input that is not there is named before anything is started`(
        name: String,
        reason: String
    ) throws {
        let outcome = try wordcount.run(["run", "--data", wordcount.path(name)])
        #expect(outcome.status == 66)
        #expect(outcome.errors.contains(name))
        #expect(outcome.errors.contains(reason))
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func `files are found in folders, by globs and by name, each once`() throws {
        for name in ["d/a.txt", "d/e/b.txt", "d/c.csv", "f.txt"] {
            try wordcount.file(name, "x")
        }
        let data = ["d", "d/*.txt", "f.txt", "d/e"].map { wordcount.path($0) }
        let (report, counts) = try wordcount.job(data: data, [])
        #expect(report.files == 4)
        #expect(counts == [[0x78]: 4])
    }

    @Test func `only the named column of a CSV file counts`() throws {
        let text = """
            id,text,more
            1,"a, b ""c""
            d",x
            2,a,y

            """
        let path = try wordcount.file("t.csv", text.replacingOccurrences(of: "\n", with: "\r\n"))
        let (report, counts) = try wordcount.job(
            data: [path],
            ["--format", "csv", "--column", "text", "--verify"]
        )
        #expect(counts == Reference.counts(["a,": 1, "b": 1, "\"c\"": 1, "d": 1, "a": 1]))
        #expect(report.verified == true)
    }

    @Test(arguments: [
        ("id,text\n1,\"a\n", "2"), ("id,text\n1,ok\n2,\"a\"b\n", "3"), ("id,text\n1,a\"b\n", "2"),
        ("id,text\n1,a,b\n", "2"), ("id,text\n1\n", "2"), ("id,body\n1,a\n", "1"),
    ])
    func `broken CSV is named with its line, and the other files are counted`(
        text: String,
        line: String
    ) throws {
        let broken = try wordcount.file("in/broken.csv", text)
        try wordcount.file("in/good.csv", "id,text\n1,good words\n")
        let (report, counts) = try wordcount.job(
            data: [wordcount.path("in")],
            ["--format", "csv"],
            status: 65
        )
        #expect(report.failed.map(\.file) == [broken])
        #expect(report.failed.first?.reason.contains("broken.csv:\(line):") == true)
        #expect(counts == Reference.counts(["good": 1, "words": 1]))
    }

    @Test func `--classic splits at single spaces only and counts empty words`() throws {
        let text = """
            tweet_id,text
            1,a  b
            2,"c
            d a"
            3,
            4,"
            "

            """
        let path = try wordcount.file("t.csv", text)
        let (report, counts) = try wordcount.job(data: [path], ["--classic", "--verify"])
        #expect(counts == Reference.counts(["a": 2, "": 2, "b": 1, "c\nd": 1]))
        #expect(report.verified == true)
        let lines = try String(contentsOfFile: wordcount.path("counts.tsv"), encoding: .utf8)
        #expect(lines == "\t2\na\t2\nb\t1\nc\\nd\t1\n")
    }

    @Test func `serial writes the very file that a job writes`() throws {
        let (_, counts) = try wordcount.job(["--workers", "3"])
        let serial = try wordcount.run(
            ["serial", "--data", Reference.corpus, "--output", wordcount.path("serial.tsv")])
        #expect(serial.status == 0)
        let files = FileManager.default
        #expect(
            files.contents(atPath: wordcount.path("serial.tsv"))
                == files.contents(atPath: wordcount.path("counts.tsv"))
        )
        #expect(counts == Reference.corpusCounts)
    }

    @Test func `a corpus is the same for the same seed, and has the words it was asked for`() throws
    {
        for (name, seed) in [("one", "7"), ("two", "7"), ("three", "8")] {
            let made = try wordcount.run(
                ["corpus", "--out", wordcount.path(name), "--megabytes", "1", "--distinct", "5000"]
                    + ["--seed", seed]
            )
            #expect(made.status == 0, "\(made)")
        }
        let files = FileManager.default
        let names = try files.contentsOfDirectory(atPath: wordcount.path("one"))
        #expect(!names.isEmpty)
        for name in names {
            let one = files.contents(atPath: wordcount.path("one/\(name)"))
            #expect(one == files.contents(atPath: wordcount.path("two/\(name)")))
            #expect(one != files.contents(atPath: wordcount.path("three/\(name)")))
        }
        let (report, _) = try wordcount.job(data: [wordcount.path("one")], ["--verify"])
        #expect(report.distinct == 5000)
        #expect(report.verified == true)
        let again = try wordcount.run(["corpus", "--out", wordcount.path("one")])
        #expect(again.status == 73)
    }
}
