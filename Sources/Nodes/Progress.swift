/// How far a run has come, in a way that every world can tell: what `at 30%` in a fault plan means.
public enum Progress: Hashable, Codable, Sendable {
    /// Nobody can tell.
    case unknown
    /// By what was emitted: this many outputs, of all nodes together, are the whole.
    case outputs(total: Int)
    /// By what was read for the first time of all durable inputs.
    case inputs
}
