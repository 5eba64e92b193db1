import Testing

@testable import Checkpointing

@Suite struct CheckpointNameTests {
    private let names = (0...3).flatMap { recovery in
        (0...3).map { CheckpointName($0, recovery: recovery) }
    }

    @Test func `the age is a total order, with the last checkpoint behind its recovery`() {
        let ordered = names.sorted()
        #expect(ordered.map(\.id) == [1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0])
        for one in names {
            for other in names {
                #expect([one < other, other < one, one == other].count(where: \.self) == 1)
                if one.recovery < other.recovery { #expect(one < other) }
            }
        }
    }

    @Test func `a folder's name is read as it is written`() {
        for name in names {
            for stage in CheckpointFolder.Stage.allCases {
                let folder = CheckpointFolder(name, stage)
                #expect(CheckpointFolder(folder.text) == folder)
            }
        }
        let partial = CheckpointFolder(CheckpointName(3, recovery: 1), .partial)
        #expect(partial.text == "checkpoint-3.recovery-1.partial")
    }

    @Test(arguments: [
        "", "checkpoint", "checkpoint-1", "checkpoint-.recovery-1", "checkpoint-1.recovery-",
        "checkpoint-01.recovery-1", "checkpoint-1.recovery-+1", "checkpoint--1.recovery-1",
        "checkpoint-1.recovery--1", "checkpoint-1.recovery-1.", "checkpoint-1.recovery-1.old",
        "checkpoint-1..recovery-1", "checkpoint-1.recovery-1.partial.removed", ".partial",
        "Checkpoint-1.recovery-1", "checkpoint-99999999999999999999.recovery-1", "1.recovery-1",
        "checkpoint-9007199254740993.recovery-1", "checkpoint-1.recovery-9007199254740993",
        "checkpoint-9223372036854775807.recovery-9223372036854775807.partial",
        "checkpoint-1.recovery-1.partial~", " checkpoint-1.recovery-1", "checkpoint-1.recovery-1\n",
    ]) func `other names are not ours`(text: String) {
        #expect(CheckpointFolder(text) == nil)
    }

    @Test func `names of parts are plain words`() {
        for good in ["A", "Reducer_1", "a-b", "0", String(repeating: "x", count: 100)] {
            #expect(CheckpointFolder.isPartName(good))
        }
        let bad = [
            "", ".", "..", "a/b", "../a", "/", "a b", "a\n", "a\0", "ä", "a.part", "~",
            String(repeating: "x", count: 101),
        ]
        for name in bad { #expect(!CheckpointFolder.isPartName(name), "\(name)") }
    }

    @Test func `a file in a checkpoint is ours by its name`() {
        for ours in ["manifest", "A.part", "A.part.17~"] {
            #expect(CheckpointFolder.isOurs(ours))
        }
        for other in ["notes", "manifest~", "A.save", "core", "~"] {
            #expect(!CheckpointFolder.isOurs(other))
        }
    }
}
