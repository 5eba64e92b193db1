/// Why a run is not a good one.
public struct Failure: Error, Hashable, Codable, Sendable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Kind: String, Hashable, Codable, Sendable {
        /// An `always` property is not true of some state.
        case violated
        /// An `eventually` property is not true of the end.
        case notReached
        /// The run did not end within its limits.
        case unfinished
        /// A node asked for what cannot be.
        case impossible
        /// A handler answered one call in two ways.
        case impure
    }

    /// What kind of thing is wrong.
    public let kind: Kind
    /// Which property, or which node: together with the kind it tells one failure from another.
    public let subject: String
    /// What there is to say about it, in one line or several.
    public let details: String

    /// `violated: each answer is for its question`.
    public var description: String {
        let line =
            switch kind {
            case .violated: "violated: \(subject)"
            case .notReached: "not so at the end: \(subject)"
            case .unfinished: "the run does not end: \(subject)"
            case .impossible: "impossible: \(subject)"
            case .impure: "not a function of what it was told: \(subject)"
            }
        return details.isEmpty ? line : line + "\n" + details
    }

    /// Whether it is, most likely, the same mistake that shows.
    public func isLike(_ other: Failure) -> Bool {
        kind == other.kind && (kind == .unfinished || subject == other.subject)
    }
}
