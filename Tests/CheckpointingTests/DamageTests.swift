import Files
import Glibc
import Testing

@testable import Checkpointing

/// Whatever a bad disk makes of a file: it is noticed, told with its place, and an older checkpoint is used.
@Suite struct DamageTests {
    private let scratch: Scratch
    private let store: CheckpointStore
    private let folder = "store/checkpoint-7.recovery-1"

    init() throws {
        scratch = try Scratch()
        store = try wordStore(scratch.path + "/store")
        for id in 6...7 { try store.take(name(id), number: id) }
    }

    /// What is wrong with checkpoint 7 while a file has these bytes; checkpoint 6 is used.
    private func damage(
        _ file: String,
        _ bytes: [UInt8]
    ) throws -> [CheckpointDamage] {
        try scratch.write(bytes, to: "\(folder)/\(file)")
        let choice = try store.newestComplete()
        guard case .damaged(let damages)? = choice.skipped.first?.state else { return [] }
        #expect(choice.checkpoint?.name == name(6) && choice.skipped.count == 1)
        #expect(choice.lines.count == 1)
        #expect(throws: CheckpointFailure.self) { try store.holds(name(7)) }
        #expect(throws: CheckpointFailure.self) {
            try store.newestComplete(skippingDamaged: false)
        }
        return damages
    }

    @Test(arguments: ["A.part", "manifest"])
    func `every flipped bit of a file and every length of it is noticed`(file: String) throws {
        let whole = try WholeFile.read("\(scratch.path)/\(folder)/\(file)")
        let part = file == "manifest" ? nil : "A"
        #expect(try damage(file, whole).isEmpty)
        for count in 0..<whole.count {
            let damages = try damage(file, Array(whole[..<count]))
            #expect(damages.map(\.part) == [part], "\(count) bytes")
        }
        #expect(try damage(file, whole + [0]).map(\.part) == [part])
        for place in whole.indices {
            for bit in 0..<8 {
                var damaged = whole
                damaged[place] ^= 1 << bit
                let damages = try damage(file, damaged)
                #expect(damages.map(\.part) == [part], "bit \(bit) of byte \(place)")
            }
        }
        #expect(try damage(file, whole).isEmpty && store.holds(name(7)))
    }

    @Test func `each kind of damage has its reason`() throws {
        let path = "\(scratch.path)/\(folder)/A.part"
        let whole = try WholeFile.read(path)
        func reason(_ bytes: [UInt8]) throws -> CheckpointDamage.Reason? {
            try damage("A.part", bytes).first?.reason
        }
        let text = String(decoding: whole, as: UTF8.self)
        func changed(_ old: String, _ new: String) -> [UInt8] {
            Array(text.replacing(old, with: new).utf8)
        }
        let state = "\"A in \(name(7))\"".utf8.count
        #expect(try reason([]) == .empty)
        #expect(try reason(whole.dropLast()) == .cutShort(bytes: state - 1, expected: state))
        #expect(try reason(whole + [0]) == .tooLong(bytes: state + 1, expected: state))
        #expect(try reason(changed("part 1 7", "part 2 7")) == .otherVersion("2"))
        #expect(try reason(changed("part 1 7", "part 1 +7")) == .malformedLine)
        #expect(try reason(changed("A in", "B in")) == .checksum)
        // Whole files, in the wrong place.
        let other = try WholeFile.read("\(scratch.path)/\(folder)/B.part")
        #expect(try reason(other) == .wrongPlace(says: "B of checkpoint 7 of recovery 1"))
        let older = "\(scratch.path)/store/checkpoint-6.recovery-1"
        #expect(
            try reason(try WholeFile.read("\(older)/A.part"))
                == .wrongPlace(says: "A of checkpoint 6 of recovery 1")
        )
        #expect(
            try damage("manifest", try WholeFile.read("\(older)/manifest")).first?.reason
                == .wrongPlace(says: "checkpoint 6 of recovery 1")
        )
    }

    @Test func `a part that was saved for this checkpoint by somebody else is not the one`() throws
    {
        // As it would be, had another life of A saved it.
        let other = try wordStore(scratch.path + "/other")
        try other.take(name(7), number: 99)
        let bytes = try WholeFile.read(scratch.path + "/other/checkpoint-7.recovery-1/A.part")
        #expect(try damage("A.part", bytes).map(\.reason) == [.notTheOneSaved])
    }

    @Test func `what is missing, and what is no file, is told`() throws {
        let path = "\(scratch.path)/\(folder)/A.part"
        func reason() throws -> CheckpointDamage.Reason? {
            let choice = try store.newestComplete()
            #expect(choice.checkpoint?.name == name(6))
            guard case .damaged(let damages)? = choice.skipped.first?.state else { return nil }
            return damages.first?.reason
        }
        try Folder.rename(path, to: scratch.path + "/A.part")
        #expect(try reason() == .missing)
        try #require(symlink(scratch.path + "/A.part", path) == 0)
        #expect(try reason() == .otherKind)
        try Folder.removeFile(path)
        try Folder.make(path)
        #expect(try reason() == .otherKind)
        try Folder.remove(path)
        try #require(mkfifo(path, 0o600) == 0)
        #expect(try reason() == .otherKind)
    }

    @Test func `a whole state that its reader does not understand is damaged`() throws {
        let failure = #expect(throws: CheckpointFailure.self) {
            try store.load("A", of: name(7), with: PartCodec<[Int]>.json)
        }
        guard case .damaged(let damage)? = failure, case .undecodable = damage.reason else {
            Issue.record("\(failure as Any)")
            return
        }
    }

    @Test func `damage that is asked for is noticed, once, and told in a line`() throws {
        #expect(try store.damage("B", of: name(7)))
        #expect(try !store.damage("B", of: name(7)))
        #expect(try !store.damage("B", of: name(8)))
        let choice = try store.newestComplete()
        #expect(
            choice.lines == [
                "checkpoint 7 of recovery 1 is damaged (B: the checksum does not match); "
                    + "checkpoint 6 of recovery 1 is used"
            ]
        )
        #expect(try store.lastNumber(of: "B") == 7)
        #expect(try store.damage("A", of: name(6)) && store.damage("B", of: name(6)))
        let none = try store.newestComplete()
        #expect(none.checkpoint == nil && none.skipped.map(\.name) == [name(7), name(6)])
        #expect(
            none.lines.last == "checkpoint 6 of recovery 1 is damaged (A: the checksum does not "
                + "match, B: the checksum does not match); there is no older one, so that all "
                + "begins anew"
        )
    }

    @Test func `an empty state can be damaged too, and its number is still known`() throws {
        try store.save([], as: "A", of: name(8), number: 8, with: .bytes)
        #expect(try store.damage("A", of: name(8)))
        #expect(try store.lastNumber(of: "A") == 8)
        let state = try store.checkpoints().first?.state
        guard case .incomplete(["B"], let damaged)? = state else {
            Issue.record("\(state as Any)")
            return
        }
        #expect(damaged.map(\.text) == ["A: the checksum does not match"])
    }

    @Test func `a checkpoint with a damaged part is not completed`() throws {
        try store.saveAll(name(8))
        #expect(try store.damage("A", of: name(8)))
        let failure = #expect(throws: CheckpointFailure.self) { try store.complete(name(8)) }
        #expect(failure?.definitelyNotDone == true)
        #expect(
            failure?.description
                == "checkpoint 8 of recovery 1 cannot be completed: A: the checksum "
                + "does not match; give it up, and begin another one"
        )
        #expect(try store.newestComplete().checkpoint?.name == name(7))
    }
}
