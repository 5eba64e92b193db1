/// How far a search has come.
public struct ExplorationProgress: Hashable, Sendable {
    /// How many different states are known.
    public let states: Int
    /// How many steps from the start the search is.
    public let depth: Int
    /// How many states wait to be looked at.
    public let queue: Int
}
