/// A bound that kept a search from seeing everything.
public enum ExplorationLimit: String, Hashable, Codable, Sendable, CaseIterable, Comparable {
    /// As many states were known as may be.
    case states
    /// The search went as deep as it may.
    case depth
    /// The known states and the queue took as much memory as they may.
    case memory
    /// Somewhere more messages would have been in flight than may be.
    case inFlight
    /// Somewhere a timer could have fired, but the budget was used up.
    case timerFirings
    /// Random walks see what they come by.
    case randomWalk

    /// In the order of their declaration.
    public static func < (left: ExplorationLimit, right: ExplorationLimit) -> Bool {
        left.place < right.place
    }

    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
