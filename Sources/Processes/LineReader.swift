import Glibc

/// Takes lines out of a descriptor without ever blocking on it.
public struct LineReader {
    /// Bounds on what a peer can make us hold.
    public enum Limit {
        /// A longer line is cut into pieces of this size.
        public static let lineBytesMax = 1 << 20
    }

    private let descriptor: Int32
    private var held: [UInt8] = []
    /// Whether the other side has closed its end and everything was read.
    public private(set) var isAtEnd = false

    /// Reads from `descriptor`, which becomes non-blocking; the caller keeps owning it.
    public init(_ descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// The complete lines that have come, without their newlines; at the end also an unended one.
    public mutating func lines() -> [[UInt8]] {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var found: [[UInt8]] = []
        while !isAtEnd {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN { break }
            guard count > 0 else {
                isAtEnd = true
                if !held.isEmpty { found.append(take(held.count)) }
                break
            }
            var start = held.count
            held += buffer[..<count]
            while let end = held[start...].firstIndex(of: UInt8(ascii: "\n")) {
                found.append(take(end))
                held.removeFirst()
                start = 0
            }
            if held.count >= Limit.lineBytesMax { found.append(take(held.count)) }
        }
        return found
    }

    private mutating func take(_ count: Int) -> [UInt8] {
        let line = Array(held[..<count])
        held.removeFirst(count)
        return line
    }
}
