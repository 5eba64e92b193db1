import Exploration
import LabKit
import Worlds

/// The commands on snapshots.
enum SnapshotCommands {
    /// What `run --deployed` does.
    static var deployed: Command { worlds.run }

    /// The others.
    static var all: [Command] {
        [SnapshotCommand.command, worlds.simulate, worlds.explore, worlds.node]
    }

    private static let worlds = SystemCommands(
        "vectorclocks",
        defaults: SnapshotOptions(),
        // Whoever is dead is begun again by the coordinator, and by nobody else.
        exploring: ExplorationOptions(restarts: false),
        exploringWords: [["--tweets", "2"]],
        // Not of the coordinator: nobody leads back if it dies.
        runExamples: [
            "vectorclocks run --deployed --snapshots 3 --log run.jsonl",
            "vectorclocks run --deployed --loss 0.3 --duplicate 0.1 --delay 0ms..20ms",
            "vectorclocks run --deployed --snapshots 3 --faults 'kill Reducer_0 after 20 receives'",
            "vectorclocks simulate --snapshots 3 --replay run.jsonl",
        ]
    ) {
        SnapshotOptions.declaration
    } system: { options in
        try options.system()
    }
}
