import Checkpointing
import LabKit

/// `inspect`: what the checkpoints of a folder hold, and what is wrong with them.
struct InspectOptions {
    var folder = Argument("")
    var json = false

    static let command = Command(
        "inspect",
        summary: "show what each checkpoint of a folder holds",
        examples: ["checkpointing inspect kept", "checkpointing inspect kept --json"],
        defaults: InspectOptions()
    ) {
        Option.argument("DIR", \.folder, .path, "where a job has its checkpoints")
        Option.flag("--json", \.json, "one JSON object on standard output")
    } run: { options in
        let folder = try options.folder.folder()
        let job = try JobFile(in: folder)
        let nodes = try job.options().nodes
        let store: CheckpointStore
        let summaries: [CheckpointSummary]
        do throws(CheckpointFailure) {
            store = try CheckpointStore(folder, system: PartStore.system, parts: nodes)
            summaries = try store.checkpoints()
        } catch {
            throw CommandFailure("\(error)", status: error.status)
        }
        let report = InspectReport(folder: folder, summaries, nodes: store.parts)
        if options.json {
            try JSONOutput.write(report)
        } else {
            try OutputFile.standardOutput.write(report.text)
        }
        return .ok
    }
}
