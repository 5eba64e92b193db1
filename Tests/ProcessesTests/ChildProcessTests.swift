import Glibc
import Processes
import Testing

private let limit = Duration.seconds(20)

@Suite struct `A child process ends` {
    @Test(arguments: [0, 1, 3, 127, 255] as [Int32])
    func `by leaving, and says with which status`(status: Int32) throws {
        let child = try ChildProcess(.init("/bin/sh", ["-c", "exit \(status)"]))
        let ending = try #require(child.wait(upTo: limit))
        #expect(ending.cause == .exited(status: status))
        #expect(ending.isSuccess == (status == 0))
        #expect("\(ending)" == "left with status \(status)")
        #expect(child.ending == ending)
    }

    @Test(arguments: [SIGKILL, SIGTERM, SIGSEGV, SIGPIPE, SIGHUP, SIGINT])
    func `by a signal, and says by which`(signal: Int32) throws {
        let child = try ChildProcess(.init("sleep", ["1000"]))
        child.signal(signal)
        let ending = try #require(child.wait(upTo: limit))
        #expect(ending.cause == .killed(signal: signal))
        #expect(!ending.isSuccess)
        #expect("\(ending)" == "killed by signal \(signal)")
    }

    @Test func `once and for all`() throws {
        let child = try ChildProcess(.init("/bin/sh", ["-c", "exit 7"]))
        let ending = try #require(child.wait(upTo: limit))
        child.signal(SIGKILL)
        #expect(child.kill() == ending)
        #expect(child.poll() == ending)
        #expect(child.wait(upTo: .zero) == ending)
    }

    @Test func `not by being stopped`() throws {
        let child = try ChildProcess(.init("sleep", ["1000"]))
        child.signal(SIGSTOP)
        #expect(eventually { contents(of: "/proc/\(child.pid)/stat")?.contains(") T ") == true })
        #expect(child.poll() == nil)
        #expect(child.kill()?.cause == .killed(signal: SIGKILL))
    }

    @Test func `unknown to us if somebody else reaped it, which is no success`() throws {
        let child = try ChildProcess(.init("true"))
        #expect(waitpid(child.pid, nil, 0) == child.pid)
        let ending = try #require(child.poll())
        #expect(ending.cause == .exited(status: -1))
        #expect(!ending.isSuccess)
    }

    @Test func `with its descriptor becoming readable, not before`() throws {
        let pipe = try Pipe()
        defer { close(pipe.reading) }
        var command = ChildProcess.Command("cat")
        command.input = pipe.reading
        command.output = nil
        let child = try ChildProcess(command)
        try #require(child.exitDescriptor >= 0)
        #expect(fcntl(child.exitDescriptor, F_GETFD) == FD_CLOEXEC)
        #expect(waitReadable([child.exitDescriptor], upTo: .milliseconds(20)) == [false])
        close(pipe.writing)
        #expect(waitReadable([child.exitDescriptor], upTo: limit) == [true])
        #expect(child.poll()?.isSuccess == true)
    }

    @Test func `or is waited for up to the limit, without spinning`() throws {
        let child = try ChildProcess(.init("sleep", ["1000"]))
        let began = ContinuousClock.now
        let before = threadSeconds()
        #expect(child.wait(upTo: .milliseconds(300)) == nil)
        let used = threadSeconds() - before
        #expect(ContinuousClock.now - began >= .milliseconds(300))
        #expect(used < 0.1, "\(used) s of computing in 0.3 s of waiting")
    }

    @Test func `with what memory it used`() throws {
        let small = try ChildProcess(.init("true"))
        let smallPeak = try #require(small.wait(upTo: limit)).peakMemoryBytes
        // The shell holds what it read: 64 MB in a variable.
        let script = "x=$(head -c 64000000 /dev/zero | tr '\\0' x); test ${#x} -eq 64000000"
        let large = try ChildProcess(.init("/bin/sh", ["-c", script]))
        let ending = try #require(large.wait(upTo: limit))
        #expect(ending.isSuccess)
        #expect(ending.peakMemoryBytes > 64_000_000)
        #expect(ending.peakMemoryBytes < 4_000_000_000)
        #expect(smallPeak > 100_000)
        // Until its `exec` it was a copy of us.
        #expect(smallPeak < ownPeakBytes() + 16_000_000)
    }
}

@Suite struct `A child process is not started` {
    @Test(arguments: ["no-such-program-here", "/no/such/program", ""])
    func `from a program that is not there`(name: String) {
        #expect(throws: ProcessFailure.programNotFound(name)) { try ChildProcess(.init(name)) }
        #expect("\(ProcessFailure.programNotFound(name))".contains("'\(name)'"))
    }

    @Test func `from a file that is no program, in the system's words`() {
        let failure = ProcessFailure.refused(call: "starting /etc", reason: "Permission denied")
        #expect(throws: failure) { try ChildProcess(.init("/etc")) }
        #expect("\(failure)" == "starting /etc: Permission denied")
    }

