/// The words of a system: what its nodes say to each other, to themselves and to whoever watches.
///
/// All node types of one system share one vocabulary, which is why `Effects` is generic over it and
/// not over the node: a system of several roles is then an enum whose cases hold the role's own type,
/// and effects need no translation between them.
///
/// ```swift
/// enum PingPong: Vocabulary {
///     enum Message: Hashable, Codable, Sendable { case ping(number: Int), pong(number: Int) }
///     enum Timer: Hashable, Codable, Sendable { case retry }
/// }
/// ```
public protocol Vocabulary: Sendable {
    /// What travels between nodes. Label associated values: they are the wire format.
    associatedtype Message: Hashable & Codable & Sendable
    /// What a node can be reminded of.
    associatedtype Timer: Hashable & Codable & Sendable = Never
    /// What a node tells whoever watches the run.
    associatedtype Output: Hashable & Codable & Sendable = Never
    /// What a node puts to rest.
    associatedtype Saved: Hashable & Codable & Sendable = Never
}
