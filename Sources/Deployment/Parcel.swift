import Messaging
import Nodes

/// What a `message` frame carries: over which link, as which message of its sender's life, and the
/// message itself.
struct Parcel {
    /// The bytes before the message: one for the link, eight for the number, the highest first.
    static let headByteCount = 9

    let link: Link
    let number: Int

    init(link: Link, number: Int) {
        self.link = link
        self.number = number
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
        let bits = payload[1..<9].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let number = Int(exactly: bits), number > 0 else { return nil }
        self.number = number
    }

    func append(to bytes: inout [UInt8]) {
        let code: UInt8 =
            switch link {
            case .stream: 0
            case .datagram: 1
            case .acknowledged: 2
            }
        bytes.append(code)
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
