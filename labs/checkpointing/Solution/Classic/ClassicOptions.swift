import LabKit

/// What a classic run lets one choose, beside the pipeline itself.
struct ClassicOptions {
    /// The folder of the checkpoint files; a temporary one if nil.
    var checkpoints: Argument?
    /// The coordinator's port; those of the workers follow it.
    var port = 12_900
    /// Commands that take the place of our own mappers and reducers.
    var externalMapper: String?
    var externalReducer: String?
    /// How many of the workers of each kind they take the place of, the first ones; all if nil.
    var externalMappers: Int?
    var externalReducers: Int?
    /// Which part of all datagrams is thrown away, and from what it follows which.
    var loss = 0.0
    var seed: UInt64 = 1
    /// After which time a run is one that does not end; never if nil.
    var timeMax: Duration?
    /// Whether the counts are compared with those of a serial count.
    var isVerified = false
    var isJSON = false

    @OptionBuilder<ClassicOptions> static var declaration: [Option<ClassicOptions>] {
        Option.value(
            "--checkpoints",
            "DIR",
            \.checkpoints,
            .path,
            "keep the checkpoint files there; those of an earlier run are replaced"
        )
        externalDeclaration
        Option.value(
            "--lose",
            "SHARE",
            \.loss,
            .number(in: 0...0.9),
            "throw away that share of what our own processes send over UDP"
        )
        Option.value("--seed", "N", \.seed, .whole(), "from what it follows which datagrams go")
        Option.value(
            "--time-limit",
            "SECONDS",
            \.timeMax,
            .seconds(in: .milliseconds(1) ... .seconds(86_400)),
            "time after which a run is one that does not end; none if not said"
        )
        Option.flag("--verify", \.isVerified, "compare with a serial count")
        Option.flag("--json", \.isJSON, "one line of JSON for other programs")
    }

    /// Where a run listens, and who takes part in it.
    @OptionBuilder<ClassicOptions> static var externalDeclaration: [Option<ClassicOptions>] {
        Option.value(
            "--classic-port",
            "N",
            \.port,
            .whole(in: 1024...65_000),
            "the coordinator's port; the workers have those after it"
        )
        Option.value(
            "--external-mapper",
            "CMD",
            \.externalMapper,
            .text,
            "a command for sh that is a mapper; {index} and {port} are replaced"
        )
        Option.value(
            "--external-mappers",
            "N",
            \.externalMappers,
            .whole(in: 1...16),
            "how many mappers are external, from Mapper_0 on; all if not said"
        ).needs("--external-mapper")
        Option.value(
            "--external-reducer",
            "CMD",
            \.externalReducer,
            .text,
            "a command for sh that is a reducer; {index} and {port} are replaced"
        )
        Option.value(
            "--external-reducers",
            "N",
            \.externalReducers,
            .whole(in: 1...16),
            "how many reducers are external, from Reducer_0 on; all if not said"
        ).needs("--external-reducer")
    }

    /// The command that takes the place of a worker; nil if one of our own does the work.
    func command(isMapper: Bool, index: Int, port: Int) -> String? {
        let command = isMapper ? externalMapper : externalReducer
        let count = isMapper ? externalMappers : externalReducers
        guard let command, index < count ?? .max else { return nil }
        return command.replacing("{index}", with: "\(index)").replacing("{port}", with: "\(port)")
    }
}
