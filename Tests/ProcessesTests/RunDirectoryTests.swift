import Glibc
import Processes
import Testing

private let limit = Duration.seconds(20)

@Suite struct `A run's folder` {
    @Test func `is ours alone, and empty`() throws {
        let directory = try RunDirectory(name: "lightcone-test")
        var status = stat()
        #expect(lstat(directory.path, &status) == 0)
        #expect(status.st_mode == S_IFDIR | 0o700)
        #expect(status.st_uid == geteuid())
        #expect(names(in: directory.path) == [])
        #expect(directory.path.contains("/lightcone-test."))
        let other = try RunDirectory(name: "lightcone-test")
        #expect(other.path != directory.path)
    }

    @Test func `is gone with all that is in it after its removal`() throws {
        let directory = try RunDirectory(name: "lightcone-test")
        mkdir(directory.path + "/a", 0o700)
        mkdir(directory.path + "/a/b", 0o700)
        try write("x", to: directory.path + "/a/b/-f")
        symlink("/tmp", directory.path + "/link")
        directory.remove()
        #expect(!exists(directory.path))
        #expect(exists("/tmp"))
        directory.remove()
    }

    @Test func `is gone when its owner lets go of it`() throws {
        var directory: RunDirectory? = try RunDirectory(name: "lightcone-test")
        let path = try #require(directory?.path)
        #expect(exists(path))
        directory = nil
        #expect(!exists(path))
    }

    @Test func `takes the guarded group along`() throws {
        let directory = try RunDirectory(name: "lightcone-test")
        let talker = try Talker("sleep 1000 & echo $!; wait") { $0.directory = directory.path }
        let grandchild = try #require(Int32(try talker.line()))
        directory.guardGroup(of: talker.process.pid)
        directory.remove()
        #expect(talker.process.wait(upTo: limit)?.cause == .killed(signal: SIGKILL))
        #expect(eventually { !isAlive(grandchild) })
        #expect(!exists(directory.path))
    }

    @Test func `takes the guarded group along also if the folder is gone already`() throws {
        let directory = try RunDirectory(name: "lightcone-test")
        let talker = try Talker("echo; sleep 1000") { $0.directory = directory.path }
        _ = try talker.line()
        directory.guardGroup(of: talker.process.pid)
        #expect(rmdir(directory.path) == 0)
        directory.remove()
        #expect(talker.process.wait(upTo: .seconds(10))?.cause == .killed(signal: SIGKILL))
    }

    @Test func `ends all groups that are guarded, and no other`() throws {
        let directory = try RunDirectory(name: "lightcone-test")
        let talkers = try (0..<4).map { _ in
            try Talker("echo; sleep 1000") { $0.directory = directory.path }
        }
        for talker in talkers {
            _ = try talker.line()
            directory.guardGroup(of: talker.process.pid)
        }
        directory.releaseGroup(of: talkers[1].process.pid)
        directory.releaseGroup(of: talkers[3].process.pid)
        // Not guarded any more, or never: nothing changes.
        directory.releaseGroup(of: talkers[3].process.pid)
        directory.releaseGroup(of: getpid())
        directory.remove()
        #expect(!exists(directory.path))
        for index in [0, 2] {
            let ending = talkers[index].process.wait(upTo: .seconds(10))
            #expect(ending?.cause == .killed(signal: SIGKILL))
        }
        for index in [1, 3] {
            #expect(isAlive(talkers[index].process.pid) && talkers[index].process.poll() == nil)
        }
    }

    @Test func `leaves a group alone that was released`() throws {
        let directory = try RunDirectory(name: "lightcone-test")
        let talker = try Talker("echo; sleep 1000") { $0.directory = directory.path }
        _ = try talker.line()
        directory.guardGroup(of: talker.process.pid)
        directory.releaseGroup(of: talker.process.pid)
        directory.remove()
        #expect(!exists(directory.path))
        #expect(isAlive(talker.process.pid) && talker.process.poll() == nil)
    }

    @Test func `never kills somebody who merely got the number`() throws {
        let directory = try RunDirectory(name: "lightcone-test")
        // Started elsewhere, as whoever got the number of a dead process would be.
        let talker = try Talker("echo; sleep 1000") { $0.directory = "/" }
        _ = try talker.line()
        directory.guardGroup(of: talker.process.pid)
        directory.remove()
        #expect(!exists(directory.path))
        #expect(talker.process.poll() == nil)
        #expect(isAlive(talker.process.pid))
    }

