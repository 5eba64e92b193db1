import Glibc
import LabKit
import Text

extension Argument {
    /// Refuses a path that certainly cannot be written, before hours of work are done for it.
    func checkWritable() throws {
        let slash = UInt8(ascii: "/")
        let folder = bytes.lastIndex(of: slash).map { bytes[...$0] } ?? [UInt8(ascii: "."), slash]
        guard access((folder + [0]).map(CChar.init(bitPattern:)), W_OK) == 0 else {
            throw CommandFailure(
                "cannot write the counts: \(String(cString: strerror(errno)))",
                at: "\(self)",
                remedy: "name another file with --output",
                status: .cantCreate
            )
        }
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
