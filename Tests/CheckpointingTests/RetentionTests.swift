import Files
import Glibc
import Testing

@testable import Checkpointing

@Suite struct RetentionTests {
    private let scratch: Scratch
    private var path: String { scratch.path + "/store" }

    init() throws { scratch = try Scratch() }

    @Test(arguments: 1...4) func `so many complete ones stay, the newest`(keptMax: Int) throws {
        let store = try wordStore(path, keptMax: keptMax)
        for id in 1...6 {
            let completion = try store.take(name(id))
            #expect(completion.removed == (id > keptMax ? [name(id - keptMax)] : []))
            let left = (max(1, id - keptMax + 1)...id).reversed().map { name($0) }
            #expect(try store.names() == left)
            #expect(try left.allSatisfy(store.holds))
        }
        #expect(scratch.names(in: "store").count == keptMax)
    }

    @Test func `incomplete ones go when one that is newer is complete`() throws {
        let store = try wordStore(path)
        for begun in [name(9, 1), name(0, 1), name(1, 2), name(3, 2), name(0, 2), name(1, 3)] {
            try store.saveText(as: "A", of: begun)
        }
        let completion = try store.take(name(2, 2))
        #expect(completion.removed == [name(9, 1), name(0, 1), name(1, 2)])
        #expect(try store.names() == [name(1, 3), name(0, 2), name(3, 2), name(2, 2)])
    }

    @Test func `those that were given up go at once, and nothing else does`() throws {
        let store = try wordStore(path)
        try store.take(name(1))
        for begun in [name(2), name(3), name(4)] { try store.saveText(as: "A", of: begun) }
        #expect(store.giveUp { $0 < name(4) } == nil)
        #expect(
            scratch.names(in: "store").sorted()
                == ["checkpoint-1.recovery-1", "checkpoint-4.recovery-1.partial"]
        )
        // Whoever was about to complete it, or to save a part of it, comes too late, and does no harm.
        #expect(throws: CheckpointFailure.self) { try store.complete(name(2)) }
        try store.saveText(as: "B", of: name(3))
        try store.saveText(as: "B", of: name(4))
        try store.complete(name(4))
        #expect(try store.names() == [name(4), name(1)])
    }

    @Test func `a damaged one does not make the newest whole one go`() throws {
        let store = try wordStore(path, keptMax: 1)
        try store.take(name(1))
        #expect(try store.damage("A", of: name(1)))
        try store.take(name(2))
        #expect(try store.newestComplete().checkpoint?.name == name(2))
    }

    /// At whatever file a removal was interrupted: the folder has its other name already.
    @Test func `a removal that was interrupted goes on at the next opening`() throws {
        let files = ["A.part", "B.part", "manifest"]
        for gone in 0...files.count {
            let store = try wordStore(path)
            try store.take(name(1, gone + 1))
            try store.take(name(2, gone + 1))
            let removed = path + "/checkpoint-2.recovery-\(gone + 1).removed"
            try Folder.rename(path + "/checkpoint-2.recovery-\(gone + 1)", to: removed)
            for file in files.prefix(gone) { try Folder.removeFile("\(removed)/\(file)") }
            // It does not count, even while it lies there.
            #expect(try store.newestComplete().checkpoint?.name == name(1, gone + 1))
            #expect(try store.newestComplete().skipped.isEmpty)
            #expect(try !store.names().contains(name(2, gone + 1)))
            _ = try wordStore(path)
            #expect(try Folder.kind(of: removed) == .nothing)
        }
    }

    @Test func `what was removed halfway does not stop the next removal of that name`() throws {
        let store = try wordStore(path, keptMax: 1)
        try store.take(name(1))
        // Somebody's open file keeps a name of ours busy: a folder that is not empty.
        let removed = path + "/checkpoint-1.recovery-1.removed"
        try Folder.make(removed)
        try scratch.write([1], to: "store/checkpoint-1.recovery-1.removed/A.part")
        let completion = try store.take(name(2))
        #expect(completion.removed == [name(1)] && completion.notRemoved == nil)
        #expect(scratch.names(in: "store") == ["checkpoint-2.recovery-1"])
    }

    @Test func `what somebody else has put into a checkpoint stays, and is told`() throws {
        let store = try wordStore(path, keptMax: 1)
        try store.take(name(1))
        try scratch.write([1], to: "store/checkpoint-1.recovery-1/notes")
        let completion = try store.take(name(2))
        #expect(completion.notRemoved?.code == ENOTEMPTY)
        #expect(scratch.names(in: "store/checkpoint-1.recovery-1.removed") == ["notes"])
        #expect(try store.names() == [name(2)])
        #expect(try wordStore(path).holds(name(2)))
    }

    @Test func `leftovers of a part that was never finished go, and never count`() throws {
        let store = try wordStore(path)
        try store.saveAll(name(1))
        try scratch.write([1], to: "store/checkpoint-1.recovery-1.partial/A.part.77~")
        try store.complete(name(1))
        #expect(
            scratch.names(in: "store/checkpoint-1.recovery-1") == ["A.part", "B.part", "manifest"]
        )
    }
}
