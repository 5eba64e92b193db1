/// A message on its way.
public struct Envelope<Words: Vocabulary>: Hashable, Sendable {
    /// Who sent it.
    public let sender: NodeID
    /// Who shall get it.
    public let receiver: NodeID
    /// Over what it travels.
    public let link: Link
    /// What it says.
    public let message: Words.Message

    /// That message, between those two.
    public init(sender: NodeID, receiver: NodeID, link: Link, message: Words.Message) {
        self.sender = sender
        self.receiver = receiver
        self.link = link
        self.message = message
    }
}
