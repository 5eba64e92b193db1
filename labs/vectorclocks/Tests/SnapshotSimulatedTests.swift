import Nodes
import Simulation
import Testing

@testable import vectorclocks

/// The system in the simulated world: whoever dies, what is counted in the end is what was read, once.
@Suite struct SnapshotSimulatedTests {
    private static func job(
        _ variant: SnapshotVariant = .right,
        _ change: (inout SnapshotOptions) -> Void = { _ in }
    ) throws -> SnapshotJob {
        try SnapshotJob {
            $0.tweets = 8
            $0.interval = .milliseconds(3)
            $0.snapshotCountMax = 5
            $0.variant = variant
            change(&$0)
        }
    }

    private func expectExact(
        _ result: CampaignResult,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let found = result.first.map { "seed \($0.seed), \($0.plan): \($0.failure)" } ?? ""
        #expect(result.failed == 0, "\(found)", sourceLocation: location)
        #expect(result.passed * 2 > result.runs, sourceLocation: location)
        #expect(result.neverReached.isEmpty, sourceLocation: location)
    }

    @Test func `two deaths, wherever they fall, leave the counts exact`() throws {
        expectExact(try Self.job().campaign("random kills=2 partitions=0", seeds: 1...10_000))
    }

    @Test(arguments: [2, 4, 7], [true, false])
    func `so it is for other numbers of processes, with and without FIFO`(
        processes: Int,
        fifo: Bool
    ) throws {
        let job = try Self.job {
            $0.processes = processes
            $0.isFIFO = fifo
        }
        expectExact(try job.campaign("random kills=3 stops=1 partitions=0", seeds: 1...60))
    }

    @Test func `so it is over a network that loses and doubles a third, and is parted for a while`()
        throws
    {
        expectExact(
            try Self.job().campaign(
                "random kills=2 partitions=1 lose=30% duplicate=30%",
                seeds: 1...150
            )
        )
    }

    @Test func `barriers recover as well`() throws {
        let job = try Self.job {
            $0.algorithm = .barrier
            $0.isFIFO = true
            $0.processes = 4
        }
        expectExact(try job.campaign("random kills=2 partitions=0", seeds: 1...150))
    }

    @Test(arguments: [
        "kill Mapper_0,Reducer_0,Reducer_1 at 50%", "kill Reducer_* after 3 saves",
        "kill Mapper_0 at 100%; kill Reducer_1 at 100%",
        "kill Reducer_0 after 1 save; kill Reducer_0 after 2 saves; kill Reducer_0 after 3 saves",
        "kill Mapper_0 at 30% restart after 0s",
    ])
    func `deaths of all, of one again and again, and at the end`(faults: String) throws {
        let job = try Self.job { $0.tweets = 40 }
        let result = try job.campaign(faults, seeds: 1...30)
        #expect(result.failed == 0 && result.passed == 30, "\(String(describing: result.first))")
    }

    @Test func `parts that cannot be read lead to an older snapshot`() throws {
        let job = try Self.job { $0.tweets = 40 }
        let faults = "corrupt Reducer_0 after 2 saves; kill Mapper_0 after 2 saves"
        let result = try job.campaign(faults, seeds: 1...50)
        #expect(result.failed == 0, "\(String(describing: result.first))")
    }

    @Test func `after a snapshot that counts twice, a recovery counts twice`() throws {
        let job = try Self.job {
            $0.algorithm = .timeAndDeficit
            $0.tweets = 20
            $0.interval = .milliseconds(12)
            $0.snapshotCountMax = 1
        }
        // The reducers' clocks are behind by what the other faults are ahead.
        let result = try job.campaign("skew Mapper_0 by 8ms", seeds: 1...50)
        #expect(result.first?.failure.subject == SnapshotJob.exact)
    }

    @Test(arguments: [
        (SnapshotVariant.checkpointAfterMessage, SnapshotJob.exact),
        (.inFlightNotRecorded, SnapshotJob.exact), (.deficitIgnored, SnapshotJob.exact),
        (.inFlightNotReplayed, SnapshotJob.exact), (.quietNotTold, SnapshotJob.ended),
        (.staleTaken, SnapshotJob.exact),
    ])
    func `each mistake shows`(variant: SnapshotVariant, property: String) throws {
        let job = try Self.job(variant) {
            $0.tweets = 20
            // Whom no message tells any more is told by nobody.
            $0.interval = .milliseconds(variant == .quietNotTold ? 40 : 6)
        }
        let result = try job.campaign("random kills=2 partitions=0", seeds: 1...300)
        let first = try #require(result.first, "no run of 300 was wrong")
        #expect(first.failure.subject == property)
    }
}
