import CLinux
import Glibc

/// Waits until one of `descriptors` can be read (or has come to its end), at most `limit`.
///
/// - Returns: For each descriptor whether it is ready; all false after the limit or a signal.
public func waitReadable(_ descriptors: [Int32], upTo limit: Duration) -> [Bool] {
    var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // Rounded up: a wait of 0.4 ms must not become a spin.
    let milliseconds = max(.zero, min(limit, .seconds(3600))).millisecondsRoundedUp
    guard Glibc.poll(&polled, nfds_t(polled.count), milliseconds) > 0 else {
        return descriptors.map { _ in false }
    }
    return polled.map { $0.revents != 0 }
}

/// Does nothing for `duration`: for back-off between attempts, never in place of a condition.
public func pause(for duration: Duration) {
    _ = Glibc.poll(nil, 0, max(.zero, min(duration, .seconds(3600))).millisecondsRoundedUp)
}

extension Duration {
    fileprivate var millisecondsRoundedUp: Int32 {
        let (seconds, attoseconds) = components
        let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000_000)
        return Int32(clamping: seconds * 1000 + whole + (rest > 0 ? 1 : 0))
    }
}

/// Two connected ends; both are closed on `exec`.
public struct Pipe {
    /// Where to read.
    public let reading: Int32
    /// Where to write.
    public let writing: Int32

    /// Makes a pipe.
    ///
    /// - Throws: `ProcessFailure.refused` when the process has too many open files.
    public init() throws(ProcessFailure) {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw .refusal(of: "pipe2") }
        (reading, writing) = (ends[0], ends[1])
    }
}
