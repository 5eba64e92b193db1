import Glibc
import LabKit

/// The files that are written, none of which is one that is read.
struct OutputFiles {
    /// - Throws: `UsageError` if a file is to be read and written, or written twice.
    init(_ options: TimelineOptions) throws(UsageError) {
        try DistinctFiles.check(
            written: [
                ("--html", options.html), ("--svg", options.svg), ("--shiviz", options.shiviz),
                ("--perfetto", options.perfetto),
            ],
            read: options.logs.map { ("a log", $0) }
        )
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
