import Glibc
import Processes
import Testing

@Suite struct Waiting {
    @Test func `tells for each descriptor whether it can be read`() throws {
        let pipes = [try Pipe(), try Pipe(), try Pipe()]
        defer { for pipe in pipes { close(pipe.reading) } }
        let reading = pipes.map(\.reading)
        #expect(waitReadable(reading, upTo: .zero) == [false, false, false])
        #expect(write(pipes[1].writing, "x", 1) == 1)
        #expect(waitReadable(reading, upTo: .seconds(20)) == [false, true, false])
        // The end can be read as well, and a descriptor that is none is passed over.
        for pipe in pipes { close(pipe.writing) }
        // (It comes once no process that another test starts holds it any more.)
        #expect(
            eventually {
                waitReadable([-1] + reading, upTo: .seconds(20)) == [false, true, true, true]
            }
        )
        #expect(waitReadable([], upTo: .zero) == [])
    }

    @Test(arguments: [Duration.microseconds(100), .milliseconds(30), .nanoseconds(1)])
    func `lasts no less than it is told`(duration: Duration) throws {
        let pipe = try Pipe()
        defer {
            close(pipe.reading)
            close(pipe.writing)
        }
        var began = ContinuousClock.now
        #expect(waitReadable([pipe.reading], upTo: duration) == [false])
        #expect(ContinuousClock.now - began >= duration)
        began = .now
        pause(for: duration)
        #expect(ContinuousClock.now - began >= duration)
    }

    @Test func `for less than nothing is over at once`() throws {
        let pipe = try Pipe()
        defer {
            close(pipe.reading)
            close(pipe.writing)
        }
        // -1 would be for ever, to the system.
        #expect(waitReadable([pipe.reading], upTo: .seconds(-1)) == [false])
        pause(for: .seconds(-1))
    }

    @Test func `goes on with pipes that are closed on exec`() throws {
        let pipe = try Pipe()
        #expect(fcntl(pipe.reading, F_GETFD) == FD_CLOEXEC)
        #expect(fcntl(pipe.writing, F_GETFD) == FD_CLOEXEC)
        #expect(write(pipe.writing, "x", 1) == 1)
        close(pipe.writing)
        #expect(readAll(pipe.reading) == "x")
        close(pipe.reading)
    }

    @Test func `ends in a failure when there are too many pipes`() async {
        await #expect(processExitsWith: .success) {
            var limit = rlimit(rlim_cur: 64, rlim_max: 64)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            var pipes: [Pipe] = []
            let failure = #expect(throws: ProcessFailure.self) {
                for _ in 0..<64 { pipes.append(try Pipe()) }
            }
            // Whatever watches this process to its end needs descriptors as well.
            for pipe in pipes {
                close(pipe.reading)
                close(pipe.writing)
            }
            #expect(failure == .refused(call: "pipe2", reason: "Too many open files"))
        }
    }
}

@Suite struct `An interruption` {
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `is something to wait for, and the first one counts`(number: Int32) async {
        await #expect(processExitsWith: .signal(number)) { [number = number as Int32] in
            try Interruption.install()
            try Interruption.install()
            #expect(Interruption.signal == nil)
            #expect(waitReadable([Interruption.descriptor], upTo: .zero) == [false])
            #expect(fcntl(Interruption.descriptor, F_GETFD) == FD_CLOEXEC)
            interrupt(number)
            #expect(waitReadable([Interruption.descriptor], upTo: .zero) == [true])
            #expect(Interruption.signal == number)
            Interruption.dieOf(number)
        }
    }

    @Test func `ends the process on the spot when it comes twice`() async {
        await #expect(processExitsWith: .exitCode(128 + SIGTERM)) {
            try Interruption.install()
            interrupt(SIGINT)
            interrupt(SIGTERM)
        }
    }

    @Test func `ends a process that does not come to it`() async {
        await #expect(processExitsWith: .exitCode(128 + SIGINT)) {
            try Interruption.install()
            interrupt(SIGINT)
            _ = waitReadable([], upTo: .seconds(600))
            _ = waitReadable([], upTo: .seconds(600))
        }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    func `ends the process as ever once the signals are given back`(number: Int32) async {
        await #expect(processExitsWith: .signal(number)) { [number] in
            try Interruption.install()
            Interruption.uninstall()
            interrupt(number)
        }
    }

    @Test func `that came before the signals were given back is not lost`() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            try Interruption.install()
            interrupt(SIGTERM)
            Interruption.uninstall()
        }
    }

    @Test func `that we were started to ignore stays ignored`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGHUP, SIG_IGN)
            try Interruption.install()
            interrupt(SIGHUP)
            #expect(Interruption.signal == nil)
            interrupt(SIGTERM)
            #expect(Interruption.signal == SIGTERM)
        }
    }
}

/// Signals this very thread, which takes it before it goes on. (`raise` alone would not do: the
/// threads that run tests block signals.)
private func interrupt(_ number: Int32) {
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_UNBLOCK, &all, nil)
    raise(number)
}
