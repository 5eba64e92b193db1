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
        runWords: "run --deployed",
        defaults: SnapshotOptions(),
        // Whoever is dead is begun again by the coordinator, and by nobody else.
        exploring: ExplorationOptions(restarts: false),
        exploringWords: [["--tweets", "2"]]
    ) {
        SnapshotOptions.declaration
    } system: { options in
        try options.system()
    }
}
