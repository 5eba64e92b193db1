import Checkpointing
import Failpoints

/// A store of the parts A and B, for tests, whose states are texts.
func wordStore(
    _ path: String,
    system: String = "words",
    parts: [String] = ["A", "B"],
    keptMax: Int = CheckpointStore.keptMaxDefault,
    failpoints: Failpoints = .off
) throws(CheckpointFailure) -> CheckpointStore {
    try CheckpointStore(
        path,
        system: system,
        parts: parts,
        keptMax: keptMax,
        failpoints: failpoints
    )
}

extension CheckpointStore {
    /// Saves one text for each part, `A of 3` and so on, and completes the checkpoint.
    @discardableResult
    func take(_ name: CheckpointName, number: Int = 1) throws -> Completion {
        try saveAll(name, number: number)
        return try complete(name)
    }

    func saveAll(_ name: CheckpointName, number: Int = 1) throws {
        for part in parts { try saveText(as: part, of: name, number: number) }
    }

    func saveText(as part: String, of name: CheckpointName, number: Int = 1) throws {
        try save("\(part) in \(name)", as: part, of: name, number: number, with: .json)
    }

    /// Whether all parts are there, and are those that `take` has saved.
    func holds(_ name: CheckpointName) throws -> Bool {
        try parts.allSatisfy { part in
            try load(part, of: name, with: PartCodec<String>.json) == "\(part) in \(name)"
        }
    }
}

/// Regular checkpoints of the first recovery.
func name(_ id: Int, _ recovery: Int = 1) -> CheckpointName {
    CheckpointName(id, recovery: recovery)
}
