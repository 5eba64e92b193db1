import Glibc

/// An open descriptor to write to, every write checked and complete.
///
/// `print` drops errors: a full disk would leave half a result and status 0. What is written here
/// is written whole or throws. There is no buffer: hand over large pieces.
public struct OutputFile: Sendable {
    /// The descriptor.
    public let descriptor: Int32
    /// What to call it in a message.
    public let name: String

    /// The standard output of this process.
    public static let standardOutput = OutputFile(
        descriptor: STDOUT_FILENO,
        name: "standard output"
    )
    /// The standard error output of this process.
    public static let standardError = OutputFile(
        descriptor: STDERR_FILENO,
        name: "standard error output"
    )

    /// A file that somebody else has opened and will close.
    public init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Writes all of `text`.
    public func write(_ text: String) throws(OutputFailure) {
        try write(bytes: Array(text.utf8))
    }

    /// Writes all of `bytes`.
    public func write(bytes: [UInt8]) throws(OutputFailure) {
        var done = 0
        while done < bytes.count {
            let (count, code) = bytes.withUnsafeBytes { buffer in
                let count = Glibc.write(
                    descriptor,
                    buffer.baseAddress?.advanced(by: done),
                    buffer.count - done
                )
                return (count, errno)
            }
            if count >= 0 {
                done += count
            } else if code == EAGAIN {
                // Whoever shares the terminal or pipe may have made it non-blocking.
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&ready, 1, -1)
            } else if code != EINTR {
                throw OutputFailure(name: name, code: code)
            }
        }
    }
}

/// Output could not be written; how much of it was is not known.
public struct OutputFailure: Error, Hashable, Sendable {
    /// What was written to.
    public let name: String
    /// The `errno` of the write.
    public let code: Int32

    /// A write to what goes by `name` that ended with `errno` at `code`.
    public init(name: String, code: Int32) {
        self.name = name
        self.code = code
    }

    /// Whether whoever was reading has gone away, which is no fault: `… | head` does it.
    public var isReaderGone: Bool { code == EPIPE }
}

extension OutputFailure: CustomStringConvertible {
    /// One line for the user.
    public var description: String {
        "cannot write, \(name): \(String(cString: strerror(code)))"
    }
}
