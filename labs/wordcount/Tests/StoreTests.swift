import Redis
import Testing
import Text

@testable import wordcount

/// What the functions inside Redis promise, asked one by one of a real server.
@Suite struct StoreTests {
    private let server: RedisServer
    private let keys = Keys(prefix: "")

    init() throws { server = try RedisServer() }

    private func jobStore() -> JobStore {
        JobStore(session, keys: keys)
    }

    private func workerStore(_ name: String) -> WorkerStore {
        WorkerStore(session, keys: keys, consumer: name)
    }

    private var session: RedisSession {
        RedisSession(
            server.address,
            password: server.password,
            passes: RedisFailure.beforePreparation
        )
    }

    private func prepare(_ store: inout JobStore, files: Int) throws {
        let paths = (1...files).map { InputPath("/file/\($0)") }
        _ = try store.prepare(library: PackageResources.wordcount_lua, paths: paths)
    }

    /// A batch of these tasks, with this many words in each.
    private func batch(_ tasks: [WorkerStore.Task], attempt: Int = 1, words: Int = 1) -> Batch {
        var batch = Batch(attempt: attempt)
        for task in tasks {
            batch.add(task)
            batch.add(bytes: 10, words: UInt64(words))
        }
        return batch
    }

    private func block(_ word: String, _ count: Int) -> [UInt8] {
        let table = WordTable()
        table.add(Array(word.utf8), count: UInt64(count))
        return PartialCounts.encode(table)
    }

    private func read(_ count: Int, _ store: inout WorkerStore) throws -> [WorkerStore.Task] {
        try (0..<count).map { _ in try #require(try store.read(waiting: .zero)) }
    }

    @Test func `preparing twice adds nothing twice`() throws {
        var job = jobStore()
        try prepare(&job, files: 3)
        try prepare(&job, files: 5)
        var worker = workerStore("a")
        #expect(try read(5, &worker).map(\.id) == ["1-0", "2-0", "3-0", "4-0", "5-0"])
        #expect(try worker.read(waiting: .zero) == nil)
    }

    @Test func `a commit is applied once, and its repetition refused`() throws {
        var job = jobStore()
        try prepare(&job, files: 2)
        var worker = workerStore("a")
        let tasks = try read(2, &worker)
        #expect(try worker.commit(batch(tasks), block: block("x", 2)) == .applied)
        #expect(
            try worker.commit(batch(tasks), block: block("x", 2)) == .refused(gone: ["1-0", "2-0"])
        )
        #expect(try job.publish(files: 2) != nil)
        #expect(try job.top(5) == [WordCount(word: [0x78], count: 2)])
        #expect(try job.progress().files == 2)
    }

