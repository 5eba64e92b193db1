import Glibc

/// Takes lines out of a descriptor without ever blocking on it.
public struct LineReader {
    /// Bounds on what a peer can make us hold.
    public enum Limit {
        /// A longer line is cut into pieces of this size.
        public static let lineBytesMax = 1 << 20
        /// What is read at once, about: a peer that writes without end must not keep us here.
        public static let callBytesMax = 1 << 20
    }

    private let descriptor: Int32
    /// The beginning of a line whose end has not come.
    private var held: [UInt8] = []
    /// Whether the other side has closed its end and everything was read.
    public private(set) var isAtEnd = false

    /// Reads from `descriptor`, which becomes non-blocking; the caller keeps owning it.
    public init(_ descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// The complete lines that have come, without their newlines; at the end also an unended one.
    ///
    /// Where there is more than `Limit.callBytesMax`, the descriptor stays readable.
    public mutating func lines() -> [[UInt8]] {
        var found: [[UInt8]] = []
        var bytesRead = 0
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
            while !isAtEnd, bytesRead < Limit.callBytesMax {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count < 0 && errno == EINTR { continue }
                if count < 0 && errno == EAGAIN { break }
                if count > 0 {
                    take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), into: &found)
                    bytesRead += count
                } else {
                    isAtEnd = true
                    if !held.isEmpty { endLine(&found) }
                }
            }
        }
        return found
    }

    /// Looks at each byte once, however the lines are spread over the reads.
    private mutating func take(_ bytes: UnsafeRawBufferPointer, into found: inout [[UInt8]]) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let newline = memchr(start, Int32(UInt8(ascii: "\n")), rest.count)
            let length = newline.map { UnsafeRawPointer($0) - start } ?? rest.count
            var line = UnsafeRawBufferPointer(start: start, count: length)
            while held.count + line.count > Limit.lineBytesMax {
                let room = Limit.lineBytesMax - held.count
                held += line[..<room]
                endLine(&found)
                line = UnsafeRawBufferPointer(rebasing: line[room...])
            }
            held += line
            if newline == nil { return }
            endLine(&found)
            rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
        }
    }

    private mutating func endLine(_ found: inout [[UInt8]]) {
        found.append(held)
        held = []
    }
}