    @Test func `is gone with the guarded group when its owner is killed by SIGKILL`() async throws {
        try await withFolder { folder in
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
                setenv("TMPDIR", folder, 1)
                let run = try leaveRun(in: folder)
                // Else both would end with the last mention of them.
                withExtendedLifetime(run) { _ = kill(getpid(), SIGKILL) }
            }
            try expectGone(folder)
        }
    }

    @Test func `survives signals to its owner's group, and is gone after that`() async throws {
        try await withFolder { folder in
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
                setenv("TMPDIR", folder, 1)
                setpgid(0, 0)
                for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_IGN) }
                let run = try leaveRun(in: folder)
                for number in [SIGINT, SIGTERM, SIGHUP] { kill(0, number) }
                // The guard has had its chance to die of it once it has done something after it.
                let sibling = try RunDirectory(name: "sibling")
                sibling.remove()
                #expect(exists(run.directory.path))
                #expect(isAlive(run.talker.process.pid))
                withExtendedLifetime(run) { _ = kill(getpid(), SIGKILL) }
            }
            try expectGone(folder)
        }
    }

    @Test func `is gone also if somebody has killed the guard`() async throws {
        try await withFolder { folder in
            await #expect(processExitsWith: .success) { [folder = folder as String] in
                setenv("TMPDIR", folder, 1)
                let directory = try RunDirectory(name: "guarded")
                let talker = try Talker("echo; sleep 1000") { $0.directory = directory.path }
                _ = try talker.line()
                directory.guardGroup(of: talker.process.pid)
                for guardian in try guardians(of: directory.path) { kill(guardian, SIGKILL) }
                #expect(eventually { (try? guardians(of: directory.path)) == [] })
                // Nobody reads this any more, which must not end us.
                directory.guardGroup(of: talker.process.pid)
                directory.remove()
                #expect(!exists(directory.path))
                #expect(talker.process.wait(upTo: limit)?.cause == .killed(signal: SIGKILL))
            }
        }
    }

    @Test func `is gone also if somebody has stopped the guard`() throws {
        let directory = try RunDirectory(name: "stopped")
        for guardian in try guardians(of: directory.path) { kill(guardian, SIGSTOP) }
        directory.remove()
        #expect(!exists(directory.path))
    }

    @Test func `says nothing to a descriptor that is no longer its own`() async {
        await #expect(processExitsWith: .success) {
            let directory = try RunDirectory(name: "lightcone-test")
            directory.remove()
            // Takes all the numbers that have become free.
            let pipes = try (0..<20).map { _ in try Pipe() }
            directory.releaseGroup(of: getpid())
            directory.guardGroup(of: getpid())
            #expect(waitReadable(pipes.map(\.reading), upTo: .zero).allSatisfy { !$0 })
        }
    }

    @Test func `leaves no descriptor and no process`() async {
        await #expect(processExitsWith: .success) {
            try expectNoDescriptorsLeft(byRuns: 20) {
                try RunDirectory(name: "lightcone-test").remove()
            }
            #expect(waitpid(-1, nil, WNOHANG) == -1)
        }
    }

    // MARK: TMPDIR

    @Test(arguments: [nil, "", "relative", "/" + String(repeating: "x", count: 64)])
    func `is below /tmp where TMPDIR does not say better`(value: String?) async {
        await #expect(processExitsWith: .success) { [value = value as String?] in
            if let value { setenv("TMPDIR", value, 1) } else { unsetenv("TMPDIR") }
            let directory = try RunDirectory(name: "lightcone-test")
            #expect(directory.path.hasPrefix("/tmp/lightcone-test."))
            #expect(exists(directory.path))
            #expect((directory.path + "/redis.sock").utf8.count < 108)
        }
    }

    @Test(arguments: ["/no/such/folder", "/proc"])
    func `that cannot be made is refused, and leaves nothing`(value: String) async {
        await #expect(processExitsWith: .success) { [value = value as String] in
            setenv("TMPDIR", value, 1)
            let reason = "No such file or directory"
            let failure = ProcessFailure.refused(
                call: "making a folder in \(value)",
                reason: reason
            )
            expectNoDescriptorsLeft(byRuns: 20) {
                #expect(throws: failure) { try RunDirectory(name: "lightcone-test") }
            }
            #expect(waitpid(-1, nil, WNOHANG) == -1)
        }
    }

    @Test func `guards also below a TMPDIR that is a link, and has a strange name`() async throws {
        try await withFolder { folder in
            let real = folder + "/a 'b' $c"
            mkdir(real, 0o700)
            symlink(real, folder + "/link")
            await #expect(processExitsWith: .success) { [folder = folder as String] in
                setenv("TMPDIR", folder + "/link/", 1)
                let directory = try RunDirectory(name: "guarded")
                let talker = try Talker("echo; sleep 1000") { $0.directory = directory.path }
                _ = try talker.line()
                directory.guardGroup(of: talker.process.pid)
                directory.remove()
                #expect(!exists(directory.path))
                #expect(talker.process.wait(upTo: limit)?.cause == .killed(signal: SIGKILL))
            }
            #expect(names(in: real) == [])
        }
    }
}

/// Makes a run's folder with a file and a guarded group, and notes the numbers of its processes in
/// `folder`.
private func leaveRun(
    in folder: String
) throws -> (directory: RunDirectory, talker: Talker) {
    let directory = try RunDirectory(name: "guarded")
    try write("x", to: directory.path + "/file")
    let talker = try Talker("sleep 1000 & echo $!; wait") { $0.directory = directory.path }
    let grandchild = try talker.line()
    directory.guardGroup(of: talker.process.pid)
    try write("\(talker.process.pid) \(grandchild)", to: folder + "/pids")
    return (directory, talker)
}

/// Expects that nothing is left of such a run but the note.
private func expectGone(_ folder: String) throws {
    let note = try #require(contents(of: folder + "/pids"))
    let pids = note.split(separator: " ").compactMap { Int32($0) }
    #expect(pids.count == 2)
    #expect(eventually { pids.allSatisfy { !isAlive($0) } })
    #expect(eventually { names(in: folder) == ["pids"] }, "\(names(in: folder))")
}

/// The shells that stand guard over the folder.
private func guardians(of path: String) throws -> [Int32] {
    names(in: "/proc").compactMap { Int32($0) }.filter { pid in
        let line = contents(of: "/proc/\(pid)/cmdline") ?? ""
        return line.hasPrefix("/bin/sh\0") && line.hasSuffix("\0\(path)\0") && isAlive(pid)
    }
}
