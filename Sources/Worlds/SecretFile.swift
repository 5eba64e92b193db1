import Glibc
import LabKit

/// A file that nobody else may read.
enum SecretFile {
    /// Writes a text in place of what was there.
    static func write(_ text: String, to path: Argument) throws {
        let name = (path.bytes + [0]).map(CChar.init(bitPattern:))
        // An old file might be readable: a new one takes its place.
        unlink(name)
        let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(
                "cannot create the token file: \(String(cString: strerror(errno)))",
                at: "\(path)",
                remedy: "name another file with --token-file",
                status: .cantCreate
            )
        }
        defer { close(descriptor) }
        try OutputFile(descriptor: descriptor, name: "\(path)").write(text)
    }
}
