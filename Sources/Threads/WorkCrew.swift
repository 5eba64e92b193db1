import Glibc

/// Threads that do one job after the other together, and end with their owner's call of `end`.
///
/// Dispatch's `concurrentPerform` is not it: on a loaded machine it lets one thread do everything.
public final class WorkCrew: @unchecked Sendable {
    private let lock = Lock()
    private var job: (@Sendable (Int) -> Void)?
    private var round = 0
    private var working = 0
    private var isEnding = false
    private var threads: [pthread_t] = []

    /// A crew of so many, of which the caller is one.
    ///
    /// If the system refuses a thread, the others do its part: the crew is smaller, down to the caller.
    public init(size: Int) {
        precondition(size > 0, "a crew of \(size)")
        for index in 1..<size {
            guard let thread = start(index) else { break }
            threads.append(thread)
        }
    }

    /// How many there are, the caller counted.
    public var count: Int { threads.count + 1 }

    /// What a thread is given: its crew and its number.
    private final class Member {
        let crew: WorkCrew
        let index: Int

        init(crew: WorkCrew, index: Int) {
            self.crew = crew
            self.index = index
        }
    }

    private func start(_ index: Int) -> pthread_t? {
        let member = Unmanaged.passRetained(Member(crew: self, index: index))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        // As much as the main thread has: handlers and their encoding run there.
        pthread_attr_setstacksize(&attributes, 8 << 20)
        defer { pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument else { return nil }
                let member = Unmanaged<Member>.fromOpaque(argument).takeRetainedValue()
                member.crew.serve(member.index)
                return nil
            },
            member.toOpaque()
        )
        if status == 0 { return thread }
        member.release()
        return nil
    }

    private func serve(_ index: Int) {
        var seen = 0
        while let job = next(after: &seen) {
            job(index)
            lock.withLock {
                working -= 1
                lock.signalAll()
            }
        }
    }

    /// The next job; nil when the crew ends.
    private func next(after seen: inout Int) -> (@Sendable (Int) -> Void)? {
        lock.withLock {
            while round == seen, !isEnding { lock.wait() }
            seen = round
            return isEnding ? nil : job
        }
    }

    /// Lets everybody do the job, and comes back when all are done.
    ///
    /// - Parameter job: Gets the number of the member, from 0, which is the caller.
    public func run(_ job: @escaping @Sendable (Int) -> Void) {
        lock.withLock {
            self.job = job
            working = threads.count
            round += 1
            lock.signalAll()
        }
        job(0)
        lock.withLock {
            while working > 0 { lock.wait() }
            self.job = nil
        }
    }

    /// Lets the threads go; comes back when they have left.
    public func end() {
        lock.withLock {
            isEnding = true
            lock.signalAll()
        }
        for thread in threads { pthread_join(thread, nil) }
        threads = []
    }

    /// Lets a crew of so many do one job, and go.
    ///
    /// - Parameters:
    ///   - size: How many, of whom the caller is one.
    ///   - job: Gets the number of the member, from 0, which is the caller.
    public static func perform(size: Int, _ job: @escaping @Sendable (Int) -> Void) {
        let crew = WorkCrew(size: size)
        crew.run(job)
        crew.end()
    }
}
