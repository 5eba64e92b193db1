import Foundation

/// Threads that do one job after the other together, and end with their owner's call of `end`.
///
/// Dispatch's `concurrentPerform` is not it: on a loaded machine it lets one thread do everything.
public final class WorkCrew: @unchecked Sendable {
    private let condition = NSCondition()
    private var job: (@Sendable (Int) -> Void)?
    private var round = 0
    private var working = 0
    private var isEnding = false
    private var alive = 0
    private let size: Int

    /// A crew of so many, of which the caller is one.
    public init(size: Int) {
        precondition(size > 0, "a crew of \(size)")
        self.size = size
        alive = size - 1
        for index in 1..<size {
            let thread = Thread { self.serve(index) }
            thread.name = "crew \(index)"
            // As much as the main thread has: handlers and their encoding run there.
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    private func serve(_ index: Int) {
        var seen = 0
        while true {
            condition.lock()
            while round == seen, !isEnding { condition.wait() }
            guard !isEnding else {
                alive -= 1
                condition.broadcast()
                condition.unlock()
                return
            }
            seen = round
            let job = job
            condition.unlock()
            job?(index)
            condition.lock()
            working -= 1
            condition.broadcast()
            condition.unlock()
        }
    }

    /// Lets everybody do the job, and comes back when all are done.
    ///
    /// - Parameter job: Gets the number of the member, from 0, which is the caller.
    public func run(_ job: @escaping @Sendable (Int) -> Void) {
        condition.withLock {
            self.job = job
            working = size - 1
            round += 1
            condition.broadcast()
        }
        job(0)
        condition.withLock {
            while working > 0 { condition.wait() }
            self.job = nil
        }
    }

    /// Lets the threads go; comes back when they have left.
    public func end() {
        condition.withLock {
            isEnding = true
            condition.broadcast()
            while alive > 0 { condition.wait() }
        }
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
