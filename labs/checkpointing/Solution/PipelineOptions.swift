import LabInput
import LabKit
import Nodes
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
            .seconds(in: .milliseconds(2) ... .seconds(3600)),
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
    }

    /// What the nodes know.
    func setup() throws(UsageError) -> PipelineSetup {
        guard heartbeatTimeout > heartbeatInterval else {
            let interval = "--heartbeat-interval (\(heartbeatInterval))"
            throw UsageError(
                "--heartbeat-timeout (\(heartbeatTimeout)) must be longer than \(interval), else who lives counts as lost"
            )
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
            let files = try input.files()
            return Inputs(
                streams(files.map { "\($0.path)" }),
                from: FileInputs(streams(files.map { "\($0.path)" }))
            )
        }
        let sample = SampleFiles(count: files * mappers, wordsPerFile: wordsPerFile, input.format)
        return Inputs(streams(sample.names), files: sample.files)
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
