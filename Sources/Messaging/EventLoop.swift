import CLinux
import Glibc

/// One thread's waiting: for descriptors that become ready, and for times that come.
///
/// A loop and all that is made on it belong to one thread. Handlers and alarms run inside `turn`, one
/// at a time. They may do anything to the loop but take a turn of it.
///
/// A loop keeps what its alarms hold until they run or are cancelled, and so do a connection that is
/// being made and a stream that is finishing: end those before letting go of a loop.
public final class EventLoop {
    /// Bounds on one turn.
    public enum Limit {
        /// Ready descriptors that one turn sees; the rest is seen by the next, those served last.
        public static let readyPerTurnMax = 256
        /// What is read at once from any stream of this loop.
        public static let readBytesMax = 256 << 10
    }

    /// What somebody waits for, or what has come.
    public struct Interest: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8
        /// Makes a set of these bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Bytes, connections or the end can be read.
        public static let reading = Interest(rawValue: 1)
        /// There is room to write.
        public static let writing = Interest(rawValue: 2)
    }

    /// Names a scheduled action of one loop.
    public struct Alarm: Hashable, Sendable {
        let slot: Int
        let sequence: UInt64
    }

    private struct Watch {
        /// Tells this watch from an earlier one of the same number, whose event may still come.
        let generation: UInt32
        var interest: Interest
        let handler: (Interest) -> Void
    }

    private let epoll: Int32
    /// By descriptor.
    private var watches: [Watch?] = []
    private var generationLast: UInt32 = 0
    private var alarms = AlarmQueue()
    private var due: [Alarm] = []
    private var isTurning = false
    private let events: UnsafeMutableBufferPointer<epoll_event>
    /// Whether the kernel knows waits in nanoseconds (Linux 5.11).
    private var waitsInNanoseconds = true

    /// What streams read into: one at a time, and only within a turn.
    let readBuffer: UnsafeMutableRawBufferPointer
    /// What datagrams are read into; made when the first comes.
    lazy var datagramInbox = DatagramBatch.inbox()

    /// A loop that watches nothing yet.
    ///
    /// - Throws: `MessagingFailure.tooManyOpenFiles`.
    public init() throws(MessagingFailure) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        events = .allocate(capacity: Limit.readyPerTurnMax)
        readBuffer = .allocate(byteCount: Limit.readBytesMax, alignment: 64)
        guard epoll >= 0 else { throw .refusal(of: "epoll_create1") }
    }

    deinit {
        if epoll >= 0 { close(epoll) }
        events.deallocate()
        readBuffer.deallocate()
    }

    // MARK: Descriptors

    /// Has `handler` run whenever the descriptor is ready.
    ///
    /// It runs on hang-up and on errors too; then `reading` is set. A descriptor watched for nothing
    /// is left alone. The caller keeps owning it, and unwatches before closing it.
    ///
    /// - Precondition: Nobody watches this descriptor.
    /// - Throws: `MessagingFailure` if the system cannot watch it, as with files.
    public func watch(
        _ descriptor: Int32,
        for interest: Interest,
        _ handler: @escaping (Interest) -> Void
    ) throws(MessagingFailure) {
        precondition(self.watch(of: descriptor) == nil, "two watches of descriptor \(descriptor)")
        generationLast &+= 1
        let watch = Watch(generation: generationLast, interest: interest, handler: handler)
        guard fcntl(descriptor, F_GETFD) >= 0 else { throw .refusal(of: "watching") }
        if !interest.isEmpty, !control(EPOLL_CTL_ADD, descriptor, watch) {
            throw .refusal(of: "watching")
        }
        while watches.count <= Int(descriptor) { watches.append(nil) }
        watches[Int(descriptor)] = watch
    }

    /// Changes what a watched descriptor is watched for; an unwatched one stays so.
    public func change(_ descriptor: Int32, to interest: Interest) {
        guard var watch = watch(of: descriptor), watch.interest != interest else { return }
        // A hang-up is reported to everybody who is registered, asked for or not, again and again.
        // Who waits for nothing is therefore not registered.
        let action =
            watch.interest.isEmpty
            ? EPOLL_CTL_ADD : interest.isEmpty ? EPOLL_CTL_DEL : EPOLL_CTL_MOD
        watch.interest = interest
        watches[Int(descriptor)] = watch
        let isDone = control(action, descriptor, watch)
        // Only a lack of kernel memory is left as a reason.
        precondition(isDone, "epoll_ctl \(descriptor): \(MessagingFailure.reason(errno))")
    }

    /// Stops watching; the handler does not run again, not even for what this turn has already seen.
    public func unwatch(_ descriptor: Int32) {
        guard let watch = watch(of: descriptor) else { return }
        watches[Int(descriptor)] = nil
        if !watch.interest.isEmpty { _ = control(EPOLL_CTL_DEL, descriptor, watch) }
    }

    private func watch(of descriptor: Int32) -> Watch? {
        watches.indices.contains(Int(descriptor)) ? watches[Int(descriptor)] : nil
    }

    private func control(_ action: Int32, _ descriptor: Int32, _ watch: Watch) -> Bool {
        var event = epoll_event()
        if watch.interest.contains(.reading) { event.events |= EPOLLIN.rawValue }
        if watch.interest.contains(.writing) { event.events |= EPOLLOUT.rawValue }
        event.data.u64 = UInt64(watch.generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
        return epoll_ctl(epoll, action, descriptor, &event) == 0
    }

    // MARK: Alarms

    /// The clock of alarms: nanoseconds that never go back, from a beginning that means nothing.
    public static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    /// Has `action` run once `now` has come to `nanoseconds`, never before.
    ///
    /// Actions of one time run in the order in which they were asked for. One that is asked for by
    /// an action and is due at once runs in the next turn.
    @discardableResult public func at(
        _ nanoseconds: Int,
        _ action: @escaping () -> Void
    ) -> Alarm {
        alarms.add(at: nanoseconds, action)
    }

    /// Has `action` run after `delay`, never before.
    @discardableResult public func after(
        _ delay: Duration,
        _ action: @escaping () -> Void
    ) -> Alarm {
        at(deadline(after: delay), action)
    }

    /// Takes back what was asked for; what has run or was taken back already stays so.
    public func cancel(_ alarm: Alarm) {
        // Let go of outside the queue: what the action holds may call back when it ends.
        let action = alarms.cancel(alarm)
        withExtendedLifetime(action) {}
    }

    /// How many alarms wait, and how much room they take: for tests.
    var alarmEntries: (waiting: Int, capacity: Int) { (alarms.count, alarms.entryCapacity) }

    private func deadline(after delay: Duration) -> Int {
        let (sum, isOver) = EventLoop.now.addingReportingOverflow(delay.nanosecondsRoundedUp)
        return isOver ? .max : sum
    }

    // MARK: Turns

    /// Waits for something to happen, runs its handlers, then the alarms that are due.
    ///
    /// What had come when an alarm was due goes before it, as far as one look at all descriptors finds it:
    /// whoever was late himself does not take that for the silence of others.
    ///
    /// - Parameter limit: How long to wait at most: nil is for ever, zero only looks.
    /// - Returns: Whether anything was run.
    /// - Throws: `MessagingFailure.refused` if the system cannot wait, which is a bug.
    @discardableResult public func turn(upTo limit: Duration?) throws(MessagingFailure) -> Bool {
        precondition(!isTurning, "a turn inside a turn")
        isTurning = true
        defer { isTurning = false }
        let end = limit.map { $0 <= .zero ? Int.min : deadline(after: $0) } ?? .max
        while true {
            let until = min(end, alarms.first() ?? .max)
            var hasRun = try serve(until: until)
            // Read before the last look, so that what is due now is not due before what that finds: handlers
            // take their time, and the system may let others go first at any point.
            let now = EventLoop.now
            if let first = alarms.first(), first <= now {
                if try serve(until: .min) { hasRun = true }
                if runDue(at: now) { hasRun = true }
            }
            // A wait may end early, by a signal for one; then it is taken up again.
            if hasRun || end == .min || (end != .max && EventLoop.now >= end) { return hasRun }
        }
    }

    /// Waits until descriptors are ready, at most until then, and runs their handlers.
    private func serve(until end: Int) throws(MessagingFailure) -> Bool {
        let count = try wait(until: end)
        var hasRun = false
        for index in 0..<count where dispatch(events[index]) { hasRun = true }
        return hasRun
    }

    private func dispatch(_ event: epoll_event) -> Bool {
        let descriptor = Int32(truncatingIfNeeded: event.data.u64)
        // Unwatched, or changed, by a handler before this one.
        guard let watch = watch(of: descriptor),
            watch.generation == UInt32(event.data.u64 >> 32), !watch.interest.isEmpty
        else { return false }
        var ready: Interest = []
        if event.events & EPOLLIN.rawValue != 0 { ready.insert(.reading) }
        if event.events & EPOLLOUT.rawValue != 0 { ready.insert(.writing) }
        ready.formIntersection(watch.interest)
        if event.events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 {
            ready.formUnion(watch.interest.union(.reading))
        }
        guard !ready.isEmpty else { return false }
        watch.handler(ready)
        return true
    }

    private func runDue(at now: Int) -> Bool {
        // All of them are taken out before one is run: what an action asks for waits its turn.
        alarms.moveDue(at: now, to: &due)
        var hasRun = false
        for index in due.indices {
            guard let action = alarms.take(due[index]) else { continue }
            hasRun = true
            action()
        }
        due.removeAll(keepingCapacity: true)
        return hasRun
    }

    private func wait(until end: Int) throws(MessagingFailure) -> Int {
        var count: Int32
        if end == .max {
            count = epoll_wait(epoll, events.baseAddress, Int32(events.count), -1)
        } else {
            let left = end == .min ? 0 : max(0, end - EventLoop.now)
            count = wait(nanoseconds: left)
        }
        if count < 0 {
            guard errno == EINTR else { throw .refusal(of: "epoll_wait") }
            count = 0
        }
        return Int(count)
    }

    private func wait(nanoseconds: Int) -> Int32 {
        if waitsInNanoseconds, nanoseconds > 0 {
            let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
            var time = timespec(tv_sec: seconds, tv_nsec: rest)
            let count = linux_epoll_pwait2(epoll, events.baseAddress, Int32(events.count), &time)
            guard count < 0, errno == ENOSYS || errno == EPERM else { return count }
            waitsInNanoseconds = false
        }
        // Rounded up: a wait of 0.4 ms must not become a spin.
        let milliseconds = Int32(
            clamping: nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 > 0 ? 1 : 0)
        )
        return epoll_wait(epoll, events.baseAddress, Int32(events.count), milliseconds)
    }
}

extension Duration {
    /// In whole nanoseconds, clamped to what 64 bits hold.
    var nanosecondsRoundedUp: Int {
        let (seconds, attoseconds) = components
        let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let (product, isOver) = Int(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isOverToo) = product.addingReportingOverflow(Int(whole) + (rest > 0 ? 1 : 0))
        return isOver || isOverToo ? (seconds < 0 ? .min : .max) : sum
    }
}
