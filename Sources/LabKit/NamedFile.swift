import Glibc

/// A file that the command line names, read or written whole.
public enum NamedFile {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - what: What it should be, for the message: "event log".
    ///   - bytesMax: A larger file is refused.
    /// - Returns: Its bytes.
    /// - Throws: `CommandFailure`: 66 if it cannot be read, 65 if it is too large.
    public static func read(_ path: Argument, as what: String, bytesMax: Int) throws -> [UInt8] {
        let file = open(path.terminated, O_RDONLY | O_CLOEXEC)
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

    /// Writes a file, anew if it is there already.
    ///
    /// - Parameters:
    ///   - bytes: What it holds then.
    ///   - path: The file.
    ///   - what: What it is, for the message: "picture".
    ///   - option: The option that names it, for the message: "--svg".
    /// - Throws: `CommandFailure`: 73 if it cannot be made; `OutputFailure` if not all of it was written.
    public static func write(
        _ bytes: [UInt8],
        to path: Argument,
        as what: String,
        option: String
    ) throws {
        let file = open(path.terminated, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard file >= 0 else {
            throw CommandFailure(
                "cannot create the \(what): \(String(cString: strerror(errno)))",
                at: "\(path)",
                remedy: "name another file with \(option)",
                status: .cantCreate
            )
        }
        do {
            try OutputFile(descriptor: file, name: "\(path)").write(bytes: bytes)
        } catch {
            close(file)
            throw error
        }
        // Some file systems say only here that they had no room.
        if close(file) != 0 { throw OutputFailure(name: "\(path)", code: errno) }
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

extension Argument {
    /// The path as the system takes it, with its closing NUL.
    fileprivate var terminated: [CChar] { (bytes + [0]).map(CChar.init(bitPattern:)) }
}