    @Test func `in a folder that is not there, which is no missing program`() {
        var command = ChildProcess.Command("true")
        command.directory = "/no/such/folder"
        let call = "starting true in /no/such/folder"
        #expect(
            throws: ProcessFailure.refused(call: call, reason: "No such file or directory")
        ) { try ChildProcess(command) }
    }

    @Test func `with a text that would be cut at a zero`() {
        var directory = ChildProcess.Command("true")
        directory.directory = "/tmp\0/no"
        var environment = ChildProcess.Command("true")
        environment.environment = ["A": "b\0c"]
        let commands = [.init("true\0false"), .init("true", ["a\0b"]), directory, environment]
        for command in commands {
            let failure = ProcessFailure.refused(
                call: "starting \(command.program)",
                reason: "Invalid argument"
            )
            #expect(throws: failure) { try ChildProcess(command) }
        }
    }

    @Test func `leaving a process or a descriptor behind`() async {
        await #expect(processExitsWith: .success) {
            expectNoDescriptorsLeft(byRuns: 1000) { _ = try? ChildProcess(.init("/no/such")) }
            // Nobody to wait for: not even a zombie.
            #expect(waitpid(-1, nil, WNOHANG) == -1)
        }
    }
}

@Suite struct `A child process gets` {
    @Test func `its arguments as they are`() throws {
        let words = ["", "two words", "$HOME", "*", "--", "'\"\\", "ä\n"]
        let text = try output(ofScript: #"for word; do printf '<%s>' "$word"; done"#, words)
        #expect(text == words.map { "<\($0)>" }.joined())
    }

    @Test func `our pipes to read from and to write to`() throws {
        let input = try Pipe()
        #expect(write(input.writing, "to be\n", 6) == 6)
        close(input.writing)
        defer { close(input.reading) }
        #expect(try output(ofScript: "tr a-z A-Z") { $0.input = input.reading } == "TO BE\n")
    }

    @Test func `nothing to read and nowhere to write unless told otherwise`() throws {
        let readsNothing = "test -z \"$(cat)\" && readlink /proc/self/fd/0"
        #expect(try output(ofScript: readsNothing) == "/dev/null\n")
        let loses = "readlink /proc/self/fd/2; echo lost >&2"
        #expect(try output(ofScript: loses) { $0.error = nil } == "/dev/null\n")
        let other = try output(ofScript: "link=$(readlink /proc/$$/fd/1); echo $link >&2") {
            $0.error = $0.output
            $0.output = nil
        }
        #expect(other == "/dev/null\n")
    }

    @Test func `our output and error exchanged, if told so`() async {
        await #expect(processExitsWith: .success) {
            let one = try Pipe()
            let two = try Pipe()
            let ours = [STDOUT_FILENO, STDERR_FILENO].map { fcntl($0, F_DUPFD_CLOEXEC, 10) }
            #expect(dup2(one.writing, STDOUT_FILENO) >= 0)
            #expect(dup2(two.writing, STDERR_FILENO) >= 0)
            var command = ChildProcess.Command("/bin/sh", ["-c", "printf out; printf err >&2"])
            command.output = STDERR_FILENO
            command.error = STDOUT_FILENO
            let ending = try ChildProcess(command).wait(upTo: limit)
            dup2(ours[0], STDOUT_FILENO)
            dup2(ours[1], STDERR_FILENO)
            close(one.writing)
            close(two.writing)
            #expect(ending?.isSuccess == true)
            #expect(readAll(one.reading) == "err")
            #expect(readAll(two.reading) == "out")
        }
    }

    @Test func `our environment with changes, one value for each name`() throws {
        let path = try #require(getenv("PATH").map { String(cString: $0) })
        let text = try output(ofScript: "env | grep -E '^(LIGHTCONE_|PATH=)'") {
            $0.environment = ["LIGHTCONE_B": "2=2", "LIGHTCONE_A": ""]
        }
        let lines = text.split(separator: "\n").map(String.init).sorted()
        #expect(lines == ["LIGHTCONE_A=", "LIGHTCONE_B=2=2", "PATH=\(path)"])
        let replaced = try output(ofScript: "/usr/bin/env | /bin/grep ^PATH=") {
            $0.environment = ["PATH": "/nowhere"]
        }
        #expect(replaced == "PATH=/nowhere\n")
    }

    @Test func `the folder that it is told to start in, else ours`() throws {
        #expect(try output(ofScript: "pwd -P") { $0.directory = "/usr" } == "/usr\n")
        let ours = try #require(realpath("/proc/self/cwd", nil))
        defer { free(ours) }
        #expect(try output(ofScript: "pwd -P") == String(cString: ours) + "\n")
    }

