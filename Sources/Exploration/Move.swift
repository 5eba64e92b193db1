/// A step that can be taken in a global state, in numbers.
struct Move {
    enum Kind: UInt8 {
        /// A node begins.
        case begin
        /// A timer fires.
        case fire
        /// A timer fires because a life that was watched has ended; no budget counts it.
        case remind
        /// The oldest write of a node comes to rest, and the node is reminded.
        case finish
        /// A node does a step of its own work.
        case idle
        /// A datagram arrives.
        case datagram
        /// A datagram arrives, and stays in flight: one of its doubles.
        case duplicate
        /// An acknowledged datagram arrives.
        case acknowledged
        /// The first message of a stream arrives.
        case stream
        /// A datagram is lost.
        case drop
        /// An acknowledged datagram whose sender has crashed never arrives.
        case vanish
        /// A node dies between two calls.
        case crash

        /// Whether it is a fault: one that may happen, and need not.
        var isFault: Bool {
            switch self {
            case .duplicate, .drop, .vanish, .crash: true
            case .begin, .fire, .remind, .finish, .idle, .datagram, .acknowledged, .stream: false
            }
        }
    }

    let kind: Kind
    /// Who moves.
    let node: UInt32
    /// What the node is told.
    let call: UInt32
    /// Where in the record the datagram or the stream stands, from the first of its kind.
    var place: UInt32 = 0
    /// The transition, where the node is told something.
    var transition: UInt32 = 0
    /// Which of the transition's deaths it is; -1 if the node lives through it.
    var death: Int32 = -1

    var isFault: Bool { kind.isFault || death >= 0 }

    /// Whether it is the same step, taken maybe in another state.
    func isSameChoice(as other: Move) -> Bool {
        kind == other.kind && node == other.node && call == other.call && death == other.death
    }
}
