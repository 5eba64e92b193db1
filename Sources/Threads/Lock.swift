import Glibc

/// A lock of the operating system, and a way to wait under it until something has changed.
///
/// Foundation has one too, but brings fifty megabytes into a program that is linked statically.
public final class Lock: @unchecked Sendable {
    // They must not move, hence the pointers.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// A lock that nobody holds.
    public init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Runs the body while nobody else holds the lock.
    public func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Lets the lock go until somebody calls `signalAll`, maybe longer or shorter; call it holding the lock.
    public func wait() { pthread_cond_wait(condition, mutex) }

    /// Wakes all that wait.
    public func signalAll() { pthread_cond_broadcast(condition) }
}
