import Glibc
import Processes
import Testing

@testable import Redis

@Suite struct `A connection` {
    // MARK: Many commands

    @Test func `pipelines commands, refusals among them`() throws {
        try withServer { _, redis throws in
            let replies = try redis.pipeline([
                RedisCommand("SET", "a", "1"), RedisCommand("NOSUCH"), RedisCommand("GET", "a"),
                RedisCommand("GET", "none"), RedisCommand("LPUSH", "a", "x"),
            ])
            #expect(replies.count == 5)
            #expect(replies[0] == .status("OK"))
            guard case .error(code: "ERR", _) = replies[1] else {
                Issue.record("\(replies[1])")
                return
            }
            #expect(replies[2] == .bulk(bytes("1")))
            #expect(replies[3] == .null)
            guard case .error(code: "WRONGTYPE", _) = replies[4] else {
                Issue.record("\(replies[4])")
                return
            }
            #expect(try redis.pipeline([]).isEmpty)
            try redis.ping()
        }
    }

    @Test func `applies a transaction as a whole`() throws {
        try withServer { _, redis throws in
            let replies = try redis.transaction([
                RedisCommand("INCR", "a"), RedisCommand("LPUSH", "a", "x"),
                RedisCommand("INCR", "a"),
            ])
            #expect(replies.count == 3)
            #expect(replies[0] == .integer(1) && replies[2] == .integer(2))
            // What fails only when executed does not undo the others: that is Redis.
            guard case .error(code: "WRONGTYPE", _) = replies[1] else {
                Issue.record("\(replies[1])")
                return
            }
            #expect(try redis.transaction([]).isEmpty)
        }
    }

    @Test func `applies nothing of a transaction that is refused, and says what was refused`()
        throws
    {
        try withServer { _, redis throws in
            let refused = try refusal {
                _ = try redis.transaction([
                    RedisCommand("SET", "a", "1"), RedisCommand("NOSUCH", "x"),
                    RedisCommand("GET"), RedisCommand("SET", "b", "1"),
                ])
            }
            // The first one's own words, not EXECABORT.
            #expect(refused.code == "ERR" && refused.message.contains("NOSUCH"))
            #expect(try redis.get("a") == nil)
            #expect(try redis.get("b") == nil)
            // And no transaction is left open.
            #expect(try redis.send(RedisCommand("SET", "c", "1")) == .status("OK"))
        }
    }

    @Test func `streams 100,000 commands`() throws {
        try withServer { _, redis throws in
            try redis.stream { send throws(RedisFailure) in
                for number in 1...100_000 {
                    var command = RedisCommand("INCRBY", "sum")
                    command.add(number)
                    try send(command)
                }
            }
            #expect(try redis.get("sum") == bytes("5000050000"))
        }
    }

    @Test func `streams commands whose replies are larger than any socket`() throws {
        try withServer { _, redis throws in
            try redis.send(RedisCommand("SET", "big").adding([UInt8](repeating: 7, count: 1 << 20)))
            try redis.stream { send throws(RedisFailure) in
                for _ in 0..<100 { try send(RedisCommand("GET", "big")) }
            }
            let replies = try redis.pipeline(
                Array(repeating: RedisCommand("GET", "big"), count: 40)
            )
            #expect(try replies.allSatisfy { try $0.bytes()?.count == 1 << 20 })
            try redis.ping()
        }
    }

    @Test(arguments: [0, 1, 50, 99])
    func `throws the first refusal of a stream at its end`(position: Int) throws {
        try withServer { _, redis throws in
            var sent = 0
            let refused = try refusal {
                try redis.stream { send throws(RedisFailure) in
                    for number in 0..<100 {
                        let isWrong = number == position || number == 99
                        try send(isWrong ? RedisCommand("NO\(number)") : RedisCommand("INCR", "n"))
                        sent += 1
                    }
                }
            }
            #expect(refused.message.contains("NO\(position)"))
            #expect(sent == 100)
            #expect(try redis.get("n") == bytes(position == 99 ? "99" : "98"))
        }
    }

