import Glibc
import Messaging
import Processes

/// Speed between two processes on loopback; best of three where it is a rate.
enum Bench {
    static func run() throws(MessagingFailure) {
        puts("| what, between two processes on loopback | figure | target |")
        puts("|---|---|---|")
        let small = [UInt8](repeating: 7, count: 16)
        for (name, batch) in [("flushed once a turn", 500), ("flushed after each", 1)] {
            let figure = try best { () throws(MessagingFailure) in
                try rate(of: small, count: 1_000_000, perFlush: batch)
            }
            row("messages of 16 + 48 bytes, \(name)", "\(thousands(figure)) a second", "150,000")
        }
        let large = [UInt8](repeating: 7, count: 1 << 20)
        let figure = try best { () throws(MessagingFailure) in
            try rate(of: large, count: 3_000, perFlush: 1)
        }
        row(
            "payload in messages of 1 MiB",
            "\(thousands(figure * Double(large.count) / 1e6)) MB/s",
            "1,000 MB/s"
        )
        row(
            "round trip over TCP, 16 + 48 bytes",
            try roundTrips(small, over: .echo),
            "median < 60 µs"
        )
        row(
            "round trip over UDP, 16 + 48 bytes",
            try roundTrips(small, over: .datagramEcho),
            "median < 60 µs"
        )
    }

    private static func row(_ cells: String...) {
        puts("| \(cells.joined(separator: " | ")) |")
        fflush(nil)
    }

    private static func best(
        _ body: () throws(MessagingFailure) -> Double
    ) throws(MessagingFailure) -> Double {
        var best = 0.0
        for _ in 1...3 { best = max(best, try body()) }
        return best
    }

    /// Messages a second, from the first byte written until the peer has counted all.
    private static func rate(
        of payload: [UInt8],
        count: Int,
        perFlush: Int
    ) throws(MessagingFailure) -> Double {
        let (child, place) = start(.sink)
        defer { child.kill() }
        let loop = try EventLoop()
        let stream = try connect(to: place, on: loop)
        var answer: [UInt8] = []
        stream.onBytes = { bytes in
            answer.append(contentsOf: bytes)
            return bytes.count
        }
        var left = count
        var isDone = false
        func write() {
            while left > 0, stream.unsentByteCount <= ByteStream.Limit.highWaterBytes {
                let batch = min(perFlush, left)
                stream.withBuffer { buffer in
                    for _ in 0..<batch { Framing.append(payload, to: &buffer) }
                }
                stream.flush()
                left -= batch
                // A sender that flushes once a turn leaves the rest to the next turn.
                if perFlush > 1 { break }
            }
            if left == 0 { stream.finish(within: .seconds(30)) { isDone = true } }
        }
        let began = EventLoop.now
        if perFlush > 1 {
            while left > 0 {
                write()
                let isFull = stream.unsentByteCount > ByteStream.Limit.highWaterBytes
                try loop.turn(upTo: isFull ? nil : .zero)
            }
        } else {
            stream.onDrained = write
            write()
        }
        while !isDone { try loop.turn(upTo: nil) }
        let seconds = Double(EventLoop.now - began) / 1e9
        guard String(decoding: answer, as: UTF8.self) == "\(count)" else {
            puts(
                "messaging-bench: \(count) messages sent, \(String(decoding: answer, as: UTF8.self)) came"
            )
            exit(70)
        }
        return Double(count) / seconds
    }

    /// `median 20 µs, p99 40 µs`, of 50,000 round trips, the first fifth of them left out.
    private static func roundTrips(
        _ payload: [UInt8],
        over role: Role
    ) throws(MessagingFailure) -> String {
        let (child, place) = start(role)
        defer { child.kill() }
        let loop = try EventLoop()
        var frame: [UInt8] = []
        Framing.append(payload, to: &frame)
        var times: [Int] = []
        times.reserveCapacity(50_000)
        var sent = 0
        var stream: ByteStream?
        var socket: DatagramSocket?
        if role == .echo {
            let connected = try connect(to: place, on: loop)
            connected.onBytes = { bytes in
                Framing.each(bytes) { _ in times.append(EventLoop.now - sent) }
            }
            stream = connected
        } else {
            let own = try DatagramSocket(
                try Sockets.bindDatagrams(at: place.with(port: 0)),
                on: loop
            )
            own.onDatagram = { bytes, _ in
                Framing.check(datagram: bytes)
                times.append(EventLoop.now - sent)
            }
            socket = own
        }
        for number in 1...50_000 {
            sent = EventLoop.now
            stream?.withBuffer { $0.append(contentsOf: frame) }
            stream?.flush()
            socket.map { socket in
                frame.withUnsafeBytes { _ = socket.send($0, to: place) }
                socket.flush()
            }
            // A datagram that was lost, which does not happen here, would be waited for in vain.
            while times.count < number {
                guard try loop.turn(upTo: .seconds(5)) else { return "no answer" }
            }
        }
        times.removeFirst(10_000)
        times.sort()
        let (median, late) = (times[times.count / 2], times[times.count * 99 / 100])
        return "median \(median / 1000) µs, p99 \(late / 1000) µs"
    }

    private static func connect(
        to place: Address,
        on loop: EventLoop
    ) throws(MessagingFailure) -> ByteStream {
        var result: Result<ByteStream, MessagingFailure>?
        Connecting.connect(to: place, on: loop, within: .seconds(5)) { result = $0 }
        while true {
            if let result { return try result.get() }
            try loop.turn(upTo: nil)
        }
    }

    private static func start(_ role: Role) -> (ChildProcess, Address) {
        do {
            let pipe = try Pipe()
            var command = ChildProcess.Command("/proc/self/exe", ["peer", role.rawValue])
            command.output = pipe.writing
            let child = try ChildProcess(command)
            close(pipe.writing)
            var line: [UInt8] = []
            var byte: UInt8 = 0
            while read(pipe.reading, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
                line.append(byte)
            }
            close(pipe.reading)
            if let place = Address(String(decoding: line, as: UTF8.self)) { return (child, place) }
            puts("messaging-bench: the peer did not start")
        } catch {
            puts("messaging-bench: \(error)")
        }
        exit(70)
    }

    /// 1234567.8 as 1,234,568.
    private static func thousands(_ value: Double) -> String {
        var digits = String(Int(value.rounded()))
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return ([digits] + groups).joined(separator: ",")
    }
}
