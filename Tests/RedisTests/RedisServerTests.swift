import Glibc
import Processes
import Testing

@testable import Redis

@Suite struct `A server of our own` {
    @Test func `is behind a socket in a folder of ours alone`() throws {
        try withServer { server, redis throws in
            var status = stat()
            #expect(lstat(server.folder, &status) == 0)
            #expect(status.st_mode == S_IFDIR | 0o700)
            guard case .unix(let path) = server.address else {
                Issue.record("\(server.address)")
                return
            }
            #expect(path == server.folder + "/redis.sock")
            #expect(lstat(path, &status) == 0)
            #expect(status.st_mode == S_IFSOCK | 0o700)
        }
    }

    @Test func `has no TCP port`() throws {
        try withServer { server, redis throws in
            let port = try redis.send(RedisCommand("CONFIG", "GET", "port")).array()
            #expect(port == [.bulk(bytes("port")), .bulk(bytes("0"))])
            let pid = try #require(server.pid)
            let sockets = names(in: "/proc/\(pid)/fd").compactMap { fd in
                link("/proc/\(pid)/fd/\(fd)").flatMap { link in
                    link.hasPrefix("socket:[") ? String(link.dropFirst(8).dropLast()) : nil
                }
            }
            // The one it listens at, and our connection.
            #expect(sockets.count >= 2)
            for table in ["tcp", "tcp6", "udp", "udp6"] {
                let text = String(
                    decoding: contents(of: "/proc/\(pid)/net/\(table)"),
                    as: UTF8.self
                )
                let inodes = text.split(separator: "\n").dropFirst().compactMap { line in
                    line.split(separator: " ").dropFirst(9).first.map(String.init)
                }
                #expect(Set(inodes).isDisjoint(with: sockets))
            }
        }
    }

    @Test func `keeps its password to itself`() throws {
        try withServer { server, _ throws in
            #expect(server.password.utf8.count >= 32)
            let pid = try #require(server.pid)
            for file in ["cmdline", "environ", "comm"] {
                let text = String(decoding: contents(of: "/proc/\(pid)/\(file)"), as: UTF8.self)
                #expect(!text.isEmpty)
                #expect(!text.contains(server.password))
            }
            for name in names(in: server.folder) {
                let text = String(decoding: contents(of: "\(server.folder)/\(name)"), as: UTF8.self)
                #expect(!text.contains(server.password), "in \(name)")
            }
            let other = try RedisServer()
            #expect(other.password != server.password)
        }
    }

    @Test func `comes back after a kill with what was saved, and nothing else`() throws {
        try withServer { server, redis throws in
            let before = (server.address, server.password, server.lives)
            let source = "#!lua name=x\nredis.register_function('f', function() return 7 end)"
            try redis.loadFunctions(bytes(source))
            try redis.set("saved", "1")
            #expect(try redis.backgroundSave())
            #expect(try eventually { try !redis.saveState().isSaving })
            try redis.set("unsaved", "1")
            let pid = try #require(server.pid)

            #expect(!server.kill())
            #expect(!server.isRunning && server.pid == nil && !isAlive(pid))
            #expect(try disconnection { try redis.ping() }.sent)
            #expect(try !disconnection { _ = try server.connect() }.sent)

            try server.start()
            #expect(server.isRunning && server.pid != pid)
            #expect(server.address == before.0 && server.password == before.1)
            #expect(server.lives == before.2 + 1)
            let again = try server.connect()
            #expect(again.runID != redis.runID)
            #expect(try again.get("saved") == bytes("1"))
            #expect(try again.get("unsaved") == nil)
            #expect(try again.send(RedisCommand("FCALL", "f", "0")) == .integer(7))
            // Started while it runs it stays the same.
            try server.start()
            #expect(try server.connect().runID == again.runID)
        }
    }

    @Test func `has nothing to come back with if nothing was saved`() throws {
        try withServer { server, redis throws in
            try redis.set("key", "value")
            server.kill()
            try server.start()
            #expect(try server.connect().get("key") == nil)
            #expect(!exists(server.dumpPath))
        }
    }

