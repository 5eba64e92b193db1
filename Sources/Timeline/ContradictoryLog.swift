public import Causality

/// A log tells what cannot have been.
public enum ContradictoryLog: Error, Hashable, Sendable, CustomStringConvertible {
    /// It makes no execution.
    case impossible(ImpossibleExecution)
    /// It cannot be put in order.
    case unordered(UnmergeableLogs)

    /// One line, with the line of the log.
    public var description: String {
        switch self {
        case .impossible(let reason): "\(reason)"
        case .unordered(let reason): "\(reason)"
        }
    }
}
