import CLinux
import Glibc
import Synchronization

/// SIGINT and its like as something to wait for, instead of something that happens to us.
///
/// The handler writes one byte to a pipe; the event loop does the rest. If the loop does not come to
/// it within `Limit.secondsMax`, or a second signal comes, the process ends on the spot: what guards
/// its children (`RunDirectory`) then does what is left to do.
public enum Interruption {
    /// Bounds on waiting.
    public enum Limit {
        /// How long a process may take to end after a signal.
        public static let secondsMax: UInt32 = 5
    }

    /// Readable once a signal has come; valid after `install()`.
    public static var descriptor: Int32 { Int32(readingEnd.load(ordering: .acquiring)) }
    /// The signal that came first, if any.
    public static var signal: Int32? {
        let received = first.load(ordering: .acquiring)
        return received == 0 ? nil : Int32(received)
    }

    /// Takes over SIGINT, SIGTERM, SIGHUP and SIGQUIT.
    ///
    /// One that we were started to ignore (by `nohup`, or in the background of a script) stays so.
    ///
    /// - Throws: `ProcessFailure` when no pipe can be made.
    public static func install() throws(ProcessFailure) {
        guard readingEnd.load(ordering: .acquiring) < 0 else { return }
        let pipe = try Pipe()
        // Nobody empties the pipe: the handler must not wait for that once it is full.
        _ = fcntl(pipe.writing, F_SETFL, O_NONBLOCK)
        writingEnd.store(Int(pipe.writing), ordering: .releasing)
        readingEnd.store(Int(pipe.reading), ordering: .releasing)
        Glibc.signal(SIGALRM, giveUp)
        for number in signals where isIgnored(Glibc.signal(number, handle)) {
            Glibc.signal(number, SIG_IGN)
        }
    }

    /// Gives the signals back: from now on they end the process as they always do.
    public static func uninstall() {
        if let signal { dieOf(signal) }
        for number in signals where isIgnored(Glibc.signal(number, SIG_DFL)) {
            Glibc.signal(number, SIG_IGN)
        }
    }

    /// Ends the process as a shell expects of one that the signal ended.
    public static func dieOf(_ number: Int32) -> Never {
        Glibc.signal(number, SIG_DFL)
        var own = sigset_t()
        sigemptyset(&own)
        sigaddset(&own, number)
        pthread_sigmask(SIG_UNBLOCK, &own, nil)
        raise(number)
        exit(128 + number)
    }
}

private let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

private func isIgnored(_ before: sighandler_t?) -> Bool {
    unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}

private func giveUp(_ number: Int32) { _exit(128 + Int32(first.load(ordering: .acquiring))) }

private let readingEnd = Atomic<Int>(-1)
private let writingEnd = Atomic<Int>(-1)
private let first = Atomic<Int>(0)

private func handle(_ number: Int32) {
    let before = errno
    let isFirst = first.compareExchange(
        expected: 0,
        desired: Int(number),
        ordering: .acquiringAndReleasing
    ).exchanged
    guard isFirst else { _exit(128 + number) }
    alarm(Interruption.Limit.secondsMax)
    var byte: UInt8 = 1
    _ = write(Int32(writingEnd.load(ordering: .acquiring)), &byte, 1)
    errno = before
}

/// Ends this process when its parent does, also when the parent is killed by SIGKILL.
///
/// - Parameter parent: The process that started us: if it is gone already, we leave at once.
///   The signal follows the parent's *thread* that started us, which must live as long as it does.
public func dieWithParent(_ parent: Int32) {
    _ = linux_die_with_parent(SIGKILL)
    if getppid() != parent { exit(0) }
}
