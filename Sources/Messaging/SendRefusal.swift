/// Why a message was not taken for sending.
///
/// It certainly was not sent, and never will be.
public enum SendRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// That life has ended, or a later one is known.
    case lifeIsOver(PeerLife)
    /// So much waits for this peer already; try again when it has acknowledged some.
    case tooMuchWaits(PeerLife, messages: Int, bytes: Int)
    /// There are as many peers as there may be.
    case tooManyPeers(PeerLife)

    /// One line.
    public var description: String {
        switch self {
        case .lifeIsOver(let peer):
            "life \(peer.incarnation) of peer \(peer.index) is over"
        case .tooMuchWaits(let peer, let messages, let bytes):
            "\(messages) messages (\(bytes) bytes) wait for peer \(peer.index) already"
        case .tooManyPeers(let peer):
            "peer \(peer.index) is one more than \(ReliableDatagrams.Limit.peersMax)"
        }
    }
}
