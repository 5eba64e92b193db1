import LabKit

Program(
    "vectorclocks",
    summary: "clocks, cuts and snapshots: what can have happened at the same time",
    version: "0.2.0",
    commands: [
        ScenarioCommand.run.doing(SnapshotCommands.deployed, given: "--deployed"),
        NtpCommand.ntp,
    ] + SnapshotCommands.all
).main()
