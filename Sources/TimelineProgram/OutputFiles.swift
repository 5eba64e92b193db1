import Glibc
import LabKit

/// The files that are written, none of which is one that is read.
struct OutputFiles {
    /// - Throws: `UsageError` if a file is to be read and written, or written twice.
    init(_ options: TimelineOptions) throws(UsageError) {
        let outputs = [
            ("--html", options.html), ("--svg", options.svg), ("--shiviz", options.shiviz),
            ("--perfetto", options.perfetto),
        ]
        let inputs = options.logs.compactMap(Identity.init)
        var names: [Argument: String] = [:]
        for (option, path) in outputs {
            guard let path else { continue }
            if let other = names.updateValue(option, forKey: path) {
                throw UsageError("\(other) and \(option) name the same file, \(path.quoted)")
            }
            if let identity = Identity(path), inputs.contains(identity) {
                throw UsageError("\(option) names a log that is read, \(path.quoted)")
            }
        }
    }

    /// Makes a file anew, and fills it.
    ///
    /// - Throws: `CommandFailure` (73) if it cannot be made, `OutputFailure` if it cannot be written.
    func write(to path: Argument, _ fill: (OutputFile) throws -> Void) throws {
        let descriptor = open(
            (path.bytes + [0]).map(CChar.init(bitPattern:)),
            O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
            0o666
        )
        guard descriptor >= 0 else {
            throw CommandFailure(
                "cannot create the file: \(String(cString: strerror(errno)))",
                at: "\(path)",
                remedy: "name another file",
                status: .cantCreate
            )
        }
        do {
            try fill(OutputFile(descriptor: descriptor, name: "\(path)"))
        } catch {
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw OutputFailure(name: "\(path)", code: errno) }
    }
}

/// Which regular file lies at a path, whatever it is called there.
private struct Identity: Hashable {
    let device: UInt64
    let number: UInt64

    init?(_ path: Argument) {
        var status = stat()
        guard stat((path.bytes + [0]).map(CChar.init(bitPattern:)), &status) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else { return nil }
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
    }
}
