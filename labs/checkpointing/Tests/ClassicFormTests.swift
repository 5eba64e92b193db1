import Foundation
import Messaging
import Nodes
import Testing
import Text

@testable import CheckpointingSolution

/// Words, files and messages of the classic form, each by itself.
@Suite struct ClassicFormTests {
    // MARK: Words

    @Test func `a word is refused exactly if its message has no room`() throws {
        let units: [String] = ["y", "\"", "\n", "\u{1}", "\u{7f}", "é", "🦉"]
        for unit in units {
            for (mapper, recovery, count) in [(0, 0, 1), (15, 1234, 99), (1, 7, 1_000_000)] {
                let longest = 960 / unit.utf8.count
                for length in (longest / 7)...longest {
                    let word = String(repeating: unit, count: length)
                    let message = ClassicMessage(
                        source: "Mapper_\(mapper)",
                        .wordCount(key: word, value: count, lastRecovery: recovery)
                    )
                    var bytes: [UInt8] = []
                    let fits = (try? ClassicCodec().append(message, to: &bytes)) != nil
                    var counts = WordCounts()
                    counts.add(Array(word.utf8), count: UInt64(count))
                    let isTaken =
                        (try? ClassicWord.check(counts, by: mapper, recovery: recovery, of: "a"))
                        != nil
                    #expect(isTaken == fits, "\(length) times \(unit.debugDescription)")
                }
            }
        }
    }

