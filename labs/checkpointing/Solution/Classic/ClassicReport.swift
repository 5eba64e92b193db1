import FoundationEssentials
import Glibc
import Nodes

/// What one of our own workers tells the process that started it: a line of JSON on descriptor 3.
enum ClassicReport: Codable {
    /// A mapper has begun with an entry: so far it has come.
    case read(cursor: Int)
    /// Something to the coordinator for which the classic course has no message.
    case said(Pipeline.Message)
    /// Something to whoever watches.
    case output(Pipeline.Output)
    /// It cannot begin, or cannot go on, and nor could another in its place.
    case refused(reason: String, status: Int32)

    /// The descriptor.
    static let descriptor: Int32 = 3

    /// Sends it; if nobody reads any more, we are about to end too.
    func send() {
        guard let line = try? JSONEncoder().encode(self) else { return }
        let bytes = Array(line) + [UInt8(ascii: "\n")]
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(Self.descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            written += count
        }
    }

    /// Reads a line.
    init?(line: [UInt8]) {
        guard let report = try? JSONDecoder().decode(Self.self, from: Data(line)) else {
            return nil
        }
        self = report
    }
}
