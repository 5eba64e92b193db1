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

/// What is told of a folder of checkpoints, the newest first.
struct InspectReport: Encodable {
    struct Checkpoint: Encodable {
        let id: Int
        let recovery: Int
        let state: String
        let bytes: [String: Int]
        /// Who has not saved a part.
        let missing: [String]
        /// What cannot be read, and why.
        let damaged: [String]
    }

    let folder: String
    let checkpoints: [Checkpoint]
    private let nodes: [String]

    private enum CodingKeys: String, CodingKey { case folder, checkpoints }

    init(folder: String, _ summaries: [CheckpointSummary], nodes: [String]) {
        self.folder = folder
        self.nodes = nodes
        checkpoints = summaries.map { summary in
            let sizes = summary.parts.map { ($0.name, $0.bytes) }
            let (state, missing, damaged): (String, [String], [CheckpointDamage]) =
                switch summary.state {
                case .complete: ("complete", [], [])
                case .incomplete(let missing, let damaged): ("incomplete", missing, damaged)
                case .damaged(let damages): ("damaged", [], damages)
                }
            return Checkpoint(
                id: summary.name.id,
                recovery: summary.name.recovery,
                state: state,
                bytes: Dictionary(sizes) { first, _ in first },
                missing: missing,
                damaged: damaged.map(\.text)
            )
        }
    }

    var text: String {
        guard !checkpoints.isEmpty else { return "\(folder): no checkpoints\n" }
        var table = TextTable(columns: ["checkpoint", "recovery", "state"] + nodes)
        for checkpoint in checkpoints {
            let name = checkpoint.id == Pipeline.last ? "0 (last)" : "\(checkpoint.id)"
            let sizes = nodes.map { node in
                if let bytes = checkpoint.bytes[node] { return "\(bytes) B" }
                return checkpoint.missing.contains(node) ? "missing" : "damaged"
            }
            table.add(row: [name, "\(checkpoint.recovery)", checkpoint.state] + sizes)
        }
        let damages = checkpoints.flatMap { checkpoint in
            checkpoint.damaged.map { "checkpoint \(checkpoint.id): \($0)" }
        }
        return ([table.text] + damages.map { Terminal.escaped($0) + "\n" }).joined()
    }
}
