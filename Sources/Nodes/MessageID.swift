/// Names one message of a run: the n-th that one life of a node sent.
///
/// The same in every world, since it follows from what the node did. Its text is `Client.0.3`.
public struct MessageID: Hashable, Sendable {
    /// Who sent it.
    public let sender: NodeID
    /// In which life.
    public let incarnation: Int
    /// As which of that life's messages, from 1.
    public let number: Int

    /// That message.
    public init(sender: NodeID, incarnation: Int, number: Int) {
        self.sender = sender
        self.incarnation = incarnation
        self.number = number
    }

    /// Reads the text form; nil if it is not one, or of a node that the system does not have.
    public init?(_ text: String, names: [String]) {
        // From the end, since names may hold points.
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, let number = Int(parts[parts.count - 1]),
            let incarnation = Int(parts[parts.count - 2])
        else { return nil }
        let name = parts.dropLast(2).joined(separator: ".")
        guard let index = names.firstIndex(of: name) else { return nil }
        self.init(sender: NodeID(index), incarnation: incarnation, number: number)
    }

    /// The text form.
    public func text(names: [String]) -> String {
        "\(names[sender.index]).\(incarnation).\(number)"
    }
}
