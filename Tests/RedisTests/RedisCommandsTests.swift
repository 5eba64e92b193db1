import Glibc
import Processes
import Testing

@testable import Redis

@Suite struct `A command` {
    // MARK: Bytes

    @Test func `carries any bytes there and back`() throws {
        try withServer { _, redis throws in
            let values: [[UInt8]] = [
                [], [0], bytes("\r\n"), bytes("$5\r\nhello\r\n"), bytes("ä€😀"), Array(0...255),
            ]
            for value in values {
                #expect(try redis.send(RedisCommand("ECHO").adding(value)) == .bulk(value))
            }
            // In one command: none runs into the next.
            var command = RedisCommand("RPUSH", "list")
            for value in values { command.add(value) }
            #expect(try redis.send(command) == .integer(Int64(values.count)))
            let back = try redis.send(RedisCommand("LRANGE", "list", "0", "-1"))
            #expect(back == .array(values.map { .bulk($0) }))
        }
    }

    @Test func `may have an argument of 5 MB`() throws {
        try withServer { _, redis throws in
            let value = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try redis.send(RedisCommand("SET", "key").adding(value))
            #expect(try redis.get("key") == value)
        }
    }

    @Test func `may have 100,000 arguments`() throws {
        try withServer { _, redis throws in
            var command = RedisCommand("RPUSH", "list")
            for number in 0..<100_000 { command.add(number) }
            #expect(try redis.send(command) == .integer(100_000))
            let all = try redis.send(RedisCommand("LRANGE", "list", "0", "-1")).array()
            #expect(all.count == 100_000)
            #expect(all.last == .bulk(bytes("99999")))
        }
    }

    @Test func `is the same from words, numbers and bytes`() {
        var command = RedisCommand("A", "b")
        command.add(-5)
        command.add(UInt64.max)
        command.add("")
        bytes("x").withUnsafeBytes { command.add($0) }
        command = command.adding(["y", "z"]).adding([0])
        #expect(command.bytes == bytes("Ab-518446744073709551615xyz\0"))
        #expect(command.ends == [1, 2, 4, 24, 24, 25, 26, 27, 28])
    }

