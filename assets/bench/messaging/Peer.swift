import Glibc
import Messaging

/// What the other process does.
enum Role: String {
    /// Counts frames, and says "done" when its peer has ended.
    case sink
    /// Sends every frame back.
    case echo
    /// Sends every datagram back.
    case datagramEcho
}

/// The process that is measured against: it writes its port to its output, and ends with its peer.
enum Peer {
    static func run(_ role: Role) throws(MessagingFailure) {
        let loop = try EventLoop()
        guard let any = Address("127.0.0.1:0") else { return }
        if role == .datagramEcho {
            let descriptor = try Sockets.bindDatagrams(at: any)
            let own = try Sockets.address(of: descriptor)
            let socket = try DatagramSocket(descriptor, on: loop)
            socket.onDatagram = { bytes, sender in
                Framing.check(datagram: bytes)
                socket.send(bytes, to: sender)
                socket.flush()
            }
            puts("\(own)")
            fflush(nil)
            while true { try loop.turn(upTo: nil) }
        }
        let descriptor = try Sockets.listen(at: any)
        puts("\(try Sockets.address(of: descriptor))")
        fflush(nil)
        var isOver = false
        var count = 0
        let listener = try StreamListener(descriptor, on: loop) { accepted in
            accepted.onBytes = { bytes in
                let taken = Framing.each(bytes) { payload in
                    count += 1
                    guard role == .echo else { return }
                    accepted.withBuffer { buffer in
                        buffer.append(
                            contentsOf: UnsafeRawBufferPointer(
                                start: payload.baseAddress.map { $0 - Framing.headerBytes },
                                count: payload.count + Framing.headerBytes
                            )
                        )
                    }
                }
                accepted.flush()
                return taken
            }
            accepted.onEnd = { _ in
                let text = "\(count)"
                accepted.withBuffer { $0.append(contentsOf: Array(text.utf8)) }
                accepted.finish(within: .seconds(5)) { isOver = true }
            }
        }
        while !isOver { try loop.turn(upTo: nil) }
        listener.close()
    }
}
