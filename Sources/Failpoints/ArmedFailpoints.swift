import Glibc
import Threads

/// Counts the passes of places where something was asked for, and carries it out.
@usableFromInline
final class ArmedFailpoints: Sendable {
    private struct Place: Sendable {
        let passes = Guarded(0)
        /// By the pass at which they happen.
        var requests: [Int: FailpointRequest] = [:]
    }

    /// Does not change: places of which nobody wants anything need no lock.
    private let places: [String: Place]
    private let announce: Failpoints.Message
    private let waitForRelease: Failpoints.Message

    init(
        _ requests: [FailpointRequest],
        announce: @escaping Failpoints.Message,
        waitForRelease: @escaping Failpoints.Message
    ) {
        var places: [String: Place] = [:]
        for request in requests {
            let other = places[request.name, default: Place()].requests
                .updateValue(request, forKey: request.pass)
            precondition(other == nil, "\(request) and \(other?.description ?? "") at one pass")
        }
        self.places = places
        self.announce = announce
        self.waitForRelease = waitForRelease
    }

    @usableFromInline
    func pass(_ name: String) throws(FailpointError) {
        guard let place = places[name] else { return }
        let pass = place.passes.withLock { passes in
            passes += 1
            return passes
        }
        // Outside the lock: other threads go past while this one holds or sleeps.
        guard let request = place.requests[pass] else { return }
        announce(request)
        switch request.action {
        case .exit(let status): _exit(Int32(status))
        case .kill:
            kill(getpid(), SIGKILL)
            // The signal is on its way to all threads.
            stall()
        case .stall: stall()
        case .sleep(let nanoseconds): sleep(nanoseconds)
        case .error: throw FailpointError(name: name)
        case .hold: waitForRelease(request)
        }
    }

    private func stall() -> Never {
        // Comes back only when a signal was handled.
        while true { poll(nil, 0, -1) }
    }

    private func sleep(_ nanoseconds: Int) {
        let (seconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        var left = timespec(tv_sec: seconds, tv_nsec: fraction)
        // A signal that was handled does not make it shorter.
        var rest = timespec()
        while nanosleep(&left, &rest) != 0, errno == EINTR { left = rest }
    }
}
