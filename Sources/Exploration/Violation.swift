public import Causality
public import Nodes

/// What a search found that must not be, and how it comes to it.
public struct Violation<Words: Vocabulary>: Sendable {
    /// What must not be.
    public enum Kind: Hashable, Sendable, CustomStringConvertible {
        /// A property that is not true: its name, and whether of every state or of the last.
        case property(String, isAboutTheEnd: Bool)
        /// A node asks for what cannot be.
        case impossible(String)
        /// A handler does not follow from what it is told.
        case impure(String)

        /// One line.
        public var description: String {
            switch self {
            case .property(let name, isAboutTheEnd: false): "'\(name)' is not true"
            case .property(let name, isAboutTheEnd: true):
                "'\(name)' is not true, and nothing more can happen"
            case .impossible(let reason): reason
            case .impure(let reason): "impure: \(reason)"
            }
        }
    }

    /// What must not be.
    public let kind: Kind
    /// The steps to it, from the beginnings of all who begin at once; `Configuration` takes them.
    public let steps: [Step<Words>]
    /// What happened at these steps; the time of an event is the number of its step, from 0.
    public let events: [Event]
}
