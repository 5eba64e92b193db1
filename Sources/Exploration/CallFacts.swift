/// What the search must know of a call, in numbers.
struct CallFacts {
    enum Kind: UInt8 {
        case start, idle, crash, launch, finish, end, fire, datagram, acknowledged, stream
    }

    /// What a message adds to the fingerprint of every state it stands in.
    let term: UInt64
    let kind: Kind
    /// Of a message.
    let sender: UInt32
    /// Of a message.
    let receiver: UInt32
}
