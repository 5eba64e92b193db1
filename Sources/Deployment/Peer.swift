import Messaging
import Nodes

/// Another node, as one node sees it.
struct Peer<Words: Vocabulary> {
    /// Its present life; -1 before the first.
    var incarnation: Int
    /// Whether nobody is there to take what is sent to it.
    var isGone: Bool
    /// Whether nothing more is taken of what its present life has sent.
    var isForgotten = false
    /// Whether nothing more is taken of its streams.
    var isCut = false
    let streamAddress: Address
    let datagramAddress: Address
    /// Our stream to its present life.
    var outgoing: OutgoingStream?
    /// The stream from its present life to us.
    var incoming: IncomingStream<Words>?
    /// Messages sent over a stream to its present life, and taken from it.
    var streamSends = 0
    var streamReceives = 0
}
