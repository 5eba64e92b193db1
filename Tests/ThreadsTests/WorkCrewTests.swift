import Foundation
import Testing
import Threads

@Suite struct WorkCrewTests {
    @Test(arguments: [1, 2, 3, 8]) func `each member does each job once`(size: Int) {
        let crew = WorkCrew(size: size)
        let seen = Guarded([Int](repeating: 0, count: size))
        for round in 1...200 {
            crew.run { member in seen.withLock { $0[member] += 1 } }
            #expect(seen.withLock { $0 } == [Int](repeating: round, count: size))
        }
        crew.end()
    }

    /// Each waits for the other: only threads that run side by side come through.
    @Test func `the members work at one time`() {
        let arrived = Guarded(0)
        WorkCrew.perform(size: 3) { _ in
            arrived.withLock { $0 += 1 }
            while arrived.withLock({ $0 }) < 3 { Thread.sleep(forTimeInterval: 0.0001) }
        }
        #expect(arrived.withLock { $0 } == 3)
    }

    /// Each thread holds on to its crew as long as it lives.
    @Test func `a crew that has ended has no threads left`() {
        final class Guest: Sendable {}
        for _ in 0..<200 {
            weak var crew: WorkCrew?
            weak var guest: Guest?
            do {
                let host = WorkCrew(size: 5)
                let visitor = Guest()
                crew = host
                guest = visitor
                host.run { _ in _ = visitor }
                host.end()
            }
            #expect(crew == nil)
            #expect(guest == nil)
        }
    }
}
