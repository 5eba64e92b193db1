import Files
import Glibc
import Testing

@testable import Checkpointing

@Suite struct CheckpointStoreTests {
    private let scratch: Scratch
    private var path: String { scratch.path + "/store" }

    init() throws { scratch = try Scratch() }

    private func failure(_ body: () throws -> Void) -> CheckpointFailure? {
        #expect(throws: CheckpointFailure.self) { try body() }
    }

    @Test func `a checkpoint is there when all have saved and it is completed, not before`() throws
    {
        let store = try wordStore(path)
        #expect(try store.checkpoints().isEmpty)
        #expect(try store.newestComplete().checkpoint == nil)
        try store.saveText(as: "B", of: name(3), number: 5)
        let begun = try #require(try store.checkpoints().first)
        #expect(begun.state == .incomplete(missing: ["A"], damaged: []))
        #expect(
            failure { _ = try store.holds(name(3)) }
                == .noSuchCheckpoint(
                    name(3),
                    path: path + "/checkpoint-3.recovery-1"
                )
        )
        #expect(
            failure { try store.complete(name(3)) }
                == .notAllThere(
                    name(3),
                    missing: ["A"],
                    damaged: []
                )
        )
        try store.saveText(as: "A", of: name(3), number: 9)
        #expect(try store.newestComplete().checkpoint == nil)
        let completion = try store.complete(name(3))
        #expect(completion.removed.isEmpty && completion.notRemoved == nil)
        #expect(try store.holds(name(3)))
        let summary = try #require(try store.newestComplete().checkpoint)
        #expect(try [summary] == store.checkpoints())
        #expect(summary.isComplete && summary.name == name(3))
        #expect(summary.parts.map(\.name) == ["A", "B"] && summary.parts.map(\.number) == [9, 5])
        #expect(summary.bytes == 2 * "\"A in checkpoint 3 of recovery 1\"".utf8.count)
        #expect(abs(summary.modificationSeconds - time(nil)) < 3600)
        #expect(scratch.names(in: "store") == ["checkpoint-3.recovery-1"])
        #expect(
            scratch.names(in: "store/checkpoint-3.recovery-1") == ["A.part", "B.part", "manifest"]
        )
        // Whoever opens it later finds the same.
        #expect(try wordStore(path).checkpoints() == [summary])
    }

    @Test func `the forms on disk are those of the page`() throws {
        let store = try wordStore(path, parts: ["Reducer_0"])
        try store.save("be", as: "Reducer_0", of: name(3), number: 7, with: .json)
        try store.complete(name(3))
        let folder = path + "/checkpoint-3.recovery-1"
        func text(_ name: String) throws -> String {
            String(decoding: try WholeFile.read("\(folder)/\(name)"), as: UTF8.self)
        }
        #expect(
            try text("Reducer_0.part") == "lightcone-part 1 3 1 Reducer_0 7 4 5411e94f\n\"be\""
        )
        #expect(
            try text("manifest") == """
                lightcone-manifest 1 5ba7b6de
                {"checkpoint":3,"parts":[{"bytes":4,"checksum":"5411e94f",\
                "name":"Reducer_0","number":7}],"recovery":1,"system":"words"}

                """
        )
    }

    @Test func `who saves again replaces what there was`() throws {
        let store = try wordStore(path)
        try store.save("old", as: "A", of: name(1), number: 1, with: .json)
        try store.saveAll(name(1), number: 2)
        try store.complete(name(1))
        #expect(try store.holds(name(1)))
        #expect(try store.lastNumber(of: "A") == 2)
    }

    @Test func `completing twice does no harm, and saving behind it is refused`() throws {
        let store = try wordStore(path)
        try store.take(name(1))
        try store.complete(name(1))
        #expect(
            failure { try store.saveText(as: "A", of: name(1)) }
                == .notNewer(
                    name(1),
                    newest: name(1)
                )
        )
        #expect(scratch.names(in: "store") == ["checkpoint-1.recovery-1"])
        #expect(try store.holds(name(1)))
    }

    @Test func `a checkpoint that is older than a complete one comes too late`() throws {
        let store = try wordStore(path)
        try store.take(name(5, 2))
        for late in [name(4, 2), name(9, 1), name(0, 1)] {
            try store.saveAll(late)
            #expect(failure { try store.complete(late) } == .notNewer(late, newest: name(5, 2)))
        }
        #expect(try store.newestComplete().checkpoint?.name == name(5, 2))
    }

    @Test func `the last checkpoint is the newest, and again in a later recovery`() throws {
        let store = try wordStore(path)
        for next in [name(7), name(0), name(0, 2)] {
            try store.take(next)
            #expect(try store.newestComplete().checkpoint?.name == next)
            #expect(try store.holds(next))
        }
        #expect(try store.names() == [name(0, 2), name(0), name(7)])
    }

    @Test func `the last number is known of complete, incomplete and damaged checkpoints`() throws {
        let store = try wordStore(path)
        #expect(try store.lastNumber(of: "A") == 0)
        try store.take(name(1), number: 4)
        try store.saveText(as: "A", of: name(2), number: 6)
        #expect(try store.lastNumber(of: "A") == 6 && store.lastNumber(of: "B") == 4)
        #expect(try store.damage("A", of: name(2)))
        #expect(try store.lastNumber(of: "A") == 6)
        // The part is gone, the manifest remembers.
        try Folder.removeFile(path + "/checkpoint-1.recovery-1/B.part")
        #expect(try store.lastNumber(of: "B") == 4)
        try scratch.write([1, 2, 3], to: "store/checkpoint-2.recovery-1.partial/B.part")
        try scratch.write([], to: "store/checkpoint-2.recovery-1.partial/B.part.1~")
        #expect(try store.lastNumber(of: "B") == 4)
    }

    @Test func `an empty state and one of any bytes come back`() throws {
        let store = try wordStore(path)
        let states: [[UInt8]] = [[], Array(0...255)]
        for (part, state) in zip(store.parts, states) {
            try store.save(state, as: part, of: name(1), number: 0, with: .bytes)
        }
        try store.complete(name(1))
        for (part, state) in zip(store.parts, states) {
            #expect(try store.load(part, of: name(1), with: .bytes) == state)
        }
    }

    @Test func `a state without a form, and a name that cannot be, are refused`() throws {
        let store = try wordStore(path)
        let noForm = failure {
            try store.save(Double.nan, as: "A", of: name(1), number: 1, with: .json)
        }
        #expect(noForm?.description.hasPrefix("the state of A cannot be saved: ") == true)
        for bad in ["../A", "a/b", "..", ""] {
            #expect(failure { try store.saveText(as: bad, of: name(1)) } == .badPartName(bad))
            #expect(
                failure { _ = try store.load(bad, of: name(1), with: PartCodec<Int>.json) }
                    == .badPartName(bad)
            )
            #expect(failure { _ = try store.lastNumber(of: bad) } == .badPartName(bad))
            #expect(failure { _ = try store.damage(bad, of: name(1)) } == .badPartName(bad))
            #expect(failure { _ = try wordStore(path, parts: ["A", bad]) } == .badPartName(bad))
        }
        #expect(
            failure { try store.saveText(as: "C", of: name(1)) }
                == .unknownPart(
                    "C",
                    parts: ["A", "B"]
                )
        )
        for bad in [name(-1), name(1, -1)] {
            #expect(failure { try store.saveText(as: "A", of: bad) } == .badName(bad))
            #expect(failure { try store.complete(bad) } == .badName(bad))
            #expect(failure { _ = try store.holds(bad) } == .badName(bad))
        }
        #expect(failure { _ = try wordStore(path, parts: []) } == .badParts([]))
        #expect(failure { _ = try wordStore(path, parts: ["A", "A"]) } == .badParts(["A", "A"]))
        #expect(scratch.names(in: "store").isEmpty)
    }

    @Test func `a folder of another system, or of other members, is refused`() throws {
        try wordStore(path).take(name(1))
        let manifest = path + "/checkpoint-1.recovery-1/manifest"
        #expect(
            failure { _ = try wordStore(path, system: "pingpong") }
                == .otherSystem(path: manifest, found: "words", expected: "pingpong")
        )
        let others = failure { _ = try wordStore(path, parts: ["A", "B", "C"]) }
        #expect(
            others == .otherParts(path: manifest, found: ["A", "B"], expected: ["A", "B", "C"])
        )
        #expect(
            others?.description.contains("checkpoint of A, B, not of A, B, C; begin with") == true
        )
        #expect(try wordStore(path, parts: ["B", "A"]).holds(name(1)))
    }

    @Test func `two processes save at once, and both parts count`() async throws {
        let store = try wordStore(path)
        for id in 1...5 {
            async let a = #expect(processExitsWith: .success) {
                [path = path as String, id = id as Int] in
                for number in 1...20 {
                    try wordStore(path).saveText(as: "A", of: name(id), number: number)
                }
            }
            async let b = #expect(processExitsWith: .success) {
                [path = path as String, id = id as Int] in
                for number in 1...20 {
                    try wordStore(path).saveText(as: "B", of: name(id), number: number)
                }
            }
            _ = await (a, b)
            try store.complete(name(id))
            let newest = try #require(try store.newestComplete().checkpoint)
            #expect(newest.name == name(id) && newest.parts.map(\.number) == [20, 20])
            #expect(try store.holds(name(id)))
        }
    }
}
