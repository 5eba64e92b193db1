import Exploration
import Testing

@testable import vectorclocks

/// The system in the explored world: three processes and three messages, as in the course's picture.
@Suite struct SnapshotExploredTests {
    private static func job(
        _ variant: SnapshotVariant = .right,
        _ change: (inout SnapshotOptions) -> Void = { _ in }
    ) throws -> SnapshotJob {
        try SnapshotJob {
            // "ab" and "aa": a to P, b to Q, and a twice to P.
            $0.tweets = 2
            $0.variant = variant
            change(&$0)
        }
    }

    private func expectHolds(
        _ result: ExplorationResult<Role>,
        states: Int,
        _ location: SourceLocation = #_sourceLocation
    ) {
        guard case .holds = result.verdict else {
            Issue.record("\(result.verdict)", sourceLocation: location)
            return
        }
        #expect(result.states == states, sourceLocation: location)
    }

    @Test func `a snapshot of three processes is exact in every order, and handlers are pure`()
        throws
    {
        expectHolds(try Self.job().explore { $0.checksPurity = true }, states: 4306)
    }

    @Test func `one death between any two effects leaves the counts exact`() throws {
        expectHolds(try Self.job().explore(crashes: 1), states: 993_857)
    }

    @Test func `two snapshots, one after the other, are exact in every order`() throws {
        expectHolds(try Self.job { $0.snapshotCountMax = 2 }.explore(), states: 13_440)
    }

    @Test func `so is one over streams, and one by barriers`() throws {
        expectHolds(try Self.job { $0.isFIFO = true }.explore(), states: 2850)
        let barriers = try Self.job {
            $0.isFIFO = true
            $0.algorithm = .barrier
            $0.mappers = 2
            $0.tweets = 1
        }
        expectHolds(try barriers.explore(), states: 2873)
    }

    @Test(arguments: [Algorithm.time, .timeAndDeficit])
    func `a time decided beforehand fails, for timers may fire whenever they like`(
        algorithm: Algorithm
    ) throws {
        let result = try Self.job { $0.algorithm = algorithm }.explore()
        let violation = try #require(result.violation)
        #expect(violation.kind == .property(SnapshotJob.exact, isAboutTheEnd: false))
    }

    private struct Showing {
        let variant: SnapshotVariant
        let crashes: Int
        let property: String
        let isAboutTheEnd: Bool
    }

    private static let showings = [
        Showing(
            variant: .checkpointAfterMessage,
            crashes: 0,
            property: SnapshotJob.exact,
            isAboutTheEnd: false
        ),
        Showing(
            variant: .inFlightNotRecorded,
            crashes: 0,
            property: SnapshotJob.exact,
            isAboutTheEnd: false
        ),
        Showing(
            variant: .deficitIgnored,
            crashes: 0,
            property: SnapshotJob.exact,
            isAboutTheEnd: false
        ),
        Showing(
            variant: .inFlightNotReplayed,
            crashes: 1,
            property: SnapshotJob.counted,
            isAboutTheEnd: true
        ),
        Showing(
            variant: .quietNotTold,
            crashes: 0,
            property: SnapshotJob.ended,
            isAboutTheEnd: true
        ),
        Showing(
            variant: .staleTaken,
            crashes: 1,
            property: SnapshotJob.exact,
            isAboutTheEnd: false
        ),
    ]

    @Test(arguments: SnapshotVariant.allCases.filter { $0 != .right })
    func `each mistake shows, in a trace that fits on a screen`(variant: SnapshotVariant) throws {
        let showing = try #require(Self.showings.first { $0.variant == variant })
        let job = try Self.job(variant) { $0.tweets = showing.crashes > 0 ? 1 : 2 }
        let result = try job.explore(crashes: showing.crashes)
        let violation = try #require(result.violation)
        #expect(
            violation.kind == .property(showing.property, isAboutTheEnd: showing.isAboutTheEnd)
        )
        #expect(violation.events.count <= 60)
    }
}
