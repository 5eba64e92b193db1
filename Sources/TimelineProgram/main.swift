import LabKit

Program(TimelineCommand.command, version: "0.1.0").main()