    @Test func `a batch with one file too late adds nothing and takes nothing away`() throws {
        var job = jobStore()
        try prepare(&job, files: 3)
        var slow = workerStore("slow")
        var thief = workerStore("thief")
        let tasks = try read(3, &slow)
        let stolen = try #require(try thief.claim(idle: .zero))
        #expect(try thief.commit(batch([stolen]), block: block("thief", 1)) == .applied)
        #expect(
            try slow.commit(batch(tasks), block: block("slow", 3)) == .refused(gone: [stolen.id])
        )
        let rest = tasks.filter { $0 != stolen }
        #expect(try slow.commit(batch(rest, attempt: 2), block: block("slow", 2)) == .applied)
        #expect(try job.publish(files: 3) != nil)
        #expect(
            try job.top(5) == [
                WordCount(word: Array("slow".utf8), count: 2),
                WordCount(word: Array("thief".utf8), count: 1),
            ]
        )
    }

    @Test func `a batch that holds a file twice is refused as an error`() throws {
        var job = jobStore()
        try prepare(&job, files: 1)
        var worker = workerStore("a")
        let task = try read(1, &worker)[0]
        #expect(throws: RedisFailure.self) {
            try worker.commit(batch([task, task]), block: block("x", 2))
        }
        #expect(try job.progress().acknowledged == 0)
        #expect(try worker.commit(batch([task]), block: block("x", 1)) == .applied)
    }

    @Test func `staged blocks count with their commit and not before`() throws {
        var job = jobStore()
        try prepare(&job, files: 1)
        var worker = workerStore("a")
        var one = batch(try read(1, &worker), words: 7)
        try worker.stage(block("x", 5), number: 1, attempt: 1)
        try worker.stage(block("x", 5), number: 1, attempt: 1)  // A repetition after a lost reply.
        try worker.stage(block("y", 1), number: 2, attempt: 1)
        #expect(try job.progress().partials == 0)
        one.staged = 2
        #expect(try worker.commit(one, block: block("x", 1)) == .applied)
        #expect(try job.publish(files: 1) != nil)
        #expect(
            try job.top(5) == [
                WordCount(word: [0x78], count: 6), WordCount(word: [0x79], count: 1),
            ]
        )
    }

    @Test func `a commit whose staged blocks went down with the server adds nothing`() throws {
        var job = jobStore()
        try prepare(&job, files: 1)
        var worker = workerStore("a")
        var one = batch(try read(1, &worker))
        // Saved with the entry pending, then the block is sent, then the server dies.
        let redis = try RedisConnection(server.address, password: server.password)
        try redis.send(RedisCommand("SAVE"))
        try worker.stage(block("x", 5), number: 1, attempt: 1)
        server.kill()
        try server.start()
        one.staged = 1
        #expect(try worker.commit(one, block: block("x", 1)) == .lost)
        #expect(try job.progress().acknowledged == 0)
        var again = batch(one.tasks, attempt: 2, words: 6)
        try worker.stage(block("x", 5), number: 1, attempt: 2)
        again.staged = 1
        #expect(try worker.commit(again, block: block("x", 1)) == .applied)
        #expect(try job.publish(files: 1) != nil)
        #expect(try job.top(1) == [WordCount(word: [0x78], count: 6)])
    }

    @Test func `an entry whose delivery was forgotten is not committed by who held it`() throws {
        var job = jobStore()
        try prepare(&job, files: 1)
        let redis = try RedisConnection(server.address, password: server.password)
        try redis.send(RedisCommand("SAVE"))
        var old = workerStore("old")
        let task = try read(1, &old)[0]
        server.kill()
        try server.start()
        #expect(try old.commit(batch([task]), block: block("x", 1)) == .refused(gone: ["1-0"]))
        var new = workerStore("new")
        #expect(try read(1, &new) == [task])
    }

    @Test func `a sign of life keeps a file, and does not win back one that was taken over`() throws
    {
        var job = jobStore()
        try prepare(&job, files: 1)
        var owner = workerStore("owner")
        var thief = workerStore("thief")
        let tasks = try read(1, &owner)
        try owner.keep(tasks)
        #expect(try thief.claim(idle: .seconds(30)) == nil)
        #expect(try thief.claim(idle: .zero) == tasks[0])
        try owner.keep(tasks)
        let redis = try RedisConnection(server.address, password: server.password)
        let pending = try redis.send(
            RedisCommand("XPENDING", keys.files, Keys.group, "-", "+", "9")
        )
        #expect(try pending.array().first?.array()[1].text() == "thief")
    }

    @Test func `a file is put aside once, with its reason, and is done with`() throws {
        var job = jobStore()
        try prepare(&job, files: 2)
        var worker = workerStore("a")
        let tasks = try read(2, &worker)
        try worker.putAside(tasks[1], status: 66, reason: "gone\nfor good")
        try worker.putAside(tasks[1], status: 66, reason: "again")
        let failures = try job.failures()
        #expect(failures.map(\.file) == [1])
        #expect(failures.map(\.status) == [66])
        #expect(failures.map(\.reason) == ["gone\nfor good"])
        #expect(try job.progress().failed == 1)
        #expect(
            try worker.commit(batch(tasks), block: block("x", 2)) == .refused(gone: [tasks[1].id])
        )
    }

    @Test func `merging many partial counts changes no count, and publishing twice neither`() throws
    {
        var job = jobStore()
        let files = JobStore.Limit.partialsMax + 8
        try prepare(&job, files: files)
        var worker = workerStore("a")
        for number in 1...files {
            let task = try read(1, &worker)
            let word = "word\(number % 7)"
            let one = batch(task, attempt: number, words: number)
            #expect(
                try worker.commit(one, block: block(word, number))
                    == .applied
            )
        }
        try job.mergePartialsIfMany(try job.progress())
        #expect(try job.progress().partials == 1)
        #expect(try job.publish(files: files + 1) == nil, "not all files are there")
        #expect(try job.publish(files: files) != nil)
        #expect(try job.publish(files: files) != nil)
        #expect(try job.progress().partials == 0)
        var expected: [String: Int] = [:]
        for number in 1...files { expected["word\(number % 7)", default: 0] += number }
        let counts = try job.all()
        #expect(counts.distinct == 7)
        for (word, count) in expected {
            #expect(counts.count(of: Array(word.utf8)) == UInt64(count))
        }
    }

    @Test func `the top breaks ties in byte order at every length`() throws {
        var job = jobStore()
        try prepare(&job, files: 1)
        var worker = workerStore("a")
        let table = WordTable()
        for (word, count) in [("d", 3), ("b", 2), ("a", 2), ("c", 2), ("e", 1), ("f", 1)] {
            table.add(Array(word.utf8), count: UInt64(count))
        }
        let task = try read(1, &worker)
        let one = batch(task, words: 11)
        #expect(try worker.commit(one, block: PartialCounts.encode(table)) == .applied)
        #expect(try job.publish(files: 1) != nil)
        for length in 0...7 {
            let words = try job.top(length).map(\.text)
            #expect(words == Array(["d", "a", "b", "c", "e", "f"].prefix(length)))
        }
    }
}
