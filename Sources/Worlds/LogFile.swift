import Causality
import Glibc
import LabKit

/// An event log on disk.
final class LogFile {
    /// A log that is read into memory is not larger than this.
    static let bytesMax = 1 << 30

    private let descriptor: Int32
    private let output: OutputFile
    private var failure: OutputFailure?
    /// What is not written yet: one system call for many events.
    private var buffer: [UInt8] = []
    private static let bufferBytesMax = 1 << 16

    /// Makes the file anew, with its header.
    init(at path: Argument, _ header: EventLogHeader) throws(CommandFailure) {
        descriptor = open(
            (path.bytes + [0]).map(CChar.init(bitPattern:)),
            O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
            0o666
        )
        guard descriptor >= 0 else {
            throw Self.uncreatable(path, String(cString: strerror(errno)))
        }
        output = OutputFile(descriptor: descriptor, name: "\(path)")
        buffer = EventLog.line(header)
    }

    /// Refuses a path that certainly cannot be written, before hours of work are done for it.
    static func check(_ path: Argument) throws(CommandFailure) {
        let slash = UInt8(ascii: "/")
        let folder =
            path.bytes.lastIndex(of: slash).map { path.bytes[...$0] } ?? [UInt8(ascii: "."), slash]
        var status = stat()
        if access((folder + [0]).map(CChar.init(bitPattern:)), W_OK) != 0 {
            throw uncreatable(path, String(cString: strerror(errno)))
        }
        if stat((path.bytes + [0]).map(CChar.init(bitPattern:)), &status) == 0,
            status.st_mode & S_IFMT == S_IFDIR
        {
            throw uncreatable(path, String(cString: strerror(EISDIR)))
        }
    }

    private static func uncreatable(_ path: Argument, _ reason: String) -> CommandFailure {
        CommandFailure(
            "cannot create the event log: \(reason)",
            at: "\(path)",
            remedy: "name another file with --log",
            status: .cantCreate
        )
    }

    /// Adds an event; if that fails, `close` says so.
    func append(_ event: Event) {
        buffer += EventLog.line(event)
        if buffer.count >= Self.bufferBytesMax { flush() }
    }

    /// Ends the log.
    ///
    /// - Throws: `OutputFailure` if not all of it was written.
    func close() throws(OutputFailure) {
        flush()
        if Glibc.close(descriptor) != 0, failure == nil {
            failure = OutputFailure(name: output.name, code: errno)
        }
        if let failure { throw failure }
    }

    private func flush() {
        guard failure == nil else { return }
        do throws(OutputFailure) {
            try output.write(bytes: buffer)
        } catch {
            failure = error
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Reads a log.
    ///
    /// - Throws: `CommandFailure`: 66 if it is not there, 65 if it is not an event log.
    static func read(_ path: Argument) throws -> EventLog {
        let bytes = try NamedFile.read(path, as: "event log", bytesMax: bytesMax)
        do {
            return try EventLog(parsing: bytes)
        } catch {
            throw CommandFailure(
                "not an event log that can be run again: \(error)",
                at: "\(path)",
                remedy: "name a file that --log has written",
                status: .data
            )
        }
    }
}
