import LabKit
import Worlds

let worlds = SystemCommands("checkpointing", defaults: PipelineOptions()) {
    PipelineOptions.declaration
} system: { options in
    try PipelineSystem.make(try options.setup(), inputs: try options.inputs())
}

Program(
    "checkpointing",
    summary: "count words over streams, exactly, whoever dies",
    version: "0.1.0",
    commands: worlds.all + [ClassicCommands.run, ClassicCommands.worker.hidden()]
).main()
