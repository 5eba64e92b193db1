import Glibc
import Messaging
import Testing

/// Longer than anything here takes, also where both cores are busy.
let patience = Duration.seconds(30)

/// An address that no test shares with another: the system chooses the port.
let anyPort = address("127.0.0.1:0")

/// A host of one test alone, for ports that must stay free after they were given back: on 127.0.0.1
/// another test may get them.
func ownHost(_ number: Int) -> Address { address("127.0.7.\(number):0") }

func address(_ text: String) -> Address {
    guard let address = Address(text) else { preconditionFailure("\(text) is no address") }
    return address
}

extension EventLoop {
    /// Takes turns until `condition` holds; a failed expectation if it does not.
    func run(
        _ what: Comment = "the condition",
        at location: SourceLocation = #_sourceLocation,
        until condition: () -> Bool
    ) throws {
        let end = ContinuousClock.now + patience
        while !condition() {
            try #require(ContinuousClock.now < end, what, sourceLocation: location)
            try turn(upTo: .milliseconds(100))
        }
    }

    /// Does what is there to do, until nothing more is.
    func settle() throws {
        for _ in 0..<10_000 {
            guard try turn(upTo: .zero) else { return }
        }
        Issue.record("it never settles")
    }
}

extension ByteStream {
    func write(_ bytes: [UInt8]) { withBuffer { $0.append(contentsOf: bytes) } }
}

extension DatagramSocket {
    @discardableResult func send(_ bytes: [UInt8], to receiver: Address) -> Bool {
        bytes.withUnsafeBytes { send($0, to: receiver) }
    }
}

/// Two connected streams on one loop.
struct StreamPair {
    let loop: EventLoop
    let near: ByteStream
    let far: ByteStream

    /// Over `AF_UNIX`, or over TCP if `address` says where.
    init(
        _ loop: EventLoop,
        over address: Address? = nil,
        receiveBufferBytes: Int32? = nil
    ) throws {
        self.loop = loop
        guard let address else {
            let (one, other) = try Sockets.pair()
            (near, far) = (try ByteStream(one, on: loop), try ByteStream(other, on: loop))
            return
        }
        var accepted: ByteStream?
        var connected: ByteStream?
        let listening = try Sockets.listen(at: address)
        if var bytes = receiveBufferBytes {
            let size = socklen_t(MemoryLayout<Int32>.size)
            setsockopt(listening, SOL_SOCKET, SO_RCVBUF, &bytes, size)
        }
        let target = try Sockets.address(of: listening)
        let listener = try StreamListener(listening, on: loop) { accepted = $0 }
        Connecting.connect(to: target, on: loop, within: patience) { connected = try? $0.get() }
        try loop.run { accepted != nil && connected != nil }
        listener.close()
        (near, far) = (try #require(connected), try #require(accepted))
    }

    /// Lets go of handlers that hold us.
    func close() { [near, far].forEach { $0.close() } }

    /// Bytes whose order can be told.
    static func pattern(_ count: Int) -> [UInt8] {
        // A prime, so that no two pieces of the usual sizes are alike.
        let block = (0..<8191).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        var bytes: [UInt8] = []
        while bytes.count < count { bytes.append(contentsOf: block) }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}

/// What a stream gives, in order.
final class Taken {
    var bytes: [UInt8] = []
    var ends: [MessagingFailure?] = []

    init(_ stream: ByteStream) {
        stream.onBytes = { [unowned self] new in
            bytes.append(contentsOf: new)
            return new.count
        }
        stream.onEnd = { [unowned self] in ends.append($0) }
    }
}

/// A descriptor of our own to play the peer with: blocking calls on it must not block.
func shrinkSendBuffer(of descriptor: Int32) {
    var bytes: Int32 = 4096
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
}
