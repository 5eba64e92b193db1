/// An execution has more consistent cuts than somebody wanted to look at.
public struct TooManyCuts: Error, Hashable, Sendable, CustomStringConvertible {
    /// How many were looked at.
    public let cutsMax: Int

    /// `more than 1000 consistent cuts: …`
    public var description: String {
        "more than \(cutsMax) consistent cuts: take a shorter run, or fewer processes"
    }
}
