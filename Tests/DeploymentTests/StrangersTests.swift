import Glibc
import Messaging
import Processes
import Testing

/// What others throw at the doors of a run: it is counted, and changes nothing.
@Suite struct StrangersTests {
    private let lab: Lab
    /// Where the clerk takes messages: a place that no other test has.
    private let address: Address

    init() throws {
        lab = try Lab()
        // All of 127.0.0.0/8 is this machine.
        let host = (0..<3).map { _ in "\(Int.random(in: 1...254))" }.joined(separator: ".")
        address = try #require(Address("127.\(host):7700"))
    }

    private func words(_ more: String...) -> [String] {
        ["run", "--json", "--host", "Clerk=\(address)"] + more
    }

    /// A connection to the clerk; it may be refused, as when too many wait.
    private func connection() -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        withSystemForm { _ = connect(descriptor, $0, $1) }
        return descriptor
    }

    private func withSystemForm(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Void) {
        var form = sockaddr_in()
        form.sin_family = sa_family_t(AF_INET)
        form.sin_port = UInt16(address.port).bigEndian
        inet_pton(AF_INET, address.host, &form.sin_addr)
        withUnsafePointer(to: &form) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private func frame(kind: FrameHeader.Kind = .message) -> [UInt8] {
        let header = FrameHeader(
            kind: kind,
            sender: 0,
            senderIncarnation: 0,
            receiver: 1,
            receiverIncarnation: 0,
            sequence: 1
        )
        var bytes: [UInt8] = []
        try? FrameCodec(token: .random()).append(
            Frame(header: header, payload: [1, 2, 3]),
            to: &bytes
        )
        return bytes
    }

    /// What is no frame of this run, one way or another.
    private var intrusions: [[UInt8]] {
        var otherVersion = frame()
        otherVersion[2] = 9
        var huge = frame()
        huge.replaceSubrange(4..<8, with: [255, 255, 255, 255])
        let noise = (0..<1000).map { _ in UInt8.random(in: 0...255) }
        return [
            otherVersion, huge, noise, frame(), frame(kind: .hello), [], [0x4c],
            Array(frame().prefix(20)),
        ]
    }

    /// Sends datagrams, over and over, as long as the run goes on.
    private func flood(_ run: Lab.Run, with datagrams: [[UInt8]], _ more: () -> Void = {}) -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var count = 0
        while run.process.poll() == nil {
            for datagram in datagrams {
                withSystemForm { sendto(descriptor, datagram, datagram.count, 0, $0, $1) }
                count += 1
            }
            more()
        }
        return count
    }

    @Test(arguments: ["stream", "datagram", "acknowledged"])
    func `what is not of the run is counted, and the run passes`(link: String) throws {
        let run = try lab.start(words("--goal", "30", "--link", link))
        _ = try lab.process(of: "Clerk")
        var streams: [Int32] = []
        defer { for stream in streams { close(stream) } }
        let intrusions = intrusions
        let sent = flood(run, with: intrusions) {
            // A full buffer loses what is of the run, too: not what this is about.
            pause(for: .milliseconds(1))
            for bytes in intrusions where streams.count < 100 {
                let stream = connection()
                send(stream, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                streams.append(stream)
            }
        }
        let outcome = try lab.outcome(of: run)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try Report(parsing: outcome.output)
        #expect(report.outputs[0].outputs.count == 30)
        #expect(report.strangers > 0 && report.strangers <= sent + streams.count)
    }

    @Test func `a flood of datagrams does not end a node, nor a run`() throws {
        let run = try lab.start(words("--goal", "300", "--no-record"))
        let clerk = try lab.process(of: "Clerk")
        let sent = flood(run, with: Array(repeating: [1, 2, 3], count: 100))
        let outcome = try lab.outcome(of: run)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try Report(parsing: outcome.output)
        #expect(report.processes == 2 && report.outputs[0].outputs.count == 300)
        #expect(report.strangers > 1000, "of \(sent) to \(clerk)")
    }

    /// The second life of the clerk finds its door crowded, and the teller behind the crowd.
    @Test func `those who say nothing do not keep out those who take part`() throws {
        let run = try lab.start(
            words("--goal", "60", "--faults", "kill Clerk after 20 saves restart after 20ms")
        )
        _ = try lab.process(of: "Clerk")
        var crowd = (0..<200).map { _ in connection() }
        defer { for stranger in crowd { close(stranger) } }
        while run.process.poll() == nil {
            // One word a turn, none of which is ever finished.
            for stranger in crowd.prefix(8) { send(stranger, [0x4c], 1, Int32(MSG_NOSIGNAL)) }
            close(crowd.removeFirst())
            crowd.append(connection())
        }
        let outcome = try lab.outcome(of: run)
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
        #expect(try Report(parsing: outcome.output).outputs[0].outputs.count == 60)
    }
}
