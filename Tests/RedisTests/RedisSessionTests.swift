import Glibc
import Processes
import Testing

@testable import Redis

@Suite struct `A session` {
    private static func patience(_ total: Duration) -> RedisSession.Patience {
        var patience = RedisSession.Patience()
        patience.total = total
        return patience
    }

    @Test func `connects when it is first needed, and once`() throws {
        try withServer { server, redis throws in
            var session = RedisSession(server.address, password: server.password)
            func connections() throws -> Int {
                Int(try redis.info("stats")["total_connections_received"] ?? "") ?? 0
            }
            let before = try connections()
            for _ in 0..<3 {
                try session.perform { redis throws(RedisFailure) in try redis.ping() }
            }
            #expect(try connections() == before + 1)
            session.disconnect()
            try session.perform { redis throws(RedisFailure) in try redis.ping() }
            #expect(try connections() == before + 2)
            #expect(session.retries == 0 && session.troubles.isEmpty)
        }
    }

    @Test func `runs its body again on a server that was killed and came back`() throws {
        try withServer { server, _ throws in
            var session = RedisSession(server.address, password: server.password)
            var mended = 0
            session.beforeRetry = { () throws(RedisFailure) in
                mended += 1
                try server.start()
            }
            var lives: [String] = []
            try session.perform { redis throws(RedisFailure) in
                lives.append(redis.runID)
                if lives.count == 1 { server.kill() }
                try redis.set("key", "value")
            }
            #expect(lives.count == 2 && lives[0] != lives[1])
            #expect(mended == 1 && session.retries == 1)
            #expect(try server.connect().get("key") == bytes("value"))
            guard case .disconnected(_, sent: true) = session.troubles.first else {
                Issue.record("\(session.troubles)")
                return
            }
            #expect(session.troubles.count == 1)
        }
    }

    @Test func `is patient as long as it is told`() throws {
        let directory = try RunDirectory(name: "lightcone-test")
        var session = RedisSession(
            .unix(path: directory.path + "/redis.sock"),
            password: nil,
            patience: Self.patience(.milliseconds(100))
        )
        let began = ContinuousClock.now
        var runs = 0
        let lost = try disconnection {
            try session.perform { _ throws(RedisFailure) in runs += 1 }
        }
        #expect(!lost.sent)
        #expect(ContinuousClock.now - began >= .milliseconds(100))
        #expect(ContinuousClock.now - began < .seconds(20))
        #expect(runs == 0)
        // Pauses of 2, 4, 8, 16, 32 and 64 ms are more than 100.
        #expect((1...6).contains(session.retries))
        #expect(session.troubles.count == 1)
    }

    @Test func `gives up when it is told to before another attempt`() throws {
        let directory = try RunDirectory(name: "lightcone-test")
        var session = RedisSession(.unix(path: directory.path + "/redis.sock"), password: nil)
        let enough = RedisFailure.notStarted(reason: "interrupted")
        session.beforeRetry = { () throws(RedisFailure) in throw enough }
        #expect(throws: enough) {
            try session.perform { redis throws(RedisFailure) in try redis.ping() }
        }
        #expect(session.retries == 1)
    }

    @Test func `passes on a refusal at once, and keeps its connection`() throws {
        try withServer { server, redis throws in
            var session = RedisSession(server.address, password: server.password)
            let client = try session.perform { redis throws(RedisFailure) in
                try redis.send(RedisCommand("CLIENT", "ID"))
            }
            var runs = 0
            let refused = try refusal {
                try session.perform { redis throws(RedisFailure) in
                    runs += 1
                    try redis.send(RedisCommand("NOSUCH"))
                }
            }
            #expect(refused.code == "ERR" && runs == 1 && session.retries == 0)
            let after = try session.perform { redis throws(RedisFailure) in
                try redis.send(RedisCommand("CLIENT", "ID"))
            }
            #expect(after == client)
        }
    }

    @Test func `does not try again with a wrong password`() throws {
        try withServer { server, _ throws in
            var session = RedisSession(server.address, password: "wrong")
            let refused = try refusal {
                try session.perform { redis throws(RedisFailure) in try redis.ping() }
            }
            #expect(refused.code == "WRONGPASS" && session.retries == 0)
        }
    }

    @Test func `takes for passing what it is told to`() throws {
        try withServer { server, redis throws in
            var session = RedisSession(
                server.address,
                password: server.password,
                passes: {
                    if case .server(code: "NOGROUP", _) = $0 { true } else { false }
                }
            )
            session.beforeRetry = { () throws(RedisFailure) in
                try redis.makeGroup("group", of: "stream")
            }
            let entry = try session.perform { redis throws(RedisFailure) in
                try redis.readGroup("group", consumer: "me", stream: "stream")
            }
            #expect(entry == nil && session.retries == 1)
            guard case .server(code: "NOGROUP", _) = session.troubles.first else {
                Issue.record("\(session.troubles)")
                return
            }
        }
    }

    @Test func `gets over any number of lost connections, and remembers some`() throws {
        let count = RedisSession.Limit.troublesMax + 20
        try withFakeServer { words, connection in
            if words == ["INFO", "server"] { return FakeServer.info() }
            // Each second connection is closed under the command.
            return connection.isMultiple(of: 2) ? .say("+PONG\r\n") : .sayAndClose("")
        } _: { server throws in
            var patience = RedisSession.Patience()
            patience.pauseMin = .zero
            var session = RedisSession(server.address, password: nil, patience: patience)
            for _ in 0..<count {
                try session.perform { redis throws(RedisFailure) in try redis.ping() }
                session.disconnect()
            }
            #expect(session.retries == count)
            #expect(session.troubles.count == RedisSession.Limit.troublesMax)
            #expect(server.accepted == 2 * count)
        }
    }

    @Test func `waits on one connection until the server has read its dump`() throws {
        let loading = "-LOADING Redis is loading the dataset in memory\r\n"
        let asked = Counter()
        try withFakeServer { words, _ in
            if words == ["INFO", "server"] { return FakeServer.info() }
            return asked.next() <= 3 ? .say(loading) : .say("+PONG\r\n")
        } _: { server throws in
            var session = RedisSession(server.address, password: nil)
            try session.perform { redis throws(RedisFailure) in try redis.ping() }
            #expect(session.retries == 3)
            #expect(server.accepted == 1)
            #expect(session.troubles.count == 1)
        }
    }

    @Test func `waits for a real server that reads its dump slowly`() throws {
        let directory = try RunDirectory(name: "lightcone-test")
        let program = directory.path + "/slow-server"
        // 2000 keys of 100 µs each, with a look at its clients after each kilobyte.
        try writeScript(
            """
            #!/bin/sh
            exec redis-server --key-load-delay 100 --loading-process-events-interval-bytes 1024 "$@"
            """,
            to: program
        )
        let server = try RedisServer(program: program)
        let redis = try server.connect()
        try redis.stream { send throws(RedisFailure) in
            for number in 0..<2000 {
                try send(RedisCommand("SET", "key:\(number)", String(repeating: "x", count: 100)))
            }
        }
        #expect(try redis.backgroundSave())
        #expect(try eventually { try !redis.saveState().isSaving })
        server.kill()
        try server.start()
        var session = RedisSession(server.address, password: server.password)
        let value = try session.perform { redis throws(RedisFailure) in try redis.get("key:1999") }
        #expect(value?.count == 100)
        guard case .server(code: "LOADING", _) = session.troubles.first else {
            Issue.record("\(session.troubles)")
            return
        }
        #expect(session.retries > 0)
    }
}
