import LabKit

Program(
    "wordcount",
    summary: "count words over Redis streams, exactly once, whatever dies",
    version: "0.1.0",
    commands: [runCommand(), serialCommand(), corpusCommand(), workerCommand().hidden()]
).main()
