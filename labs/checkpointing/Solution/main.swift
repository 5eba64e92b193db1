import Deployment
import Exploration
import LabKit
import Worlds

let worlds = SystemCommands(
    "checkpointing",
    defaults: PipelineOptions(),
    codec: .pipeline,
    stores: { $0.stores },
    // Whoever is dead is begun again by the coordinator, and by nobody else.
    exploring: ExplorationOptions(
        restarts: false,
        statesMax: 200_000_000,
        memoryBytesMax: 8 << 30
    ),
    exploringWords: [
        ["--no-heartbeats"], ["--terse"], ["--files", "2"], ["--words", "1"],
        ["--checkpoints-max", "1"],
    ]
) {
    PipelineOptions.declaration
} system: { options in
    try PipelineSystem.make(try options.setup(), inputs: try options.inputs())
}

let run = worlds.deploying(
    "run",
    summary: "count as real processes, with real kills",
    examples: [
        "checkpointing run --data assets/corpus --verify",
        "checkpointing run --data assets/corpus --faults test_both --verify",
        "checkpointing run --faults 'kill Reducer_1 after 2 saves' --log run.jsonl",
        "checkpointing run --data assets/corpus --checkpoints kept; checkpointing inspect kept",
    ],
    defaults: JobOptions()
) {
    JobOptions.declaration
} run: { call in
    var job = JobRun(call)
    return try job.begin()
}

let resume = worlds.deploying(
    "resume",
    summary: "go on from the newest complete checkpoint of an earlier run",
    examples: ["checkpointing resume --checkpoints kept --verify"],
    defaults: JobOptions()
) {
    JobOptions.declaration
} run: { call in
    var job = JobRun(call)
    return try job.resume()
}

Program(
    "checkpointing",
    summary: "count words over streams, exactly, whoever dies",
    version: "0.1.0",
    commands: [
        run, worlds.simulate, worlds.explore, resume, InspectOptions.command, worlds.node,
        ClassicCommands.run.hidden(), ClassicCommands.worker.hidden(),
    ]
).main()
