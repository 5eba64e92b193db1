/// The checkpoint to begin again from, and what had to be skipped on the way to it.
public struct CheckpointChoice: Hashable, Sendable {
    /// The newest one that is whole; nil if there is none.
    public let checkpoint: CheckpointSummary?
    /// Newer ones that were complete and are damaged, the newest first.
    public let skipped: [CheckpointSummary]

    /// A line for each one that was skipped, and why.
    public var lines: [String] {
        let used =
            checkpoint.map { "\($0.name) is used" }
            ?? "there is no older one, so that all begins anew"
        return skipped.map { summary in
            switch summary.state {
            case .damaged(let damages):
                "\(summary.name) is damaged (\(damages.map(\.text).joined(separator: ", "))); \(used)"
            case .complete, .incomplete: "\(summary.name) is not used; \(used)"
            }
        }
    }
}
