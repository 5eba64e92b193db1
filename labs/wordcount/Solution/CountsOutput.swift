import Glibc
import LabKit
import Text

extension Argument {
    /// Refuses a path that certainly cannot be written, before hours of work are done for it.
    func checkWritable() throws {
        let slash = UInt8(ascii: "/")
        let folder = bytes.lastIndex(of: slash).map { bytes[...$0] } ?? [UInt8(ascii: "."), slash]
        var reason: String?
        var status = stat()
        if access((folder + [0]).map(CChar.init(bitPattern:)), W_OK) != 0 {
            reason = String(cString: strerror(errno))
        } else if stat((bytes + [0]).map(CChar.init(bitPattern:)), &status) == 0,
            status.st_mode & S_IFMT != S_IFREG
        {
            reason = "not a regular file"
        }
        guard let reason else { return }
        throw CommandFailure(
            "cannot write the counts: \(reason)",
            at: "\(self)",
            remedy: "name another file with --output",
            status: .cantCreate
        )
    }

    /// Writes counts to the file of this name.
    func write(_ counts: WordTable) throws {
        do {
            try CountsFile.write(counts, to: InputPath(bytes: bytes))
        } catch {
            throw CommandFailure("cannot write the counts: \(error)", status: .cantCreate)
        }
    }
}