    @Test func `gives no command the reply to one of a stream that was broken off`() throws {
        try withServer { _, redis throws in
            let ours = RedisFailure.protocol(reason: "enough")
            #expect(throws: ours) {
                try redis.stream { send throws(RedisFailure) in
                    for _ in 0..<5 { try send(RedisCommand("ECHO", "of the stream")) }
                    throw ours
                }
            }
            #expect(try redis.send(RedisCommand("ECHO", "mine")) == .bulk(bytes("mine")))
        }
    }

    @Test func `within a stream answers nothing else`() async {
        await #expect(processExitsWith: .failure) {
            try withServer { _, redis throws in
                try redis.stream { send throws(RedisFailure) in
                    try send(RedisCommand("ECHO", "of the stream"))
                    try redis.ping()
                }
            }
        }
    }

    // MARK: Getting in

    @Test func `is refused where nobody listens`() throws {
        let directory = try RunDirectory(name: "lightcone-test")
        let nobody = RedisAddress.unix(path: directory.path + "/redis.sock")
        let absent = try disconnection { _ = try RedisConnection(nobody) }
        #expect(absent.reason == "\(nobody): No such file or directory")
        #expect(!absent.sent)
        // A port that was free a moment ago, and that nobody listens at.
        let (held, port) = try unusedPort()
        defer { close(held) }
        let address = RedisAddress.tcp(host: "127.0.0.1", port: port)
        let refused = try disconnection { _ = try RedisConnection(address) }
        #expect(refused.reason == "\(address): Connection refused")
        #expect(!refused.sent)
    }

    @Test func `is not made to whoever listens at the beginning of a path`() throws {
        try withFakeServer { _, _ in
            FakeServer.info()
        } _: { server throws in
            guard case .unix(let path) = server.address else { return }
            let folder = path.dropLast("/fake.sock".count)
            // Padded so that hiredis would cut it exactly behind `fake.sock`.
            let padding = String(repeating: "/", count: 107 - path.utf8.count)
            let long = RedisAddress.unix(path: folder + padding + "/fake.sockXYZ")
            let refused = try disconnection { _ = try RedisConnection(long) }
            #expect(refused.reason.contains("too long"))
            #expect(server.accepted == 0)
        }
    }

    @Test func `needs the right password`() throws {
        try withServer { server, _ throws in
            let missing = try refusal { _ = try RedisConnection(server.address) }
            #expect(missing.code == "NOAUTH")
            for wrong in ["wrong", "", server.password + "x", String(server.password.dropLast())] {
                let refused = try refusal {
                    _ = try RedisConnection(server.address, password: wrong)
                }
                #expect(refused.code == "WRONGPASS")
            }
        }
    }

    @Test func `with a password for a server without one is refused`() throws {
        try withServer { server, redis throws in
            try redis.configure("requirepass", "")
            let refused = try refusal {
                _ = try RedisConnection(server.address, password: "any")
            }
            #expect(refused.code == "ERR" && refused.message.contains("AUTH"))
            try RedisConnection(server.address).ping()
        }
    }

    @Test(arguments: [
        ("redis_version:6.2.14\r\n", "6.2.14"), ("redis_version:7\r\n", "7"),
        ("redis_version:abc.def\r\n", "abc.def"), ("redis_version:\r\n", ""),
        ("# nothing\r\n", "of unknown version"), ("", "of unknown version"),
    ])
    func `is not made to a server that is too old or says nothing of itself`(
        info: String,
        version: String
    ) throws {
        try withFakeServer { _, _ in
            FakeServer.info(info)
        } _: { server throws in
            #expect(throws: RedisFailure.unsupported(version: version)) {
                try RedisConnection(server.address)
            }
        }
    }

    @Test(arguments: [
        ("7.0.0", 7, 0), ("7.2.4", 7, 2), ("8.0.1-rc1", 8, 0), ("10.1", 10, 1),
    ])
    func `is made to a server that is new enough`(text: String, major: Int, minor: Int) throws {
        try withFakeServer { _, _ in
            FakeServer.info("a:b\r\nredis_version:\(text)\r\nrun_id:x:y\r\n")
        } _: { server throws in
            let redis = try RedisConnection(server.address)
            #expect(redis.version == (major, minor))
            #expect(redis.runID == "x:y")
        }
    }

    // MARK: Strange servers

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n\r\n", "\0\0\0\0\r\n", "$-5\r\n", "*-7\r\n", ":x\r\n",
    ])
    func `to somebody who speaks something else fails as that`(garbage: String) throws {
        try withFakeServer { words, _ in
            words == ["INFO", "server"] ? FakeServer.info() : .say(garbage)
        } _: { server throws in
            let redis = try RedisConnection(server.address)
            let failure = #expect(throws: RedisFailure.self) { try redis.ping() }
            guard case .protocol = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(failure?.definitelyNotDone == false)
            #expect(failure?.isPassing == false)
        }
        try withFakeServer { _, _ in
            .say(garbage)
        } _: { server throws in
            #expect(throws: RedisFailure.self) { try RedisConnection(server.address) }
        }
    }

    @Test func `that is closed at once fails without having sent anything of ours`() throws {
        for password in [nil, "secret"] {
            try withFakeServer { _, _ in
                .sayAndClose("")
            } _: { server throws in
                let lost = try disconnection {
                    _ = try RedisConnection(server.address, password: password)
                }
                #expect(lost.reason == "\(server.address): Server closed the connection")
                #expect(!lost.sent)
            }
        }
    }

    @Test(arguments: ["", "$", "$5\r\nhel", "*2\r\n:1\r\n", "+O", ":12"])
    func `that is cut in the middle of a reply may have done its work`(half: String) throws {
        try withFakeServer { words, _ in
            words == ["INFO", "server"] ? FakeServer.info() : .sayAndClose(half)
        } _: { server throws in
            let redis = try RedisConnection(server.address)
            let lost = try disconnection { try redis.ping() }
            #expect(lost.sent)
            #expect(lost.reason == "Server closed the connection")
            // What is asked of it afterwards goes nowhere.
            #expect(try !disconnection { try redis.ping() }.sent)
            #expect(try !disconnection { _ = try redis.pipeline([RedisCommand("PING")]) }.sent)
        }
    }

    @Test(arguments: [
        ("+OK\r\n", RedisReply.status("OK")), ("+\r\n", .status("")), (":-5\r\n", .integer(-5)),
        ("$-1\r\n", .null), ("*-1\r\n", .null), ("*0\r\n", .array([])), ("$0\r\n\r\n", .bulk([])),
        (
            "*2\r\n-ERR no\r\n*1\r\n$-1\r\n",
            .array([.error(code: "ERR", message: "no"), .array([.null])])
        ),
        ("*1\r\n-\r\n", .array([.error(code: "", message: "")])),
        ("*1\r\n-WORD\r\n", .array([.error(code: "WORD", message: "")])),
    ])
    func `decodes every kind of reply`(text: String, reply: RedisReply) throws {
        try withFakeServer { words, _ in
            words == ["INFO", "server"] ? FakeServer.info() : .say(text)
        } _: { server throws in
            let redis = try RedisConnection(server.address)
            #expect(try redis.send(RedisCommand("ANY")) == reply)
        }
    }

    // MARK: Silence

    @Test func `to a stopped server fails within the time-out, and may have done its work`() throws
    {
        try withServer { server, _ throws in
            let redis = try RedisConnection(
                server.address,
                password: server.password,
                timeouts: timeouts(reply: .milliseconds(200))
            )
            let pid = try #require(server.pid)
            kill(pid, SIGSTOP)
            defer { kill(pid, SIGCONT) }
            let began = ContinuousClock.now
            let failure = #expect(throws: RedisFailure.self) { try redis.set("a", "b") }
            let waited = ContinuousClock.now - began
            #expect(waited >= .milliseconds(200) && waited < .seconds(10))
            let reason = "no answer within \(Duration.milliseconds(200))"
            #expect(failure == .disconnected(reason: reason, sent: true))
            #expect(failure?.definitelyNotDone == false && failure?.isPassing == true)
            // The late reply is nobody's.
            #expect(try !disconnection { try redis.ping() }.sent)
        }
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .nanoseconds(1)])
    func `waits for a moment where it is told to wait for nothing`(reply: Duration) throws {
        try withFakeServer { _, _ in
            .keepSilent
        } _: { server throws in
            let lost = try disconnection {
                _ = try RedisConnection(server.address, timeouts: timeouts(reply: reply))
            }
            #expect(lost.reason.contains("no answer"))
        }
    }

    @Test func `waits for a blocking command longer than for others`() throws {
        try withServer { server, _ throws in
            let redis = try RedisConnection(
                server.address,
                password: server.password,
                timeouts: timeouts(reply: .milliseconds(300))
            )
            let command = RedisCommand("BLPOP", "list", "0.5")
            #expect(try redis.send(command, blocking: .seconds(60)) == .null)
            // Only for that one.
            let began = ContinuousClock.now
            #expect(try disconnection { try redis.send(RedisCommand("BLPOP", "list", "0")) }.sent)
            #expect(ContinuousClock.now - began < .seconds(30))
        }
    }

    // MARK: Leaks

    @Test func `leaves no descriptor, however it fails`() async {
        await #expect(processExitsWith: .success) {
            try withFakeServer { words, _ in
                words.first == "AUTH" ? .say("-WRONGPASS no\r\n") : .sayAndClose("-NOAUTH no\r\n")
            } _: { server throws in
                let nobody = RedisAddress.unix(path: "/no/such/socket")
                let before = names(in: "/proc/self/fd").count
                for _ in 0..<1000 { _ = try? RedisConnection(nobody) }
                for _ in 0..<100 { _ = try? RedisConnection(server.address) }
                for _ in 0..<100 { _ = try? RedisConnection(server.address, password: "x") }
                let after = names(in: "/proc/self/fd").count
                // The system's own threads open some when it pleases them.
                #expect(after < before + 50, "\(before), then \(after)")
            }
        }
    }
}

/// A port that is bound, so that nobody else gets it, and not listened at.
private func unusedPort() throws -> (held: Int32, port: UInt16) {
    let held = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &name) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(held, $0, length) == 0 && getsockname(held, $0, &length) == 0
        }
    }
    try #require(isBound)
    return (held, UInt16(bigEndian: name.sin_port))
}
