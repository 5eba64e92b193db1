import Checkpointing
import Deployment
import LabInput
import LabKit
import Nodes
import Redis
import Text

/// What every command of the lab lets one choose.
struct PipelineOptions: TakesInput {
    var input = InputOptions()
    var mappers = 2
    var reducers = 2
    var files = 5
    var wordsPerFile = 20
    var stepBytes = 1 << 20
    var checkpointInterval = Duration.milliseconds(500)
    var isWithoutCheckpoints = false
    var checkpointCountMax: Int?
    var heartbeatInterval = Duration.milliseconds(500)
    var heartbeatTimeout = Duration.seconds(1)
    var isWithoutHeartbeats = false
    var isTerse = false
    var variant = Variant.right
    /// For the processes of a run: from where paths are meant, where checkpoints lie, and who has the streams.
    var root: String?
    var parts: String?
    var keptMax = 3
    var redis: String?
    var redisPassword: String?
    /// Of a job that goes on: the highest recovery id that was there before.
    var resumedAfter: Int?

    /// The shortest time without a heartbeat after which a worker may count as lost: well above what it takes to
    /// begin one (20 ms at most in the simulated world), else each would be lost before it has said a word, and the
    /// job would be nothing but recoveries.
    static let heartbeatTimeoutMin = Duration.milliseconds(50)

    @OptionBuilder<PipelineOptions> static var declaration: [Option<PipelineOptions>] {
        dataOption
        Option.value("--mappers", "M", \.mappers, .whole(in: 1...16), "processes that read")
        Option.value("--reducers", "R", \.reducers, .whole(in: 1...16), "processes that count")
        Option.value(
            "--files",
            "F",
            \.files,
            .whole(in: 0...10_000),
            "without --data: how many made-up files each mapper reads"
        ).conflicts(with: "--data")
        Option.value(
            "--words",
            "W",
            \.wordsPerFile,
            .whole(in: 1...1_000_000),
            "without --data: how many words each of them has"
        ).conflicts(with: "--data")
        formatOptions
        Option.value(
            "--checkpoint-interval",
            "S",
            \.checkpointInterval,
            .seconds(in: .milliseconds(1) ... .seconds(3600)),
            "pause between two checkpoints"
        )
        Option.flag(
            "--no-checkpoints",
            \.isWithoutCheckpoints,
            "take none but the last one, which is the result"
        ).conflicts(with: "--checkpoint-interval")
        Option.value(
            "--checkpoints-max",
            "N",
            \.checkpointCountMax,
            .whole(in: 1...1_000_000),
            "how many checkpoints there are at most before the last one"
        )
        Option.value(
            "--heartbeat-interval",
            "S",
            \.heartbeatInterval,
            .seconds(in: .milliseconds(1) ... .seconds(3600)),
            "how often a worker says that it lives"
        )
        Option.value(
            "--heartbeat-timeout",
            "S",
            \.heartbeatTimeout,
            .seconds(in: heartbeatTimeoutMin ... .seconds(3600)),
            "after how long without a heartbeat a worker counts as lost"
        )
        Option.flag(
            "--no-heartbeats",
            \.isWithoutHeartbeats,
            "only a death is noticed, which the world tells the coordinator"
        ).conflicts(with: "--heartbeat-interval", "--heartbeat-timeout")
        Option.flag(
            "--terse",
            \.isTerse,
            "workers do not tell what they do: fewer states to explore"
        )
        Option.value(
            "--step-bytes",
            "N",
            \.stepBytes,
            .whole(in: 1...(16 << 20)),
            "how much of a file a mapper reads at once"
        )
        Option.value("--variant", "NAME", \.variant, .choice, "the pipeline, or one with a mistake")
        Option.value("--root", "DIR", \.root, .text, "from where paths are meant").hidden()
        Option.value("--parts", "DIR", \.parts, .text, "where checkpoints lie").hidden()
        Option.value("--kept", "K", \.keptMax, .whole(in: 1...1000), "how many stay").hidden()
        Option.value("--redis", "PATH", \.redis, .text, "who has the streams").hidden()
        Option.value("--redis-password", "WORD", \.redisPassword, .text, "its password").hidden()
        Option.value(
            "--resumed-after",
            "R",
            \.resumedAfter,
            .whole(in: 0...CheckpointName.numberMax),
            "go on from the newest checkpoint, with recoveries after this"
        ).hidden()
    }

