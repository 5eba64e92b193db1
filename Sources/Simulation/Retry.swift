import Nodes

/// An acknowledged datagram that waits to be sent again.
struct Retry<Words: Vocabulary> {
    let flight: Flight<Words>
    /// How long it has waited for this, in nanoseconds.
    let pauseNanoseconds: Int
    /// How often it was sent so far, each time in vain.
    let transmissions: Int
}
