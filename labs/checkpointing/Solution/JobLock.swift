import Glibc
import LabKit

/// A folder of checkpoints that one job at a time may use: `flock` on a file of its own.
final class JobLock {
    private let descriptor: Int32

    /// Takes it, for as long as this lives.
    ///
    /// - Throws: `CommandFailure` if another job has it.
    init(_ folder: String) throws(CommandFailure) {
        let path = "\(folder)/job.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            let isForbidden = errno == EACCES || errno == EPERM || errno == EROFS
            throw CommandFailure(
                "\(path): \(String(cString: strerror(errno)))",
                remedy: isForbidden ? "let this user read and write there" : nil,
                status: isForbidden ? .noPermission : .cantCreate
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw CommandFailure(
                "another job is at work in this folder",
                at: folder,
                remedy: "wait for its end, or name another folder",
                status: .temporary
            )
        }
    }

    deinit { close(descriptor) }
}