    @Test func `no descriptor but three`() throws {
        // Neither one that is closed on exec nor one that is not.
        let inherited = fcntl(STDERR_FILENO, F_DUPFD, 200)
        try #require(inherited >= 200)
        defer { close(inherited) }
        // The listing is the shell's own: while it lists, the listed folder is open as well.
        let text = try output(ofScript: "for fd in /proc/$$/fd/*; do echo $fd; done")
        let numbers = text.split(separator: "\n").compactMap { $0.split(separator: "/").last }
        #expect(numbers.starts(with: ["0", "1", "2"]))
        #expect(numbers.count <= 4 && !numbers.contains("\(inherited)"), "\(numbers)")
    }

    @Test func `no signal ignored or blocked, whatever we do`() async {
        await #expect(processExitsWith: .success) {
            for number in [SIGPIPE, SIGINT, SIGUSR1] { signal(number, SIG_IGN) }
            var blocked = sigset_t()
            sigfillset(&blocked)
            pthread_sigmask(SIG_BLOCK, &blocked, nil)
            let text = try output(ofScript: "grep -E '^Sig(Blk|Ign)' /proc/self/status")
            let sets = text.split(separator: "\n").compactMap { line in
                line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
            }
            // Signals 32 and 33 belong to the C library, which has its children ignore them.
            #expect(sets.map { $0 & 0x7fff_ffff } == [0, 0], "\(text)")
        }
    }

    @Test func `a group of its own, and a session only if told so`() throws {
        // Fields 5 and 6 of `stat`: group and session.
        let script = "cut -d ' ' -f 5,6 /proc/$$/stat; echo $$"
        let words = try output(ofScript: script).split(whereSeparator: \.isWhitespace)
        #expect(words.count == 3 && words[0] == words[2])
        #expect(words[1] == "\(getsid(0))")
        let alone = try output(ofScript: script) { $0.ownSession = true }
            .split(whereSeparator: \.isWhitespace)
        #expect(alone.count == 3 && alone[0] == alone[2] && alone[1] == alone[2])
    }
}

@Suite struct `A child process leaves behind` {
    @Test func `no grandchild when it is killed`() throws {
        let talker = try Talker("sh -c 'sleep 1000 & echo $!; wait' & wait")
        let grandchild = try #require(Int32(try talker.line()))
        #expect(isAlive(grandchild))
        #expect(talker.process.kill()?.cause == .killed(signal: SIGKILL))
        #expect(eventually { !isAlive(grandchild) })
        #expect(!isKnown(talker.process.pid))
    }

    @Test func `no grandchild when it leaves by itself`() throws {
        let talker = try Talker("sleep 1000 & echo $!")
        let grandchild = try #require(Int32(try talker.line()))
        #expect(talker.process.wait(upTo: limit)?.isSuccess == true)
        #expect(eventually { !isAlive(grandchild) })
    }

    @Test func `an empty group, which can be waited for`() throws {
        let talker = try Talker("sleep 1000 & echo $!; wait")
        let grandchild = try #require(Int32(try talker.line()))
        #expect(!talker.process.waitForGroup(upTo: .milliseconds(20)))
        talker.process.kill()
        #expect(talker.process.waitForGroup(upTo: limit))
        #expect(!isAlive(grandchild))
    }

    @Test func `nothing when its owner lets go of it`() throws {
        var child: ChildProcess? = try ChildProcess(.init("sleep", ["1000"]))
        let pid = try #require(child?.pid)
        #expect(isAlive(pid))
        child = nil
        #expect(!isKnown(pid))
    }

    @Test func `no zombie when its owner lets go of it after its end`() throws {
        var child: ChildProcess? = try ChildProcess(.init("true"))
        let pid = try #require(child?.pid)
        #expect(eventually { isKnown(pid) && !isAlive(pid) })
        child = nil
        #expect(!isKnown(pid))
    }

    @Test func `no descriptor`() async {
        await #expect(processExitsWith: .success) {
            try expectNoDescriptorsLeft(byRuns: 50) {
                let child = try ChildProcess(.init("true"))
                #expect(child.wait(upTo: limit)?.isSuccess == true)
            }
        }
    }
}

@Suite struct `A process that wants to die with its parent` {
    @Test func `does so when the parent is killed by SIGKILL`() async throws {
        try await withFolder { folder in
            let path = folder + "/pid"
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                let parent = getpid()
                _ = try forking {
                    dieWithParent(parent)
                    try? write("\(getpid())", to: path)
                    while true { pause(for: .seconds(1)) }
                }
                #expect(eventually { exists(path) })
                kill(parent, SIGKILL)
            }
            let pid = try #require(contents(of: path).flatMap { Int32($0) })
            #expect(eventually { !isAlive(pid) })
        }
    }

    @Test func `leaves at once if the parent is gone already`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            // Our own number is certainly not our parent's.
            dieWithParent(getpid())
            exit(99)
        }
    }
}

/// The processor time of this thread alone, since other tests run beside it.
private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

private func ownPeakBytes() -> Int {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return usage.ru_maxrss * 1024
}
