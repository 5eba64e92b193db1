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
        let folder = options.folder.text
        let job = try JobFile(in: folder)
        let store: CheckpointStore
        let summaries: [CheckpointSummary]
        do throws(CheckpointFailure) {
            let nodes: [String]
            do { nodes = try job.options().nodes } catch { nodes = [] }
            store = try CheckpointStore(folder, system: PartStore.system, parts: nodes)
            summaries = try store.checkpoints()
        } catch {
            throw CommandFailure("\(error)", status: .ioError)
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
