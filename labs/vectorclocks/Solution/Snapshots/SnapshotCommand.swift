import Glibc
import LabKit
import Nodes
import Worlds

/// `snapshot`: many simulated runs under each algorithm, and what their snapshots are worth.
struct SnapshotCommand {
    /// What is kept of each run is small, but not nothing.
    private static let seedsMax: UInt64 = 1_000_000

    var lab = SnapshotOptions()
    /// The words that chose them.
    var labWords: [String] = []
    var algorithms = Algorithm.allCases
    var clocks = ClockModel.drift(partsPerMillion: 1)
    var setAgo = Duration.seconds(3600)
    var seeds: ClosedRange<UInt64> = 1...1000
    var cores = max(1, min(256, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    var json = false

    private static let words: Option<SnapshotCommand>.Property<[String]> = \.labWords

    static let command = Command(
        "snapshot",
        summary: "take snapshots of many simulated runs, and see what they are worth",
        examples: [
            "vectorclocks snapshot --clocks ntp --seeds 1...10000",
            "vectorclocks snapshot --algorithm vector --non-fifo --processes 8",
            "vectorclocks snapshot --algorithm all --fifo",
        ],
        defaults: SnapshotCommand()
    ) {
        SnapshotOptions.shared.map { $0.part(of: \.lab, noting: words) }
        Option.value(
            "--algorithm",
            "NAME",
            \.algorithms,
            .algorithms,
            "how snapshots are taken; all compares"
        )
        Option.value(
            "--clocks",
            "MODEL",
            \.clocks,
            .clocks,
            "perfect; ntp: within 1 ms of the truth; drift=PPM: gone astray at a constant rate, drawn up to ±PPM parts per million for each process"
        )
        Option.value(
            "--set-ago",
            "S",
            \.setAgo,
            .seconds(in: .zero ... .seconds(31_536_000)),
            "how long before the run drifting clocks were right"
        )
        Option.value("--seeds", "A...B", \.seeds, .seeds, "a run for each")
        Option.value("--cores", "N", \.cores, .whole(in: 1...256), "how many runs at once")
        Option.flag("--json", \.json, "one JSON object on standard output")
    } run: { command, given in
        try command.check(given)
        return try command.run()
    }

    private func check(_ given: Set<String>) throws(UsageError) {
        if given.contains("--set-ago") {
            switch clocks {
            case .drift: break
            case .perfect, .ntp:
                throw UsageError("--set-ago needs --clocks drift=PPM as well")
            }
        }
        guard seeds.upperBound - seeds.lowerBound < Self.seedsMax else {
            throw UsageError("--seeds takes at most \(Self.seedsMax) seeds")
        }
    }

    private func run() throws -> ExitStatus {
        let isAll = algorithms.count > 1
        let left = algorithms.filter { isAll && $0 == .barrier && !lab.isFIFO }
        var rows: [SnapshotRow] = []
        var commands: [String] = []
        for algorithm in algorithms where !left.contains(algorithm) {
            var options = lab
            options.algorithm = algorithm
            let experiment = try SnapshotExperiment(options, clocks: clocks, setAgo: setAgo)
            let row = SnapshotRow(experiment.setup, observe(experiment))
            rows.append(row)
            if let seed = row.firstInexactSeed ?? row.firstIncompleteSeed {
                commands.append(experiment.command(showing: seed, labWords))
            }
        }
        let setup = try lab.setup()
        let report = SnapshotReport(
            processes: setup.processCount,
            mappers: setup.mapperCount,
            clocks: clocks.text(setAgo: setAgo),
            links: lab.isFIFO ? "in order" : "in any order",
            seedFirst: seeds.lowerBound,
            seedLast: seeds.upperBound,
            rows: rows,
            left: left.map(\.rawValue),
            commands: commands
        )
        if json {
            try JSONOutput.write(report)
        } else {
            try OutputFile.standardOutput.write(report.text)
        }
        return report.status
    }

    private func observe(_ experiment: SnapshotExperiment) -> [SnapshotExperiment.Run] {
        let suiting = ProgressBar.Style.suiting(.standardError)
        let style = json || suiting == .lines ? .quiet : suiting
        let count = Int(seeds.upperBound - seeds.lowerBound) + 1
        let name = experiment.setup.algorithm.rawValue
        let bar = ProgressBar(name, total: count, unit: "runs", style: style)
        let runs = experiment.run(seeds: seeds, cores: cores) { bar.update(done: $0) }
        bar.finish()
        return runs
    }
}

extension ValueKind where Value == [Algorithm] {
    /// One algorithm, or `all`.
    fileprivate static var algorithms: Self {
        let names = Algorithm.allCases.map(\.rawValue).joined(separator: ", ")
        return .custom(
            "\(names) or all",
            show: { $0.count == 1 ? $0[0].rawValue : "all" }
        ) { argument in
            if argument.text == "all" { return Algorithm.allCases }
            return Algorithm(rawValue: argument.text).map { [$0] }
        }
    }
}
