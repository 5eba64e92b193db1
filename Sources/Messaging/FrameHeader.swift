/// What a frame says about itself, besides its payload.
///
/// All numbers are plain `Int`s here. Those that do not fit into a frame are refused when it is
/// written (``WireFailure/doesNotFit(_:value:)``).
public struct FrameHeader: Hashable, Sendable {
    /// What a frame is for.
    ///
    /// The number is its byte in the frame. 0 is none, so that zeros are never taken for a kind.
    public enum Kind: UInt8, CaseIterable, Hashable, Sendable {
        /// The first frame of who opens a stream.
        case hello = 1
        /// The answer to a hello that is let in.
        case welcome = 2
        /// Something for a node.
        case message = 3
        /// Messages of the sequence numbers in the payload have arrived.
        case acknowledgement = 4
    }

    /// The fields that hold less than an `Int` does.
    public enum Field: String, CaseIterable, Hashable, Sendable {
        /// ``FrameHeader/sender``.
        case sender
        /// ``FrameHeader/senderIncarnation``.
        case senderIncarnation = "incarnation of the sender"
        /// ``FrameHeader/receiver``.
        case receiver
        /// ``FrameHeader/receiverIncarnation``.
        case receiverIncarnation = "incarnation of the receiver"

        /// The largest number that the field holds; the smallest is 0.
        public var max: Int {
            switch self {
            case .sender, .receiver: Int(UInt16.max)
            case .senderIncarnation, .receiverIncarnation: Int(UInt32.max)
            }
        }
    }

    /// What the frame is for.
    public var kind: Kind

    /// The rank of the node that sends, 0...65,535.
    public var sender: Int

    /// Which life of the sender, 0...4,294,967,295.
    public var senderIncarnation: Int

    /// The rank of the node that the frame is for, 0...65,535.
    public var receiver: Int

    /// Which life of the receiver it is for, as far as the sender knows, 0...4,294,967,295.
    public var receiverIncarnation: Int

    /// The number of the frame among those of this sender to this receiver.
    public var sequence: UInt64

    /// A header of these fields; nothing is checked until it is written.
    public init(
        kind: Kind,
        sender: Int,
        senderIncarnation: Int,
        receiver: Int,
        receiverIncarnation: Int,
        sequence: UInt64
    ) {
        self.kind = kind
        self.sender = sender
        self.senderIncarnation = senderIncarnation
        self.receiver = receiver
        self.receiverIncarnation = receiverIncarnation
        self.sequence = sequence
    }
}
