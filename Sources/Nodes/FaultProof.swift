/// What became of one fault of a plan, at one node or on its links.
public struct FaultProof: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The fault.
    public let fault: Fault
    /// The node it was for, by name; of a fault of links, how many.
    public let target: String
    /// When it first hit, and how things stood; nil if it hit nothing.
    public var landed: String?
    /// How often it hit.
    public var hits = 0

    /// A fault that has hit nothing yet.
    public init(fault: Fault, target: String) {
        self.fault = fault
        self.target = target
    }

    /// `kill Client after 3 sends: at 0.012 s, running, 1 message in flight`.
    public var description: String {
        landed.map { "\(target): \($0)" } ?? "\(target): it found nothing to hit"
    }
}
