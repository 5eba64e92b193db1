import Glibc
public import LabKit

/// What `simulate` was asked for, the lab's own options left out.
struct SimulateOptions: Sendable {
    var seed: UInt64 = 1
    var seeds: ClosedRange<UInt64>?
    var countsAll = false
    var faults: Argument?
    var shrinks = false
    var sweeps = false
    var isDouble = false
    var withoutRestart = false
    var replay: Argument?
    var until: Int?
    var checks = false
    var log: Argument?
    var timeMax = Duration.seconds(3600)
    var eventsMax = 10_000_000
    var cores = Self.coresOfThisMachine
    var json = false

    /// How many threads can run at once here.
    static let coresOfThisMachine = max(1, min(256, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    @OptionBuilder<SimulateOptions> static var declaration: [Option<SimulateOptions>] {
        Option.value("--seed", "S", \.seed, .whole(), "what all chance in the run follows from")
        Option.value("--seeds", "A...B", \.seeds, .seeds, "a run for each, to the first failure")
            .conflicts(with: "--seed", "--sweep", "--replay")
        Option.flag("--all", \.countsAll, "go on after a failure, and count").needs("--seeds")
        Option.value(
            "--faults",
            "PLAN|FILE",
            \.faults,
            .path,
            "what goes wrong: 'kill Server at 1s', 'random kills=2', or a file that says it"
        ).conflicts(with: "--replay")
        Option.flag("--shrink", \.shrinks, "make the plan of a failing run as small as it gets")
            .conflicts(with: "--sweep", "--replay")
        Option.flag("--sweep", \.sweeps, "let a crash fall between any two effects of the run")
            .conflicts(with: "--replay")
        Option.flag("--double", \.isDouble, "then a second crash, too").needs("--sweep")
        Option.flag("--no-restart", \.withoutRestart, "leave the crashed dead").needs("--sweep")
        Option.value("--replay", "FILE", \.replay, .path, "run an event log again, step by step")
            .conflicts(with: "--seed")
        Option.value("--until", "EVENT", \.until, .whole(in: 1...Int.max), "stop after that event")
            .needs("--replay")
        Option.flag("--check", \.checks, "run each handler a second time on a copy, and compare")
        Option.value("--log", "FILE", \.log, .path, "where to write the event log")
            .conflicts(with: "--replay")
        Option.value(
            "--time-limit",
            "SECONDS",
            \.timeMax,
            .seconds(in: .nanoseconds(1) ... .seconds(31_536_000)),
            "virtual time after which a run is one that does not end"
        )
        Option.value(
            "--events",
            "N",
            \.eventsMax,
            .whole(in: 1...Int.max),
            "handler calls after which a run is one that does not end"
        )
        Option.value("--cores", "N", \.cores, .whole(in: 1...256), "how many runs at once")
        Option.flag("--json", \.json, "one JSON object on standard output")
    }

    /// Contradictions that a rule about two names cannot say.
    func check(given: Set<String>) throws(UsageError) {
        for name in ["--time-limit", "--events", "--cores", "--check"]
        where replay != nil && given.contains(name) {
            throw UsageError("--replay and \(name) exclude each other")
        }
    }
}

extension ValueKind where Value == ClosedRange<UInt64> {
    /// Seeds: `1...10000`, or one alone.
    public static var seeds: Self {
        .custom("seeds such as 1...10000", show: { "\($0.lowerBound)...\($0.upperBound)" }) {
            let parts = $0.text.split(separator: "...", omittingEmptySubsequences: false)
            let numbers = parts.compactMap { ($0.first?.isNumber ?? false) ? UInt64($0) : nil }
            guard parts.count <= 2, numbers.count == parts.count, let first = numbers.first,
                let last = numbers.last, first <= last, last - first < UInt64(Int.max)
            else { return nil }
            return first...last
        }
    }
}