    @Test func `killed during a save says so, and leaves no half of it`() throws {
        try withServer { server, redis throws in
            try redis.set("key", "old")
            #expect(try redis.backgroundSave())
            #expect(try eventually { try !redis.saveState().isSaving })
            let old = contents(of: server.dumpPath)
            try redis.set("key", "new")
            let child = try startSlowSave(server, redis)
            #expect(server.kill())
            #expect(!isAlive(child))
            #expect(names(in: server.folder).filter { $0.hasPrefix("temp-") } == [])
            #expect(contents(of: server.dumpPath) == old)
            #expect(!server.kill())
            try server.start()
            #expect(try server.connect().get("key") == bytes("old"))
        }
    }

    @Test func `that dies by itself during a save is not overtaken by that save`() throws {
        try withServer { server, redis throws in
            try redis.set("key", "orphan")
            let child = try startSlowSave(server, redis)
            // The server alone: what it forked lives on, as when the kernel is short of memory.
            kill(try #require(server.pid), SIGKILL)
            #expect(eventually { !server.isRunning })
            try server.start()
            #expect(!isAlive(child))
            #expect(names(in: server.folder).filter { $0.hasPrefix("temp-") } == [])
            let again = try server.connect()
            #expect(try again.get("key") == nil)
            try again.set("key", "later")
            #expect(try again.backgroundSave())
            #expect(try eventually { try !again.saveState().isSaving })
            server.kill()
            try server.start()
            #expect(try server.connect().get("key") == bytes("later"))
        }
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func `that somebody else has ended is noticed`(signal: Int32) throws {
        try withServer { server, _ throws in
            #expect(server.isRunning)
            let pid = try #require(server.pid)
            kill(pid, signal)
            #expect(eventually { !server.isRunning })
            #expect(server.pid == nil)
            try server.start()
            #expect(server.isRunning && server.lives == 2)
        }
    }

    @Test func `leaves neither process nor folder when it is ended`() throws {
        let server = try RedisServer()
        let (pid, folder) = (try #require(server.pid), server.folder)
        #expect(isAlive(pid) && exists(folder))
        server.end()
        #expect(!isAlive(pid) && !exists(folder))
        server.end()
        #expect(!server.isRunning)
        let failure = #expect(throws: RedisFailure.self) { try server.start() }
        guard case .notStarted(let reason) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(reason.contains(folder))
    }

    @Test func `leaves neither process nor folder when its owner lets go of it`() throws {
        var server: RedisServer? = try RedisServer()
        let (pid, folder) = (try #require(server?.pid), try #require(server?.folder))
        server = nil
        #expect(!isAlive(pid) && !exists(folder))
    }

    @Test func `leaves neither process nor folder when its owner is killed`() async throws {
        let directory = try RunDirectory(name: "lightcone-test")
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = directory.path as String] in
            setenv("TMPDIR", path, 1)
            let server = try RedisServer()
            let redis = try server.connect()
            try redis.set("key", "value")
            let child = try startSlowSave(server, redis)
            try writeScript("\(server.pid ?? 0) \(child)", to: path + "/pids")
            withExtendedLifetime(server) { _ = kill(getpid(), SIGKILL) }
        }
        let note = String(decoding: contents(of: directory.path + "/pids"), as: UTF8.self)
        let pids = note.split(separator: " ").compactMap { Int32($0) }
        #expect(pids.count == 2 && !pids.contains(0))
        #expect(eventually { pids.allSatisfy { !isAlive($0) } })
        #expect(eventually { names(in: directory.path) == ["pids"] })
    }

    @Test func `lives also below a TMPDIR of a strange name`() async throws {
        let directory = try RunDirectory(name: "lightcone-test")
        let strange = directory.path + #"/a "b' [c] \x"#
        #expect(mkdir(strange, 0o700) == 0)
        await #expect(processExitsWith: .success) { [strange = strange as String] in
            setenv("TMPDIR", strange, 1)
            try withServer { server, redis throws in
                #expect(server.folder.hasPrefix(strange))
                try redis.set("key", "value")
                _ = try startSlowSave(server, redis)
                #expect(server.kill())
                try server.start()
            }
        }
        #expect(names(in: strange) == [])
    }

    /// The owner tells the guard of the server before it lets it begin: it may die in between.
    @Test(arguments: [("", false), ("go", false), ("g\n", false), ("go\nport 0\n", true)])
    func `begins only when its owner has lived to say so`(input: String, begins: Bool) throws {
        let directory = try RunDirectory(name: "lightcone-test")
        let program = directory.path + "/server"
        try writeScript("#!/bin/sh\ncat > \"$(dirname \"$0\")/configuration\"\n", to: program)
        let pipe = try Pipe()
        var command = ChildProcess.Command("/bin/sh", ["-c", startScript, program])
        command.input = pipe.reading
        let child = try ChildProcess(command)
        close(pipe.reading)
        _ = bytes(input).withUnsafeBytes { write(pipe.writing, $0.baseAddress, $0.count) }
        close(pipe.writing)
        let ending = try #require(child.wait(upTo: .seconds(30)))
        #expect(ending.isSuccess == begins)
        #expect(exists(directory.path + "/configuration") == begins)
        // What follows the word is left to the server.
        if begins { #expect(contents(of: directory.path + "/configuration") == bytes("port 0\n")) }
    }

    @Test func `that is not installed is missing by its package's name`() throws {
        let failure = #expect(throws: RedisFailure.self) { try RedisServer(program: "no-redis") }
        guard case .notStarted(let reason) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(reason.contains("'no-redis'"))
        #expect(reason.contains("install the Debian package redis-server"))
    }

    @Test(arguments: [
        ("exit 3", "it left with status 3: it left no log"),
        ("kill -9 $$", "it was killed by signal 9: it left no log"),
        (": > redis.log; exit 1", "it left with status 1: its log is empty"),
        ("printf 'one\\n\\nlast words\\n\\n' > redis.log", "it left with status 0: last words"),
        ("exec redis-server --no-such-option 1", "it left with status 1"),
    ])
    func `that ends at once is reported with its last words`(script: String, words: String) throws {
        let directory = try RunDirectory(name: "lightcone-test")
        let program = directory.path + "/server"
        try writeScript("#!/bin/sh\n\(script)\n", to: program)
        let failure = #expect(throws: RedisFailure.self) { try RedisServer(program: program) }
        guard case .notStarted(let reason) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(reason.hasPrefix(words))
    }

    @Test func `never meets another one`() throws {
        let servers = try (0..<20).map { _ in try RedisServer() }
        for (number, server) in servers.enumerated() {
            try server.connect().set("number", "\(number)")
        }
        #expect(Set(servers.map(\.address)).count == servers.count)
        #expect(Set(servers.map(\.password)).count == servers.count)
        for (number, server) in servers.enumerated() {
            #expect(try server.connect().get("number") == bytes("\(number)"))
        }
        #expect(throws: RedisFailure.self) {
            try RedisConnection(servers[0].address, password: servers[1].password)
        }
    }
}

/// Starts a save that does not end by itself, and gives the number of the process that writes it.
private func startSlowSave(_ server: RedisServer, _ redis: RedisConnection) throws -> Int32 {
    try redis.configure("rdb-key-save-delay", "1000000000")
    #expect(try redis.backgroundSave())
    var found: Int32?
    #expect(
        eventually {
            found =
                names(in: server.folder).compactMap { name in
                    name.hasPrefix("temp-") ? Int32(name.dropFirst(5).dropLast(4)) : nil
                }.first
            return found != nil
        }
    )
    let child = try #require(found)
    #expect(isAlive(child))
    return child
}

private func link(_ path: String) -> String? {
    var room = [CChar](repeating: 0, count: 256)
    let count = readlink(path, &room, room.count)
    return count < 0
        ? nil : String(decoding: room[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
}