    @Test func `of several words that do not fit, the first in byte order is named`() {
        let words = ["b", "a", "ok"].map { String(repeating: $0, count: $0 == "ok" ? 1 : 1000) }
        var counts = WordCounts()
        for word in words { counts.add(Array(word.utf8)) }
        let failure = #expect(throws: ClassicWord.Unfit.self) {
            try ClassicWord.check(counts, by: 0, recovery: 0, of: "f.csv")
        }
        #expect(failure?.word.first == UInt8(ascii: "a"))
        var other = WordCounts()
        other.add([0x66, 0xff])
        #expect(throws: ClassicWord.Unfit.self) {
            try ClassicWord.check(other, by: 0, recovery: 0, of: "f.csv")
        }
    }

    // MARK: Files

    @Test func `counts come back from a file as they were, whatever the words`() throws {
        let folder = try Folder()
        let parts = ClassicParts(folder: folder.path, worker: "Reducer_0", isMapper: false)
        var counts = WordCounts()
        for (place, word) in ["", "\"", "\\", "é", "e\u{301}", "🦉", "\n\u{0}", "日本"].enumerated() {
            counts.add(Array(word.utf8), count: UInt64(place + 1))
        }
        try parts.write(.counts(counts, recovery: 3), as: "4")
        #expect(try parts.value("4") == .counts(counts, recovery: 0))
        #expect(parts.names == ["4"])
        let text = try folder.text("Reducer_0_4.txt")
        #expect(text.hasPrefix(#"{"": 1, "\u000a\u0000": 7, "\"": 2, "\\": 3, "e\u0301": 5, "#))
        // Python's own reader must find the same in it.
        let found = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        #expect(found?["日本"] as? Int == 8)
        #expect(try parts.value("5") == nil)
    }

    @Test(arguments: [
        "", "{", "[]", #"{"a": 0}"#, #"{"a": -1}"#, #"{"a": 1.5}"#, #"{"a": 1, "a": 1}"#,
    ])
    func `a file that holds no counts is damaged`(text: String) throws {
        let folder = try Folder()
        try folder.write(text, "Reducer_0_1.txt")
        let parts = ClassicParts(folder: folder.path, worker: "Reducer_0", isMapper: false)
        #expect(throws: DamagedSave.self) { try parts.value("1") }
    }

    @Test func `a cursor is an id and a newline, and is read in other forms too`() throws {
        let folder = try Folder()
        let parts = ClassicParts(folder: folder.path, worker: "Mapper_1", isMapper: true)
        try parts.write(.cursor(Cursor(lastStreamID: 3), recovery: 1), as: "2")
        #expect(try folder.text("Mapper_1_2.txt") == "3-0\n")
        #expect(try parts.value("2") == .cursor(Cursor(lastStreamID: 3), recovery: 0))
        for (text, cursor) in [("0", 0), ("0\n", 0), ("12-0", 12), ("7\r\n", 7)] {
            try folder.write(text, "Mapper_1_9.txt")
            let expected = Pipeline.Saved.cursor(Cursor(lastStreamID: cursor), recovery: 0)
            #expect(try parts.value("9") == expected, "\(text.debugDescription)")
        }
        for text in ["", "3-1", "-1-0", "three", String(repeating: "1", count: 99)] {
            try folder.write(text, "Mapper_1_9.txt")
            #expect(throws: DamagedSave.self, "\(text)") { try parts.value("9") }
        }
    }

    @Test func `a cursor behind the end of the stream is refused, and the end is not`() throws {
        let folder = try Folder()
        let parts = ClassicParts(
            folder: folder.path,
            worker: "Mapper_1",
            isMapper: true,
            entriesMax: 3
        )
        try folder.write("3-0\n", "Mapper_1_1.txt")
        #expect(try parts.cursor(parts.path("1")) == Cursor(lastStreamID: 3))
        for entry in [4, Int.max] {
            try folder.write("\(entry)-0\n", "Mapper_1_1.txt")
            let failure = #expect(throws: ClassicParts.BeyondEnd.self) {
                try parts.cursor(parts.path("1"))
            }
            let said =
                "a checkpoint of Mapper_1 says that entry \(entry)-0 is read, and there are 3"
            #expect(failure?.description == said)
        }
    }

    @Test func `what an earlier run has left goes, and nothing else`() throws {
        let folder = try Folder()
        let kept = ["Mapper_0_1.md", "Mapper_0_x.txt", "Mapper_2_1.txt", "notes.txt", "seq.txt"]
        for name in kept + ["Mapper_0_0.txt", "Mapper_0_12.txt", "Reducer_1_3.txt"] {
            try folder.write("0", name)
        }
        try ClassicParts.clear(folder.path, of: ["Mapper_0", "Reducer_1"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == kept)
    }

    // MARK: Messages

    @Test func `every message that the course has comes back as it was`() {
        let messages: [Pipeline.Message] = [
            .heartbeat, .checkpoint(id: 3, recovery: 1), .forwardedCheckpoint(id: 0, recovery: 2),
            .checkpointAcknowledged(id: 3, recovery: 1), .lastCheckpointAcknowledged(recovery: 2),
            .recover(checkpoint: -1, recovery: 1), .recoveryAcknowledged(recovery: 4),
            .done(recovery: 5), .exit,
        ]
        for message in messages {
            let body = ClassicTranslation.body(of: message)
            #expect(body.flatMap { ClassicTranslation.message($0, recovery: 9) } == message)
        }
        var word = WordCounts()
        word.add(Array("owl".utf8), count: 2)
        let body = ClassicMessage.Body.wordCount(key: "owl", value: 2, lastRecovery: 7)
        let counts = Pipeline.Message.counts(word.packed(isSorted: false), recovery: 7)
        #expect(ClassicTranslation.message(body, recovery: 0) == counts)
        let none = ClassicMessage.Body.wordCount(key: "owl", value: 0, lastRecovery: 7)
        #expect(ClassicTranslation.message(none, recovery: 0) == nil)
    }

    @Test func `an answer that does not say of which recovery it is, is of the last acknowledged`()
    {
        func message(_ body: ClassicMessage.Body) -> Pipeline.Message? {
            ClassicTranslation.message(body, recovery: 4)
        }
        #expect(
            message(.checkpointAcknowledgement(checkpoint: 2, recovery: nil))
                == .checkpointAcknowledged(id: 2, recovery: 4)
        )
        #expect(
            message(.checkpointAcknowledgement(checkpoint: 0, recovery: nil))
                == .lastCheckpointAcknowledged(recovery: 4)
        )
        #expect(
            message(.lastCheckpointAcknowledgement(checkpoint: 0, recovery: nil))
                == .lastCheckpointAcknowledged(recovery: 4)
        )
        #expect(message(.done(recovery: nil)) == .done(recovery: 4))
        #expect(message(.done(recovery: 3)) == .done(recovery: 3))
    }

    /// A folder that is gone with the test.
    private final class Folder {
        let path: String

        init() throws {
            path = "/tmp/cf-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: false
            )
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        }

        func text(_ name: String) throws -> String {
            try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
        }
    }
}
