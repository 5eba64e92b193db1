import Glibc

/// A regular file that is read from front to back.
struct OpenFile: ~Copyable {
    let path: String
    /// How many bytes it had when it was opened.
    let byteCount: Int
    private let descriptor: Int32

    init(reading path: String) throws(FileFailure) {
        // A pipe without a writer would block; O_NONBLOCK has no effect on regular files.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            // A link, and a socket.
            let isOther = errno == ELOOP || errno == ENXIO
            throw isOther ? FileFailure(.opening, path, .notAFile) : FileFailure(.opening, path)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let failure = FileFailure(.reading, path)
            close(descriptor)
            throw failure
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw FileFailure(.opening, path, .notAFile)
        }
        self.path = path
        self.descriptor = descriptor
        byteCount = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Reads up to so many bytes; fewer only at the end of the file.
    func read(upTo bytesMax: Int) throws(FileFailure) -> [UInt8] {
        var failed: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: bytesMax) { room, count in
            failed = fill(UnsafeMutableRawBufferPointer(room), &count)
        }
        guard failed == 0 else { throw FileFailure(.reading, path, .system(code: failed)) }
        return bytes
    }

    /// Reads everything, at most so many bytes.
    func contents(bytesMax: Int) throws(FileFailure) -> [UInt8] {
        // The size is known, and there is one byte of room to see that the file ends there.
        var all = try read(upTo: min(byteCount, bytesMax) + 1)
        while all.count > min(byteCount, bytesMax) {
            guard all.count <= bytesMax else {
                throw FileFailure(.reading, path, .tooLarge(bytesMax: bytesMax))
            }
            // It grows while it is read, or has no size that the system would tell.
            let more = try read(upTo: 1 << 16)
            if more.isEmpty { break }
            all += more
        }
        return all
    }

    private func fill(_ room: UnsafeMutableRawBufferPointer, _ count: inout Int) -> Int32 {
        while count < room.count {
            let got = Glibc.read(
                descriptor,
                room.baseAddress?.advanced(by: count),
                room.count - count
            )
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return errno }
            if got == 0 { return 0 }
            count += got
        }
        return 0
    }
}
