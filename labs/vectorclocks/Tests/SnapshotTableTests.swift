import LabKit
import Simulation
import Testing

@testable import vectorclocks

/// The table of `vectorclocks snapshot`: the general algorithm is right in every run, and the others are not.
@Suite struct SnapshotTableTests {
    /// Much is in flight at τ, in a run of few events.
    private static func options(_ algorithm: Algorithm, fifo: Bool = false) -> SnapshotOptions {
        var options = SnapshotOptions()
        options.algorithm = algorithm
        options.isFIFO = fifo
        options.tweets = 8
        options.interval = .milliseconds(5)
        return options
    }

    private static let drift = ClockModel.drift(partsPerMillion: 1)

    private func row(
        _ options: SnapshotOptions,
        _ clocks: ClockModel = drift,
        seeds: ClosedRange<UInt64> = 1...500
    ) throws -> SnapshotRow {
        let experiment = try SnapshotExperiment(options, clocks: clocks, setAgo: .seconds(3600))
        return SnapshotRow(experiment.setup, experiment.run(seeds: seeds, cores: 2))
    }

    @Test func `the general one is exact in each of ten thousand runs, without FIFO`() throws {
        let row = try row(Self.options(.vector), seeds: 1...10_000)
        #expect(row.snapshots == 10_000)
        #expect(row.exact == 10_000, "seed \(row.firstInexactSeed ?? 0)")
        #expect(row.lost == 0 && row.doubled == 0)
        #expect(row.saved > 10_000, "else there was nothing to get wrong")
    }

    @Test(arguments: [2, 3, 5, 8], [true, false])
    func `so it is for any number of processes, snapshot after snapshot`(
        processes: Int,
        fifo: Bool
    ) throws {
        var options = Self.options(.vector, fifo: fifo)
        options.processes = processes
        options.tweets = 20
        options.snapshotCountMax = 2
        let row = try row(options, seeds: 1...40)
        #expect(row.snapshots == 80 && row.exact == 80)
        #expect(row.saved > 50)
    }

    @Test func `without a record of what is in flight, most snapshots lose messages`() throws {
        let row = try row(Self.options(.time), .perfect)
        #expect(row.snapshots == 500)
        #expect(row.losing > 400 && row.lost > 2 * row.losing && row.doubled == 0)
        #expect(row.exact == row.snapshots - row.losing)
    }

    @Test
    func `with perfect clocks a time decided beforehand is enough, if what is in flight is kept`()
        throws
    {
        let row = try row(Self.options(.timeAndDeficit), .perfect)
        #expect(row.snapshots == 500 && row.exact == 500 && row.saved > 500)
    }

    @Test func `with clocks that drift it counts messages twice, in a tenth of all snapshots`()
        throws
    {
        let row = try row(Self.options(.timeAndDeficit))
        #expect(row.snapshots == 500)
        #expect((25...150).contains(row.doubling), "\(row)")
        #expect(row.lost == 0 && row.exact == 500 - row.doubling)
    }

    @Test func `with clocks that NTP keeps it does so now and then`() throws {
        var options = Self.options(.timeAndDeficit)
        // The more traffic, the more often there is a message to get wrong.
        options.processes = 6
        let row = try row(options, .ntp, seeds: 1...1000)
        #expect(row.snapshots == 1000)
        #expect((1...100).contains(row.doubling), "\(row)")
        #expect(row.exact == 1000 - row.doubling)
    }

    @Test
    func `barriers save no message in flight, and add fewer bytes than clocks on all messages`()
        throws
    {
        let barrier = try row(Self.options(.barrier, fifo: true))
        let vector = try row(Self.options(.vector, fifo: true))
        #expect(barrier.snapshots == 500 && barrier.exact == 500)
        #expect(barrier.saved == 0 && vector.saved > 500)
        #expect(barrier.bytesPerRun < vector.bytesPerRun)
    }

    @Test func `barriers over links without FIFO are wrong, which is why they are refused there`()
        throws
    {
        let options = Self.options(.barrier)
        #expect(throws: (any Error).self) { try options.setup() }
        var setup = try Self.options(.barrier, fifo: true).setup()
        setup.isFIFO = false
        let job = SnapshotJob(setup: setup, inputs: try Self.options(.vector).inputs())
        let result = try job.campaign(seeds: 1...100)
        #expect(result.first?.failure.subject == SnapshotJob.exact)
    }

    @Test func `the same seeds give the same row, on however many cores`() throws {
        let experiment = try SnapshotExperiment(
            Self.options(.timeAndDeficit),
            clocks: Self.drift,
            setAgo: .seconds(3600)
        )
        let one = SnapshotRow(experiment.setup, experiment.run(seeds: 7...60, cores: 1))
        let two = SnapshotRow(experiment.setup, experiment.run(seeds: 7...60, cores: 2))
        #expect(one == two && one.runs == 54)
    }

    @Test(arguments: [Algorithm.time, .timeAndDeficit, .vector])
    func `a snapshot is waited for, however late it is taken and however wrong clocks are`(
        algorithm: Algorithm
    ) throws {
        var options = Self.options(algorithm)
        options.interval = .seconds(3600)
        options.snapshotCountMax = 2
        let experiment = try SnapshotExperiment(
            options,
            clocks: .drift(partsPerMillion: 1000),
            setAgo: .seconds(31_536_000)
        )
        let row = SnapshotRow(experiment.setup, experiment.run(seeds: 1...5, cores: 1))
        #expect(row.asked == 10 && row.snapshots == 10 && row.firstIncompleteSeed == nil)
    }

    @Test func `where nobody is told of a snapshot it is never complete, and the status is 1`()
        throws
    {
        var options = Self.options(.vector)
        options.variant = .quietNotTold
        options.interval = .milliseconds(100)
        let row = try row(options, seeds: 3...12)
        #expect(row.asked == 10 && row.snapshots == 0 && row.firstIncompleteSeed == 3)
        let report = SnapshotReport(row: row)
        #expect(report.status == .wrong)
        #expect(
            report.text.contains("\nnever complete: vector 10 of 10, first in seed 3\n")
        )
    }

    @Test func `no snapshot is taken where none is asked for`() throws {
        for algorithm in Algorithm.allCases {
            var options = Self.options(algorithm, fifo: true)
            options.snapshotCountMax = 0
            let row = try row(options, seeds: 1...20)
            #expect(row.asked == 0 && row.snapshots == 0, "\(algorithm)")
            #expect(SnapshotReport(row: row).status == .ok, "\(algorithm)")
        }
    }

    @Test func `the last seed there is ends a series`() throws {
        let row = try row(Self.options(.vector), seeds: (.max - 2)...(.max))
        #expect(row.runs == 3 && row.exact == 3)
    }
}

extension SnapshotReport {
    /// A report of one row.
    fileprivate init(row: SnapshotRow) {
        self.init(
            processes: 3,
            mappers: 1,
            clocks: "perfect",
            links: "in any order",
            seedFirst: 3,
            seedLast: 12,
            rows: [row],
            left: [],
            commands: []
        )
    }
}
