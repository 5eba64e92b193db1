import Glibc

/// A file that the command line names, read whole.
public enum NamedFile {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - what: What it should be, for the message: "event log".
    ///   - bytesMax: A larger file is refused.
    /// - Returns: Its bytes.
    /// - Throws: `CommandFailure`: 66 if it cannot be read, 65 if it is too large.
    public static func read(_ path: Argument, as what: String, bytesMax: Int)
        throws(CommandFailure) -> [UInt8]
    {
        let file = open((path.bytes + [0]).map(CChar.init(bitPattern:)), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw unreadable(path, what, errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &block, block.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw unreadable(path, what, errno)
            }
            bytes += block[..<count]
            guard bytes.count <= bytesMax else {
                throw CommandFailure(
                    "the \(what) is larger than \(bytesMax) bytes",
                    at: "\(path)",
                    status: .data
                )
            }
        }
    }

    private static func unreadable(
        _ path: Argument,
        _ what: String,
        _ code: Int32
    ) -> CommandFailure {
        CommandFailure(
            "cannot read the \(what): \(String(cString: strerror(code)))",
            at: "\(path)",
            remedy: "name a file that is there and may be read",
            status: .noInput
        )
    }
}
