import Files
import Glibc
import Testing

@testable import Checkpointing

/// What else may lie where a store is, or stand in its way.
@Suite struct SurroundingsTests {
    private let scratch: Scratch
    private var path: String { scratch.path + "/store" }

    init() throws { scratch = try Scratch() }

    private func failure(_ body: () throws -> Void) -> CheckpointFailure? {
        #expect(throws: CheckpointFailure.self) { try body() }
    }

    @Test func `the folder is made for its user alone, and a link to a folder will do`() throws {
        let store = try wordStore(path)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o700)
        try #require(symlink("store", scratch.path + "/link") == 0)
        try wordStore(scratch.path + "/link").take(name(1))
        #expect(try store.holds(name(1)))
    }

    @Test func `a file, a lost link or a pipe in place of the folder is told`() throws {
        try scratch.write([], to: "file")
        try #require(symlink("nowhere", scratch.path + "/lost") == 0)
        try #require(mkfifo(scratch.path + "/pipe", 0o600) == 0)
        for name in ["file", "lost", "pipe"] {
            let path = "\(scratch.path)/\(name)"
            let failure = failure { _ = try wordStore(path) }
            #expect(failure == .notAFolder(path: path))
            #expect(failure?.definitelyNotDone == true)
        }
        #expect(
            failure { _ = try wordStore(scratch.path + "/file/store") }
                == .notAFolder(path: scratch.path + "/file")
        )
        let nowhere = failure { _ = try wordStore(scratch.path + "/no/where") }
        let remedy = "make the folder that it lies in, or choose another folder"
        #expect(
            nowhere?.description
                == "making \(scratch.path)/no/where: No such file or directory; \(remedy)"
        )
    }

    @Test func `names that are not ours are left alone`() throws {
        let store = try wordStore(path)
        try scratch.write([1], to: "store/notes")
        try Folder.make(path + "/checkpoint-1")
        try Folder.make(path + "/checkpoint-01.recovery-1")
        try #require(symlink("/", path + "/root") == 0)
        // Names of ours, and not folders.
        try scratch.write([1], to: "store/checkpoint-9.recovery-9")
        try scratch.write([1], to: "store/checkpoint-9.recovery-9.removed")
        try #require(symlink("checkpoint-1", path + "/checkpoint-8.recovery-9.partial") == 0)
        let before = scratch.names(in: "store")
        for id in 1...5 { try store.take(name(id)) }
        let after = try wordStore(path)
        #expect(try after.names() == [name(5), name(4), name(3)])
        #expect(try after.checkpoints().allSatisfy(\.isComplete))
        #expect(Set(scratch.names(in: "store")).isSuperset(of: before))
        #expect(scratch.names(in: "store").count == before.count + 3)
    }

    @Test func `a link or a file in place of a checkpoint is not followed`() throws {
        let store = try wordStore(path)
        try Folder.make(scratch.path + "/elsewhere")
        let partial = path + "/checkpoint-1.recovery-1.partial"
        try #require(symlink("../elsewhere", partial) == 0)
        #expect(failure { try store.saveText(as: "A", of: name(1)) } == .notAFolder(path: partial))
        #expect(failure { try store.complete(name(1)) } == .notAFolder(path: partial))
        #expect(scratch.names(in: "elsewhere").isEmpty)
        try scratch.write([], to: "store/checkpoint-2.recovery-1")
        #expect(
            failure { _ = try store.holds(name(2)) }
                == .notAFolder(
                    path: path + "/checkpoint-2.recovery-1"
                )
        )
    }

    /// A limit on the size of files stands in for the disk: it also lets a part be written.
    @Test func `a disk that is full refuses, keeps what was complete, and takes what fits`()
        async throws
    {
        await #expect(processExitsWith: .success) { [path = path as String] in
            signal(SIGXFSZ, SIG_IGN)
            let store = try wordStore(path)
            try store.take(name(1))
            var limit = rlimit(rlim_cur: 4096, rlim_max: 1 << 20)
            try #require(setrlimit(__rlimit_resource_t(1), &limit) == 0)
            try store.saveText(as: "B", of: name(2))
            let large = [UInt8](repeating: 1, count: 8000)
            let failure = #expect(throws: CheckpointFailure.self) {
                try store.save(large, as: "A", of: name(2), number: 2, with: .bytes)
            }
            let unfinished = "checkpoint-2.recovery-1.partial/A.part.\(getpid())~"
            let remedy = "File too large; make room there, or choose another folder"
            #expect(failure?.description == "writing \(path)/\(unfinished): \(remedy)")
            #expect(failure?.definitelyNotDone == true)
            #expect(try store.lastNumber(of: "A") == 1)
            #expect(try store.checkpoints().map(\.isComplete) == [false, true])
            #expect(try store.holds(name(1)))
            try store.saveText(as: "A", of: name(2))
            // The manifest has no room.
            limit.rlim_cur = 100
            try #require(setrlimit(__rlimit_resource_t(1), &limit) == 0)
            let manifest = #expect(throws: CheckpointFailure.self) { try store.complete(name(2)) }
            let place = path + "/checkpoint-2.recovery-1.partial/manifest"
            #expect(manifest?.description == "writing \(place): \(remedy)")
            #expect(try store.newestComplete().checkpoint?.name == name(1))
            limit.rlim_cur = 4096
            try #require(setrlimit(__rlimit_resource_t(1), &limit) == 0)
            try store.complete(name(2))
            #expect(try store.holds(name(2)))
        }
    }

    @Test func `missing rights are told, with what to do`() async throws {
        try wordStore(path).take(name(1))
        try #require(chmod(scratch.path, 0o755) == 0 && chmod(path, 0o555) == 0)
        for file in ["", "/A.part", "/B.part", "/manifest"] {
            let mode: mode_t = file.isEmpty ? 0o755 : 0o644
            try #require(chmod(path + "/checkpoint-1.recovery-1" + file, mode) == 0)
        }
        await #expect(processExitsWith: .success) { [path = path as String] in
            if geteuid() == 0 { try #require(setuid(65534) == 0) }
            let store = try wordStore(path)
            #expect(try store.holds(name(1)))
            let failure = #expect(throws: CheckpointFailure.self) {
                try store.saveText(as: "A", of: name(2))
            }
            guard case .noRights? = failure else {
                Issue.record("\(failure as Any)")
                return
            }
            #expect(failure?.definitelyNotDone == true)
            #expect(
                failure?.description
                    == "making \(path)/checkpoint-2.recovery-1.partial: Permission "
                    + "denied; let this user read and write there, or choose another folder"
            )
        }
        try #require(chmod(path, 0o755) == 0)
    }
}
