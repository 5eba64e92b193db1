import Messaging
import Nodes

/// What a `message` frame carries: over which link, as which message of its sender's life, and the
/// message itself.
struct Parcel {
    /// The bytes before the message: one for the link, eight for the number, four each for order and ends,
    /// the highest first.
    static let headByteCount = 17

    let link: Link
    let number: Int
    /// How many calls that asked for launches and kills came before the one that sent it, that included.
    let order: Int
    /// How many ends of watched lives its sender knew of: its receiver must know of them too.
    let ends: Int

    init(link: Link, number: Int, order: Int, ends: Int) {
        self.link = link
        self.number = number
        self.order = order
        self.ends = ends
    }

    /// Reads the head of a payload; nil if it is none.
    init?(_ payload: UnsafeRawBufferPointer) {
        guard payload.count >= Self.headByteCount else { return nil }
        switch payload[0] {
        case 0: link = .stream
        case 1: link = .datagram
        case 2: link = .acknowledged
        default: return nil
        }
        func integer(_ range: Range<Int>) -> Int? {
            Int(exactly: payload[range].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
        guard let number = integer(1..<9), number > 0, let order = integer(9..<13),
            let ends = integer(13..<17)
        else { return nil }
        self.number = number
        self.order = order
        self.ends = ends
    }

    func append(to bytes: inout [UInt8]) {
        let code: UInt8 =
            switch link {
            case .stream: 0
            case .datagram: 1
            case .acknowledged: 2
            }
        bytes.append(code)
        for (integer, byteCount) in [(number, 8), (order, 4), (ends, 4)] {
            for place in (0..<byteCount).reversed() {
                bytes.append(UInt8(truncatingIfNeeded: integer >> (place * 8)))
            }
        }
    }
}
