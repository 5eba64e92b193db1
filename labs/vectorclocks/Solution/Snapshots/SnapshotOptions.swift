import LabKit
import Nodes

/// What every command on snapshots lets one choose.
struct SnapshotOptions {
    var processes = 3
    var mappers: Int?
    var tweets = 40
    var algorithm = Algorithm.vector
    var isFIFO = false
    var isNonFIFO = false
    var snapshotCountMax = 1
    var interval = Duration.milliseconds(20)
    var pauseMax = Duration.milliseconds(2)
    var variant = SnapshotVariant.right
    /// A day: the error of clocks that were set a year ago is well within it.
    static let intervalMax = Duration.seconds(86_400)
    /// Said to `run`, to tell it from the `run` of a scenario; it changes nothing of the system.
    var isDeployed = false

    /// What `simulate`, `explore` and `run --deployed` take.
    @OptionBuilder<SnapshotOptions> static var declaration: [Option<SnapshotOptions>] {
        shared
        Option.value("--algorithm", "NAME", \.algorithm, .choice, "how snapshots are taken")
        Option.value("--variant", "NAME", \.variant, .choice, "the system, or one with a mistake")
        Option.flag("--deployed", \.isDeployed, "run real processes").hidden()
    }

    /// What `snapshot` takes as well.
    @OptionBuilder<SnapshotOptions> static var shared: [Option<SnapshotOptions>] {
        Option.value(
            "--processes",
            "P",
            \.processes,
            .whole(in: 2...32),
            "processes that read or count, without the coordinator"
        )
        Option.value(
            "--mappers",
            "M",
            \.mappers,
            .whole(in: 1...31),
            "how many of them read; without it, half of them, rounded down"
        )
        Option.value(
            "--tweets",
            "N",
            \.tweets,
            .whole(in: 0...100_000),
            "how many tweets of two words each of these reads"
        )
        Option.flag("--fifo", \.isFIFO, "messages between processes keep their order (streams)")
            .conflicts(with: "--non-fifo")
        Option.flag(
            "--non-fifo",
            \.isNonFIFO,
            "they overtake each other, and each comes once (acknowledged datagrams); the default"
        ).conflicts(with: "--fifo")
        Option.value(
            "--snapshots",
            "N",
            \.snapshotCountMax,
            .whole(in: 0...1000),
            "how many snapshots are begun at most"
        )
        Option.value(
            "--at",
            "S",
            \.interval,
            .seconds(in: .milliseconds(1)...intervalMax),
            "τ: when the first snapshot is taken, and the pause before each further one"
        )
        Option.value(
            "--pause",
            "S",
            \.pauseMax,
            .seconds(in: .zero ... .seconds(60)),
            "the longest pause before a tweet is read"
        )
    }

    /// What the nodes know.
    func setup() throws(UsageError) -> SnapshotSetup {
        let mappers = mappers ?? processes / 2
        guard mappers < processes else {
            throw UsageError(
                "--mappers (\(mappers)) must be less than --processes (\(processes)): somebody has to count"
            )
        }
        guard algorithm != .barrier || isFIFO else {
            throw UsageError(
                "--algorithm barrier needs --fifo as well: a mark parts a stream in two"
            )
        }
        return SnapshotSetup(
            mapperCount: mappers,
            reducerCount: processes - mappers,
            algorithm: algorithm,
            isFIFO: isFIFO,
            snapshotCountMax: snapshotCountMax,
            interval: interval,
            pauseMax: pauseMax,
            variant: variant
        )
    }

    /// A stream of tweets for each mapper; the first one begins as in the course.
    func inputs() throws(UsageError) -> Inputs {
        var streams: [String: [String]] = [:]
        for mapper in 0..<(try setup().mapperCount) {
            streams[SnapshotSetup.stream(of: mapper)] = (0..<tweets).map { place in
                Self.madeUp[(place + 3 * mapper) % Self.madeUp.count]
            }
        }
        return Inputs(streams)
    }

    /// The system, with what must be true of it.
    func system() throws -> System<Role> {
        try SnapshotSystem.make(try setup(), inputs: try inputs())
    }

    private static let madeUp = ["ab", "aa", "ca", "bb", "dc", "ad", "bd", "cc"]
}
