import Testing

/// The system as real processes, over real UDP and TCP, with real kills.
@Suite(.serialized) struct SnapshotDeployedTests {
    private let program: Vectorclocks

    init() throws { program = try Vectorclocks() }

    private static let short = ["--tweets", "40", "--snapshots", "4", "--at", "0.01"]

    /// Expects a run that counts exactly with exact snapshots, as its record shows, and leaves nothing.
    @discardableResult
    private func expectExact(
        _ words: [String],
        landing: Int = 0,
        _ location: SourceLocation = #_sourceLocation
    ) throws -> Vectorclocks.Report {
        let (report, outcome) = try program.deploy(Self.short + words)
        let told = "\(outcome.output) \(outcome.errors)"
        #expect(report.reasons == [] && outcome.status == 0, "\(told)", sourceLocation: location)
        let landed = report.landings.count { $0.landed != nil }
        #expect(landed == landing, "\(told)", sourceLocation: location)
        #expect(program.files.filter { $0 != "run.jsonl" } == [], sourceLocation: location)
        return report
    }

    @Test(arguments: [["--non-fifo"], ["--fifo"], ["--fifo", "--algorithm", "barrier"]])
    func `snapshots of real processes are exact`(words: [String]) throws {
        let report = try expectExact(words)
        #expect(report.told.count { $0.hasPrefix("completed") } == 4, "\(report.told)")
    }

    @Test(arguments: [
        "kill Reducer_0 after 10 receives", "kill Mapper_0 after 20 sends",
        "kill Reducer_* after 1 save; kill Mapper_0 after 2 saves",
        "kill Mapper_0 at 50%; kill Reducer_1 at 50%",
    ])
    func `whoever is killed, all go back to a snapshot, and count exactly`(faults: String) throws {
        let kills = faults.contains("*") ? 3 : faults.split(separator: ";").count
        let report = try expectExact(["--faults", faults], landing: kills)
        #expect(report.told.contains { $0.hasPrefix("recoveryEnded") }, "\(report.told)")
    }

    @Test func `so they do over UDP that loses a fifth, doubles and delays`() throws {
        let network = ["--loss", "0.2", "--duplicate", "0.1", "--delay", "0ms..5ms"]
        let faults = ["--faults", "kill Reducer_1 after 8 receives"]
        // The kill, and the three of the network.
        try expectExact(network + faults, landing: 4)
    }

    @Test func `what real processes did is stepped again in the simulator, event for event`() throws
    {
        let faults = ["--faults", "kill Reducer_0 after 10 receives", "--log", "run.jsonl"]
        try expectExact(faults, landing: 1)
        let replay = try program.run(["simulate"] + Self.short + ["--replay", "run.jsonl"])
        #expect(replay.status == 0 && replay.output.hasPrefix("as in the log"), "\(replay)")
    }

    @Test func `a mistake that shows in each run shows in all three worlds alike`() throws {
        // The snapshot begins when there is no traffic any more.
        let quiet = ["--variant", "quietNotTold", "--tweets", "1", "--at", "0.3"]
        let property = "every snapshot is complete, or was given up"
        let (report, deployed) = try program.deploy(quiet)
        #expect(deployed.status == 1 && report.reasons.contains { $0.contains(property) })
        for world in ["simulate", "explore"] {
            let outcome = try program.run([world] + quiet)
            #expect(outcome.status == 1 && outcome.output.contains(property), "\(outcome)")
        }
    }
}
