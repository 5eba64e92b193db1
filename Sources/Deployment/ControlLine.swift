import Glibc
import Processes
import Threads

/// The end of a control channel that the process of a node holds.
///
/// Any thread may write; orders are read by the loop's.
///
/// Writing waits for the supervisor, who always reads; when the supervisor is gone, so is the reason to
/// live, and the process ends on the spot.
final class ControlLine: @unchecked Sendable {
    let descriptor: Int32
    private let codec = ControlCodec()
    private let lock = Lock()
    private var unsent: [UInt8] = []
    private var received: [UInt8] = []
    /// Orders that came while a failpoint held us.
    private var early: [Order] = []
    /// Whether orders are here that nobody has taken: then the descriptor need not become readable.
    var hasEarlyOrders: Bool { !early.isEmpty }

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// Notes a record, to go with the next flush.
    func append(_ record: Record) {
        do {
            try lock.withLock { try codec.append(record, to: &unsent) }
        } catch {
            // A text of 64 MiB, say. Nothing else is wrong with a record.
            end(ofA: "record that \(error)")
        }
    }

    /// Hands everything to the kernel: from then on it reaches the supervisor, even if we are killed.
    func flush() { lock.withLock { flushAll() } }

    private func flushAll() {
        var sent = 0
        while sent < unsent.count {
            let count = unsent.withUnsafeBytes {
                send(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent, sendFlags)
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&polled, 1, -1)
            } else if errno != EINTR {
                _exit(EX_UNAVAILABLE)
            }
        }
        unsent.removeAll(keepingCapacity: true)
    }

    /// The orders that have come; waits for the first if there is none and `waits` says so.
    func orders(waits: Bool) -> [Order] {
        let kept = early
        early = []
        return kept + newOrders(waits: waits && kept.isEmpty)
    }

    private func newOrders(waits: Bool) -> [Order] {
        var orders = takeOrders()
        while true {
            var room = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(descriptor, &room, room.count)
            if count > 0 {
                received += room[..<count]
                orders += takeOrders()
            } else if count < 0, errno == EAGAIN {
                guard waits, orders.isEmpty else { return orders }
                _ = waitReadable([descriptor], upTo: .seconds(3600))
            } else if count == 0 || errno != EINTR {
                _exit(EX_UNAVAILABLE)
            }
        }
    }

    /// Waits until a failpoint is let go; whatever else comes meanwhile is taken later.
    ///
    /// - Parameters:
    ///   - failpoint: Which.
    ///   - releaseOther: Lets another thread go, which is held as well.
    func waitForRelease(of failpoint: String, releaseOther: (String) -> Void) {
        while true {
            var isReleased = false
            early.removeAll { order in
                guard case .release(let other) = order else { return false }
                if other == failpoint { isReleased = true } else { releaseOther(other) }
                return true
            }
            if isReleased { return }
            early += newOrders(waits: true)
        }
    }

    private func takeOrders() -> [Order] {
        var orders: [Order] = []
        var taken = 0
        do {
            try received.withUnsafeBytes { bytes in
                let all = bytes
                while let (order, count) = try codec.first(
                    Order.self,
                    in: UnsafeRawBufferPointer(rebasing: all[taken...])
                ) {
                    orders.append(order)
                    taken += count
                }
            }
        } catch {
            end(ofA: "n order that \(error)")
        }
        received.removeFirst(taken)
        return orders
    }

    private func end(ofA what: String) -> Never {
        let line = Array("lightcone: the control channel brought a\(what)\n".utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        _exit(EX_PROTOCOL)
    }
}

private let sendFlags = Int32(MSG_NOSIGNAL)