    @Test func `without a name is a mistake of ours, not a wait without end`() async {
        await #expect(processExitsWith: .failure) {
            try withServer { _, redis throws in try redis.send(RedisCommand()) }
        }
    }

    // MARK: Server

    @Test func `asks the server how it is`() throws {
        try withServer { server, redis throws in
            try redis.ping()
            let facts = try redis.info("server")
            #expect(facts["process_id"] == server.pid.map { "\($0)" })
            #expect(facts["redis_version"]?.hasPrefix("\(redis.version.major).") == true)
            #expect(facts["run_id"] == redis.runID && redis.runID.count == 40)
            #expect(try redis.info("no such section").isEmpty)
            try redis.configure("maxmemory-policy", "noeviction")
            let wrong = try refusal { try redis.configure("no-such-parameter", "1") }
            #expect(wrong.code == "ERR")
        }
    }

    @Test func `saves, and says how saves stand`() throws {
        try withServer { server, redis throws in
            let before = try redis.saveState()
            #expect(!before.isSaving && before.lastSucceeded)
            try redis.set("key", "value")
            try redis.configure("rdb-key-save-delay", "100000000")
            #expect(try redis.backgroundSave())
            #expect(try redis.saveState().isSaving)
            #expect(try !redis.backgroundSave())
            #expect(!exists(server.dumpPath))
        }
    }

    @Test func `says whether the last save succeeded`() throws {
        try withServer { server, redis throws in
            try redis.set("key", "value")
            // A folder stands where the save belongs: it cannot be put in place.
            #expect(mkdir(server.dumpPath, 0o700) == 0)
            #expect(try redis.backgroundSave())
            #expect(try eventually { try !redis.saveState().isSaving })
            #expect(try !redis.saveState().lastSucceeded)
            #expect(rmdir(server.dumpPath) == 0)
            #expect(try redis.backgroundSave())
            #expect(try eventually { try !redis.saveState().isSaving })
            #expect(try redis.saveState().lastSucceeded)
            #expect(exists(server.dumpPath))
        }
    }

    @Test func `does not save while the log is being rewritten`() throws {
        try withServer { _, redis throws in
            try redis.set("key", "value")
            try redis.configure("rdb-key-save-delay", "100000000")
            try redis.send(RedisCommand("BGREWRITEAOF"))
            #expect(try redis.info("persistence")["aof_rewrite_in_progress"] == "1")
            #expect(try !redis.backgroundSave())
        }
    }

    // MARK: Keys

    @Test func `sets, gets and deletes`() throws {
        try withServer { _, redis throws in
            #expect(try redis.get("key") == nil)
            try redis.set("key", "")
            #expect(try redis.get("key") == [])
            try redis.set("key", "a b\r\n")
            #expect(try redis.get("key") == bytes("a b\r\n"))
            #expect(try redis.delete(["key", "other", "key"]) == 1)
            #expect(try redis.get("key") == nil)
            #expect(try refusal { try redis.delete([]) }.code == "ERR")
        }
    }

    @Test func `reads numbers and fields of a hash`() throws {
        try withServer { _, redis throws in
            #expect(try redis.numbers("hash", ["a", "b"]) == [0, 0])
            #expect(try redis.fields("hash").isEmpty)
            try redis.send(RedisCommand("HSET", "hash", "a", "-7", "b", "9223372036854775807"))
            #expect(try redis.numbers("hash", ["b", "none", "a"]) == [Int.max, 0, -7])
            try redis.send(RedisCommand("HSET", "hash", "c", "seven"))
            let failure = #expect(throws: RedisFailure.self) { try redis.numbers("hash", ["c"]) }
            guard case .protocol(let reason) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(reason.contains("a number"))
            let fields = try redis.fields("hash")
            #expect(fields.map { $0.0 } == ["a", "b", "c"].map(bytes))
            #expect(fields.map { $0.1 } == ["-7", "9223372036854775807", "seven"].map(bytes))
            // The failure was of our making: the connection is as good as before.
            try redis.ping()
        }
    }

    @Test func `reads a list`() throws {
        try withServer { _, redis throws in
            #expect(try redis.count(ofList: "list") == 0)
            #expect(try redis.element(0, ofList: "list") == nil)
            try redis.send(RedisCommand("RPUSH", "list", "a", "", "c"))
            #expect(try redis.count(ofList: "list") == 3)
            #expect(try redis.element(0, ofList: "list") == bytes("a"))
            #expect(try redis.element(1, ofList: "list") == [])
            #expect(try redis.element(-1, ofList: "list") == bytes("c"))
            #expect(try redis.element(3, ofList: "list") == nil)
        }
    }

    @Test func `reads a sorted set by rank and by score`() throws {
        try withServer { _, redis throws in
            #expect(try redis.count(ofSet: "set") == 0)
            #expect(try redis.highest(0..<10, of: "set").isEmpty)
            #expect(try redis.members(withScore: 1, limit: 10, of: "set").isEmpty)
            let most = 1 << 53
            try redis.send(
                RedisCommand("ZADD", "set", "1", "a", "1", "b", "1", "c", "-2", "d", "\(most)", "e")
            )
            #expect(try redis.count(ofSet: "set") == 5)
            let all = [("e", most), ("c", 1), ("b", 1), ("a", 1), ("d", -2)].map {
                RedisConnection.Scored(member: bytes($0.0), score: $0.1)
            }
            #expect(try redis.highest(0..<10, of: "set") == all)
            #expect(try redis.highest(1..<3, of: "set") == Array(all[1..<3]))
            #expect(try redis.highest(2..<2, of: "set").isEmpty)
            #expect(try redis.highest(5..<9, of: "set").isEmpty)
            let ties = try redis.members(withScore: 1, limit: 2, of: "set")
            #expect(ties.map(\.member) == ["a", "b"].map(bytes))
            #expect(try redis.members(withScore: 1, limit: 0, of: "set").isEmpty)
        }
    }

    @Test(arguments: ["1.5", "inf", "-inf", "1e300", "9007199254740994"])
    func `does not take for a count what is none`(score: String) throws {
        try withServer { _, redis throws in
            try redis.send(RedisCommand("ZADD", "set", score, "a"))
            let failure = #expect(throws: RedisFailure.self) {
                try redis.highest(0..<1, of: "set")
            }
            guard case .protocol(let reason) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(reason.contains("whole number"))
        }
    }

    @Test func `of the wrong kind for its key is refused in the server's words`() throws {
        try withServer { _, redis throws in
            try redis.send(RedisCommand("RPUSH", "list", "a"))
            try redis.set("text", "a")
            let commands: [() throws -> Void] = [
                { _ = try redis.get("list") },
                { _ = try redis.numbers("list", ["a"]) },
                { _ = try redis.fields("list") },
                { _ = try redis.count(ofList: "text") },
                { _ = try redis.element(0, ofList: "text") },
                { _ = try redis.count(ofSet: "list") },
                { _ = try redis.highest(0..<1, of: "list") },
                { _ = try redis.members(withScore: 1, limit: 1, of: "list") },
                { try redis.makeGroup("group", of: "list") },
                { _ = try redis.readGroup("group", consumer: "me", stream: "list") },
            ]
            for command in commands {
                let refused = try refusal(command)
                #expect(refused.code == "WRONGTYPE")
                #expect(refused.message.hasPrefix("Operation against a key"))
            }
        }
    }

    @Test func `loads functions, in place of older ones`() throws {
        try withServer { _, redis throws in
            for number in 1...2 {
                let source = """
                    #!lua name=test
                    redis.register_function('answer', function() return \(number) end)
                    """
                try redis.loadFunctions(bytes(source))
                #expect(
                    try redis.send(RedisCommand("FCALL", "answer", "0")) == .integer(Int64(number))
                )
            }
            let wrong = try refusal { try redis.loadFunctions(bytes("#!lua name=x\nno lua")) }
            #expect(wrong.code == "ERR")
        }
    }

    // MARK: Streams

    @Test func `makes a group once, and the stream with it`() throws {
        try withServer { _, redis throws in
            let none = try refusal {
                _ = try redis.readGroup("group", consumer: "me", stream: "stream")
            }
            #expect(none.code == "NOGROUP")
            try redis.makeGroup("group", of: "stream")
            try redis.send(RedisCommand("XADD", "stream", "1-0", "a", "b"))
            _ = try redis.readGroup("group", consumer: "me", stream: "stream")
            // Made again it would give the entry a second time.
            try redis.makeGroup("group", of: "stream")
            #expect(try redis.readGroup("group", consumer: "me", stream: "stream") == nil)
        }
    }

    @Test func `gives each entry of a stream to one consumer`() throws {
        try withServer { _, redis throws in
            try redis.makeGroup("group", of: "stream")
            let odd: [UInt8] = [0, 13, 10]
            try redis.send(
                RedisCommand("XADD", "stream", "1-0", "path").adding(odd).adding(["", "x"])
            )
            try redis.send(RedisCommand("XADD", "stream", "2-0", "path", "two"))
            let one = try redis.readGroup("group", consumer: "me", stream: "stream")
            #expect(one?.id == "1-0")
            #expect(one?.fields.map(\.name) == [bytes("path"), []])
            #expect(one?.value(of: "path") == odd)
            #expect(one?.value(of: "") == bytes("x"))
            #expect(one?.value(of: "none") == nil)
            let two = try redis.readGroup("group", consumer: "you", stream: "stream")
            #expect(two?.id == "2-0")
            #expect(one != two)
            #expect(try redis.readGroup("group", consumer: "me", stream: "stream") == nil)
        }
    }

    @Test func `waits for an entry as long as it is told, and no longer once it is there`() throws {
        try withServer { server, redis throws in
            try redis.makeGroup("group", of: "stream")
            func read(_ blocking: Duration) throws -> RedisConnection.Entry? {
                try redis.readGroup("group", consumer: "me", stream: "stream", blocking: blocking)
            }
            let began = ContinuousClock.now
            #expect(try read(.milliseconds(50)) == nil)
            #expect(ContinuousClock.now - began >= .milliseconds(50))
            // Less than a millisecond must not become 0, which Redis takes for "for ever".
            #expect(try read(.microseconds(1)) == nil)

            // Sent by another connection once the server says that somebody waits.
            let writer = try server.connect()
            let script = """
                #!lua name=push
                redis.register_function('push', function(keys)
                    return redis.call('XADD', keys[1], '1-0', 'a', 'b') end)
                """
            try writer.loadFunctions(bytes(script))
            let cli = try ChildProcess(waitAndPush(server))
            let entry = try read(.seconds(20))
            #expect(entry?.id == "1-0")
            #expect(ContinuousClock.now - began < .seconds(20))
            #expect(cli.wait(upTo: .seconds(20))?.isSuccess == true)
        }
    }

    @Test func `takes over what a silent consumer holds, piece by piece`() throws {
        try withServer { _, redis throws in
            try redis.makeGroup("group", of: "stream")
            func claim(_ idle: Duration, _ cursor: String) throws -> (id: String?, next: String) {
                let (entry, next) = try redis.autoClaim(
                    "group",
                    consumer: "me",
                    stream: "stream",
                    idle: idle,
                    from: cursor
                )
                return (entry?.id, next)
            }
            var (id, next) = try claim(.zero, "0-0")
            #expect(id == nil && next == "0-0")

            for number in 1...30 {
                try redis.send(RedisCommand("XADD", "stream", "\(number)-0", "a", "b"))
                _ = try redis.readGroup("group", consumer: "you", stream: "stream")
            }
            // Nobody has been silent for an hour; the server looks at a few entries a call.
            var calls = 0
            next = "0-0"
            repeat {
                (id, next) = try claim(.seconds(3600), next)
                #expect(id == nil)
                calls += 1
            } while next != "0-0" && calls < 100
            #expect(calls > 1 && calls < 100)

            var claimed: [String] = []
            repeat {
                (id, next) = try claim(.zero, next)
                if let id { claimed.append(id) }
            } while next != "0-0" && claimed.count < 100
            #expect(claimed == (1...30).map { "\($0)-0" })

            // An entry that was deleted since is passed over.
            try redis.send(RedisCommand("XDEL", "stream", "1-0"))
            (id, _) = try claim(.zero, "0-0")
            #expect(id != "1-0")
            let none = try refusal {
                _ = try redis.autoClaim(
                    "nobody",
                    consumer: "me",
                    stream: "stream",
                    idle: .zero,
                    from: "0-0"
                )
            }
            #expect(none.code == "NOGROUP")
        }
    }
}

/// A `redis-cli` that adds an entry to `stream` when a client of the server is waiting for one.
private func waitAndPush(_ server: RedisServer) -> ChildProcess.Command {
    var command = ChildProcess.Command(
        "/bin/sh",
        [
            "-c",
            """
            until \(server.address.redisCLI) INFO clients | grep -q '^blocked_clients:1'; do :; done
            \(server.address.redisCLI) FCALL push 1 stream
            """,
        ]
    )
    command.environment = ["REDISCLI_AUTH": server.password]
    command.output = nil
    return command
}
