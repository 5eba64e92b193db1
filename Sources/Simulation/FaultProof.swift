public import Nodes

/// What became of one fault of a plan, at one node or on its links.
public struct FaultProof: Hashable, Sendable, CustomStringConvertible {
    /// The fault.
    public let fault: Fault
    /// The node it was for, by name; of a fault of links, their text.
    public let target: String
    /// When it first hit, in which phase, with how much in flight; nil if it hit nothing.
    public internal(set) var landed: String?
    /// How often it hit.
    public internal(set) var hits = 0

    /// `kill Client after 3 sends: at 0.012 s, running, 1 message in flight`.
    public var description: String {
        landed.map { "\(target): \($0)" } ?? "\(target): it found nothing to hit"
    }
}
