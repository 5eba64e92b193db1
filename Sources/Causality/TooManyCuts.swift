/// An execution has more consistent cuts than somebody wanted to look at.
public struct TooManyCuts: Error, Hashable, Sendable, CustomStringConvertible {
    /// How many were looked at.
    public let cutsMax: Int

    /// One line, with what to do about it.
    public var description: String {
        "more than \(cutsMax) consistent cuts: take a shorter run, or fewer processes"
    }
}
