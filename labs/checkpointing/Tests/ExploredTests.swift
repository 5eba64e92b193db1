import Exploration
import Nodes
import Testing

@testable import CheckpointingSolution

/// The pipeline in the explored world: every order of everything, for the smallest jobs.
///
/// The job that the handout speaks of (two of each, two files, a crash) has more states than a test can look
/// at; `make explore` does.
@Suite struct ExploredTests {
    private func explore(
        _ mappers: Int,
        _ reducers: Int,
        files: Int = 1,
        _ variant: Variant = .right,
        crashes: Int = 0,
        _ change: (inout ExplorationOptions) -> Void = { _ in }
    ) throws -> ExplorationResult<Role> {
        let job = try Job(mappers, reducers, files: files) {
            $0.isWithoutHeartbeats = true
            $0.isTerse = true
            $0.checkpointCountMax = 1
            $0.variant = variant
        }
        var options = ExplorationOptions(
            datagrams: .consumed(dropsMax: 0, duplicatesMax: 0),
            crashesMax: crashes,
            // The coordinator begins again whoever is lost.
            restarts: false,
            cores: 2,
            checksPurity: false
        )
        change(&options)
        return try Exploration(try job.system(), options: options).run()
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
        #expect(
            result.reached == ["a checkpoint is complete before the last one"],
            sourceLocation: location
        )
        #expect(result.states == states, sourceLocation: location)
    }

    @Test func `two mappers and two reducers hold in every order`() throws {
        expectHolds(try explore(2, 2), states: 17_241)
    }

    @Test(arguments: [(1, 1, 159), (1, 2, 495), (2, 1, 4177), (1, 4, 7047)])
    func `so do other shapes`(mappers: Int, reducers: Int, states: Int) throws {
        expectHolds(try explore(mappers, reducers) { $0.checksPurity = true }, states: states)
    }

    @Test(arguments: [(1, 1, 1, 6022), (1, 1, 2, 12_455), (1, 2, 1, 63_056)])
    func `so they do when anybody dies, between any two effects`(
        mappers: Int,
        reducers: Int,
        files: Int,
        states: Int
    ) throws {
        expectHolds(try explore(mappers, reducers, files: files, crashes: 1), states: states)
    }

    @Test func `so they do when two die, or one twice`() throws {
        expectHolds(try explore(1, 1, crashes: 2), states: 147_322)
    }

    /// Where each mistake shows first: with how many of whom, and with how many deaths.
    private struct Showing {
        let variant: Variant
        let mappers: Int
        let crashes: Int
        let property: String
    }

    private static let cut = "every complete checkpoint is a consistent cut"
    private static let showings = [
        Showing(variant: .noAlignment, mappers: 2, crashes: 0, property: cut),
        Showing(variant: .markerBeforeSave, mappers: 1, crashes: 0, property: cut),
        Showing(
            variant: .staleCounts,
            mappers: 1,
            crashes: 1,
            property: "no reducer counts a message of an older recovery"
        ),
        Showing(variant: .acknowledgedBeforeSave, mappers: 1, crashes: 0, property: cut),
        Showing(variant: .completeTooEarly, mappers: 1, crashes: 0, property: cut),
        Showing(
            variant: .recoveryToIncomplete,
            mappers: 1,
            crashes: 1,
            property: "a recovery leads to a checkpoint that is complete"
        ),
        Showing(variant: .cursorTooFar, mappers: 1, crashes: 0, property: cut),
        Showing(
            variant: .lastWhileRecovering,
            mappers: 1,
            crashes: 1,
            property: "the last checkpoint is taken at the ends of all streams"
        ),
    ]

    @Test(arguments: Variant.allCases.filter { $0 != .right })
    func `each mistake shows, in a trace that fits on a screen`(variant: Variant) throws {
        let showing = try #require(Self.showings.first { $0.variant == variant })
        let result = try explore(
            showing.mappers,
            1,
            variant,
            crashes: showing.crashes
        )
        let violation = try #require(result.violation)
        #expect(violation.kind == .property(showing.property, isAboutTheEnd: false))
        #expect(violation.events.count <= 40)
        // The same job without the mistake holds: it is the mistake that shows.
        let right = try explore(showing.mappers, 1, crashes: showing.crashes)
        guard case .holds = right.verdict else {
            Issue.record("\(right.verdict)")
            return
        }
    }
}
