import Glibc

/// Files that are read and written as a whole.
public enum WholeFile {
    /// The most that is read: a file that claims more is not ours.
    public static let bytesMax = 1 << 30

    /// Reads a regular file.
    ///
    /// It is never waited for: what is a pipe or a device is refused, and so is a link, which may lead
    /// anywhere.
    public static func read(_ path: String, bytesMax: Int = bytesMax) throws(FileFailure) -> [UInt8]
    {
        let file = try OpenFile(reading: path)
        return try file.contents(bytesMax: bytesMax)
    }

    /// Writes a file, piece after piece, and brings it to the disk.
    ///
    /// What had this path is gone from the first moment on: give a name that means nothing, and rename
    /// the file when it is there.
    ///
    /// - Throws: `FileFailure`; there is no such file then, so that it takes no room either.
    public static func write(_ pieces: [[UInt8]], to path: String) throws(FileFailure) {
        // A link in the place of an unfinished file is not ours to follow.
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { throw FileFailure(.making, path) }
        defer { close(descriptor) }
        do throws(FileFailure) {
            for piece in pieces { try write(piece, to: descriptor, path) }
            guard fsync(descriptor) == 0 else { throw FileFailure(.writing, path) }
        } catch {
            unlink(path)
            throw error
        }
    }

    /// Makes one bit of a file another one, as a bad disk would.
    ///
    /// - Returns: Whether there was such a byte.
    public static func flipBit(ofByte place: Int, in path: String) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var byte: UInt8 = 0
        guard pread(descriptor, &byte, 1, place) == 1 else { return false }
        byte ^= 1
        return pwrite(descriptor, &byte, 1, place) == 1
    }

    private static func write(
        _ bytes: [UInt8],
        to descriptor: Int32,
        _ path: String
    ) throws(FileFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileFailure(.writing, path) }
            written += count
        }
    }
}
