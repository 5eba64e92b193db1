import Glibc
import Threads

/// The thread that saves beside a node's work, one save at a time; made with the first, it ends with the
/// process.
///
/// A save is made ready here, and takes place only once the loop has said so, between two handler calls:
/// its commit and the call that it brings about are one step of the node.
final class SaveWriter: @unchecked Sendable {
    /// What became of a save.
    enum Outcome: Sendable {
        case durable
        /// Nothing has changed, and why.
        case refused(String)
        /// Nobody knows what has changed.
        case broken(String)
    }

    /// What the loop is told.
    enum News: Sendable {
        /// All that takes long is done.
        case isReady
        case hasEnded(Outcome)
    }

    typealias Job = @Sendable (_ beforeCommit: () -> Void) -> Outcome

    private let lock = Lock()
    private var job: Job?
    private var mayCommit = false
    private var news: [News] = []
    private var released: Set<String> = []
    private var thread: pthread_t?
    /// Can be read when there is news; -1 before the first save.
    private(set) var descriptor: Int32 = -1
    private var wakingDescriptor: Int32 = -1

    /// Makes the thread, and what wakes the loop.
    func begin() throws(StoreFailure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw StoreFailure(doing: "making", path: "a pipe") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        var made = pthread_t()
        let this = Unmanaged.passRetained(self)
        let status = pthread_create(
            &made,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<SaveWriter>.fromOpaque(argument).takeRetainedValue().serve()
            },
            this.toOpaque()
        )
        guard status == 0 else {
            this.release()
            for end in ends { close(end) }
            throw StoreFailure(doing: "making", path: "a thread", code: status)
        }
        descriptor = ends[0]
        wakingDescriptor = ends[1]
    }

    /// Lets a save begin; the one before has ended.
    func start(_ job: @escaping Job) {
        lock.withLock {
            precondition(self.job == nil, "a save begins while another is under way")
            mayCommit = false
            self.job = job
            lock.signalAll()
        }
    }

    /// Lets the save take place that is ready.
    func commit() {
        lock.withLock {
            mayCommit = true
            lock.signalAll()
        }
    }

    /// What is new since the last time.
    func takeNews() -> [News] {
        var room: [UInt8] = Array(repeating: 0, count: 64)
        while read(descriptor, &room, room.count) > 0 {}
        return lock.withLock {
            defer { news = [] }
            return news
        }
    }

    /// Whether this is called on its thread, before its save takes place: then the node works on.
    var isBesideTheNode: Bool { isHere && lock.withLock { !mayCommit } }

    /// Whether this is called on its thread.
    var isHere: Bool {
        lock.withLock { thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
    }

    /// Waits, on its thread, until a failpoint is let go.
    func waitForRelease(of failpoint: String) {
        lock.withLock {
            while released.remove(failpoint) == nil { lock.wait() }
        }
    }

    /// Lets the thread go past a failpoint.
    func release(_ failpoint: String) {
        lock.withLock {
            released.insert(failpoint)
            lock.signalAll()
        }
    }

    private func serve() -> Never {
        lock.withLock { thread = pthread_self() }
        while true {
            tell(.hasEnded(perform()))
        }
    }

    /// Nobody keeps the job: what it holds is free when it has ended.
    private func perform() -> Outcome {
        nextJob()() {
            tell(.isReady)
            lock.withLock { while !mayCommit { lock.wait() } }
        }
    }

    private func nextJob() -> Job {
        lock.withLock {
            while true {
                if let job {
                    self.job = nil
                    return job
                }
                lock.wait()
            }
        }
    }

    private func tell(_ new: News) {
        lock.withLock { news.append(new) }
        var byte: UInt8 = 1
        // If it is full, the loop is awake.
        _ = Glibc.write(wakingDescriptor, &byte, 1)
    }
}
