import Glibc

extension ChildProcess.Command {
    /// The program that is running, so that it can start itself in another role.
    ///
    /// It is its path, so that `ps` shows its name. A program that was replaced while it runs has a path
    /// no more, and is reached by its link.
    public static let ownProgram: String = {
        let link = "/proc/self/exe"
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link, &buffer, buffer.count)
        let path = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
        return count > 0 && access(path, X_OK) == 0 ? path : link
    }()
}
