import Glibc

/// A file that the command line names, written whole.
public enum WrittenFile {
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
        let name = (path.bytes + [0]).map(CChar.init(bitPattern:))
        let file = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
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
}