    /// What the nodes know.
    func setup() throws(UsageError) -> PipelineSetup {
        guard heartbeatTimeout > heartbeatInterval else {
            let interval = "--heartbeat-interval (\(heartbeatInterval))"
            throw UsageError(
                "--heartbeat-timeout (\(heartbeatTimeout)) must be longer than \(interval), else who lives counts as lost"
            )
        }
        guard input.column == InputOptions().column || input.format != .text else {
            throw UsageError("--column needs --format csv or --classic as well")
        }
        var setup = PipelineSetup()
        setup.mapperCount = mappers
        setup.reducerCount = reducers
        setup.checkpointInterval = isWithoutCheckpoints ? nil : checkpointInterval
        setup.checkpointCountMax = checkpointCountMax
        setup.heartbeatInterval = isWithoutHeartbeats ? nil : heartbeatInterval
        setup.heartbeatTimeout = heartbeatTimeout
        setup.isTalkative = !isTerse
        setup.stepBytes = stepBytes
        setup.format = input.format
        setup.tokenizer = input.tokenizer
        setup.variant = variant
        setup.isResumed = resumedAfter != nil
        setup.earlierRecoveryID = resumedAfter ?? 0
        if input.classic {
            setup.routing = .firstLetter
            guard setup.routing.isPossible(parts: reducers) else {
                throw UsageError("--classic takes 2 reducers, not \(reducers)")
            }
        }
        return setup
    }

    /// A stream of file names for each mapper, and the files.
    func inputs() throws -> Inputs {
        guard input.data.isEmpty else {
            let streams = streams(try rooted.files().map(Self.name))
            guard let redis else {
                let source = FileInputs(streams)
                do throws(InputFailure) {
                    // Before anything runs: a mapper would find it out in the middle of the job.
                    for file in streams.values.joined().sorted() {
                        _ = try source.bytes(of: file, from: 0, countMax: 0)
                    }
                } catch {
                    throw CommandFailure("\(error)", status: .noInput)
                }
                return Inputs(streams, from: source)
            }
            // It is the job's own, and does not come back. Who asks it waits for less than what makes a worker
            // lost: so its end is told, and not taken for that of a worker.
            var patience = RedisSession.Patience()
            patience.total = min(heartbeatTimeout / 4, .milliseconds(500))
            let server = RedisInputs(
                .unix(path: redis),
                password: redisPassword,
                patience: patience
            )
            return Inputs(streams, from: server)
        }
        let sample = SampleFiles(count: files * mappers, wordsPerFile: wordsPerFile, input.format)
        return Inputs(streams(sample.names), files: sample.files)
    }

    /// What the processes of a run are told beside what the user has said.
    var hiddenWords: [String] {
        var words = ["--kept", "\(keptMax)"]
        if let root { words += ["--root", root] }
        if let parts { words += ["--parts", parts] }
        if let redis { words += ["--redis", redis] }
        if let redisPassword { words += ["--redis-password", redisPassword] }
        if let resumedAfter { words += ["--resumed-after", "\(resumedAfter)"] }
        return words
    }

    /// The input with paths that mean the same from everywhere.
    private var rooted: InputOptions {
        guard let root else { return input }
        var rooted = input
        rooted.data = input.data.map { path in
            path.bytes.first == UInt8(ascii: "/") ? path : Argument("\(root)/\(path.text)")
        }
        return rooted
    }

    /// Where the processes of a run put their parts of checkpoints.
    var stores: Stores<Pipeline.Saved> {
        guard let parts else { return .files }
        let nodes = nodes
        return Stores { node, _ throws(StoreFailure) in
            try PartStore(parts, nodes: nodes, node: node, keptMax: keptMax)
        }
    }

    /// What the nodes are called, the coordinator first.
    var nodes: [String] {
        ["Coordinator"] + (0..<mappers).map { "Mapper_\($0)" }
            + (0..<reducers).map { "Reducer_\($0)" }
    }

    /// The name of a file, as it stands in a stream.
    private static func name(of file: InputFile) throws(CommandFailure) -> String {
        if let name = String(validating: file.path.bytes, as: UTF8.self) { return name }
        throw CommandFailure(
            "\(file.path): the name is not UTF-8, and cannot stand in a stream",
            remedy: "rename it",
            status: .noInput
        )
    }

    /// File j goes to mapper j modulo M.
    func streams(_ files: [String]) -> [String: [String]] {
        var streams: [String: [String]] = [:]
        for mapper in 0..<mappers { streams[PipelineSetup.stream(of: mapper)] = [] }
        for (place, file) in files.enumerated() {
            streams[PipelineSetup.stream(of: place % mappers), default: []].append(file)
        }
        return streams
    }
}
