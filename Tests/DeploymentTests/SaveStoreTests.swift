import Files
import Glibc
import Testing

@testable import Deployment

@Suite struct SaveStoreTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func store() throws -> SaveStore<[String]> {
        try SaveStore(folder.path + "/A.store")
    }

    @Test func `what was saved last under each name is there in the next life`() throws {
        let store = try store()
        let names = [
            "", "..", "a/b", "%2f", "\u{1F600}", "last.save", String(repeating: "x", count: 200),
        ]
        for round in 1...3 {
            for name in names { try store.save([name, "\(round)"], as: name) }
        }
        #expect(store.lastNumber() == 3 * names.count)
        let next = try self.store()
        #expect(next.names == names.sorted())
        #expect(next.lastNumber() == store.lastNumber())
        let content = try next.load()
        #expect(content.damaged.isEmpty)
        #expect(content.saved == Dictionary(uniqueKeysWithValues: names.map { ($0, [$0, "3"]) }))
        // One file a name, and nothing unfinished.
        #expect(folder.names(in: "A.store").count == names.count)
    }

    @Test func `a store that is not there is empty, and one below nowhere is refused`() throws {
        #expect(try store().lastNumber() == 0)
        let content = try store().load()
        #expect(content.saved.isEmpty && content.damaged.isEmpty)
        let failure = #expect(throws: StoreFailure.self) {
            try SaveStore<Int>(folder.path + "/no/where")
        }
        #expect(failure?.code == ENOENT)
        #expect(failure?.description.contains("/no/where: No such file or directory") == true)
    }

    @Test func `a file that is cut short anywhere is damaged, and the others are not`() throws {
        let store = try store()
        try store.save(["first"], as: "a")
        try store.save(["second"], as: "b")
        let file = "A.store/" + SaveFile.file(named: "b")
        let whole = try WholeFile.read(folder.path + "/" + file)
        for count in 0..<whole.count {
            try folder.write(Array(whole[..<count]), to: file)
            let content = try self.store().load()
            #expect(content.saved == ["a": ["first"]] && content.damaged == ["b"])
        }
    }

    @Test func `a value of another type is damaged`() throws {
        let other = try SaveStore<Int>(folder.path + "/A.store")
        try other.save(7, as: "a")
        let content = try store().load()
        #expect(content.saved.isEmpty && content.damaged == ["a"])
    }

    @Test func `a save that was never finished is not there`() throws {
        let store = try store()
        try store.save(["whole"], as: "a")
        let torn = SaveFile(number: 2, body: Array("[\"torn\"]".utf8)).bytes
        try folder.write(torn, to: "A.store/" + SaveFile.file(named: "a") + SaveFile.unfinished)
        #expect(try self.store().load().saved == ["a": ["whole"]])
        #expect(store.lastNumber() == 1)
    }

    @Test func `damage is noticed, once, and a new save mends it`() throws {
        let store = try store()
        #expect(!store.damage("a"))
        try store.save(["one"], as: "a")
        #expect(store.damage("a"))
        #expect(!store.damage("a"))
        #expect(try store.load().damaged == ["a"])
        // What was asked of the damaged save is whether it took place.
        #expect(store.lastNumber() == 1)
        #expect(try self.store().lastNumber() == 1)
        try store.save(["two"], as: "a")
        #expect(try store.load().saved == ["a": ["two"]])
    }

    @Test func `a name that no file can have is refused, and nothing is lost`() throws {
        let store = try store()
        try store.save(["one"], as: "a")
        let long = String(repeating: "/", count: 100)
        let failure = #expect(throws: StoreFailure.self) { try store.save(["two"], as: long) }
        #expect(failure?.code == ENAMETOOLONG)
        #expect(store.lastNumber() == 1)
        try store.save(["three"], as: "a")
        #expect(try store.load().saved == ["a": ["three"]])
    }

    @Test func `a value that has no JSON form is refused, and nothing is lost`() throws {
        let store = try SaveStore<Double>(folder.path + "/A.store")
        try store.save(1, as: "a")
        let failure = #expect(throws: StoreFailure.self) { try store.save(.nan, as: "a") }
        #expect(failure?.description.hasPrefix("what is saved as a has no JSON form: ") == true)
        #expect(try store.load().saved == ["a": 1])
    }

    /// A limit on the size of files stands in for the disk: it also lets a part be written.
    @Test func `a disk that is full refuses, keeps what was saved, and takes what fits`()
        async throws
    {
        let path = folder.path + "/A.store"
        await #expect(processExitsWith: .success) { [path = path as String] in
            signal(SIGXFSZ, SIG_IGN)
            let store = try SaveStore<[String]>(path)
            try store.save(["small"], as: "a")
            var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
            try #require(setrlimit(__rlimit_resource_t(1), &limit) == 0)
            let large = [String(repeating: "x", count: 8000)]
            let failure = #expect(throws: StoreFailure.self) { try store.save(large, as: "a") }
            #expect(failure?.code == EFBIG)
            #expect(try store.load().saved == ["a": ["small"]])
            #expect(store.lastNumber() == 1)
            try store.save(["again"], as: "a")
            #expect(try store.load().saved == ["a": ["again"]])
            #expect(store.lastNumber() == 2)
        }
    }

    @Test func `a save that waits to take place changes nothing, and takes place after others`()
        throws
    {
        let store = try store()
        try store.save(["first"], as: "a")
        var seen: [[String]?] = []
        try store.save(["late"], as: "a", number: 2) {
            // Whoever has only tried lets an error fail the test.
            seen.append(try? store.value("a"))
            try? store.save(["between"], as: "a", number: 3) {}
            seen.append(try? store.value("a"))
            #expect(store.number(of: "a") == 3 && store.names == ["a"])
        }
        #expect(seen == [["first"], ["between"]])
        #expect(try store.value("a") == ["late"] && store.number(of: "a") == 2)
        #expect(folder.names(in: "A.store").count == 1)
    }
}

/// As a node saves that does nothing else, and all that can be read.
extension SaveStore {
    struct Content {
        var saved: [String: Value] = [:]
        var damaged: [String] = []
    }

    func save(_ value: Value, as name: String) throws(StoreFailure) {
        try save(value, as: name, number: lastNumber() + 1) {}
    }

    func load() throws -> Content {
        var content = Content()
        for name in names {
            do { content.saved[name] = try value(name) } catch { content.damaged.append(name) }
        }
        return content
    }
}
