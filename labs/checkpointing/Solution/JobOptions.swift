import LabKit

/// What `run` lets one choose beside the pipeline and the world.
struct JobOptions {
    var checkpoints: Argument?
    var keptMax = 3
    var verifies = false
    var isByClock = false
    var top = 10
    var classic = ClassicOptions()

    @OptionBuilder<JobOptions> static var declaration: [Option<JobOptions>] {
        Option.value(
            "--checkpoints",
            "DIR",
            \.checkpoints,
            .path,
            "where checkpoints lie, and stay; without it they go with the run"
        )
        Option.value(
            "--keep",
            "K",
            \.keptMax,
            .whole(in: 1...1000),
            "how many complete checkpoints stay"
        )
        Option.flag(
            "--verify",
            \.verifies,
            "count once more, with nothing that could go wrong, and compare"
        )
        Option.flag(
            "--by-clock",
            \.isByClock,
            "let the fault modes strike at the seconds of the classic course"
        )
        ClassicOptions.externalDeclaration.map { $0.part(of: \.classic) }
        Option.value("--top", "K", \.top, .whole(in: 0...1_000_000), "how many words to show")
    }
}
