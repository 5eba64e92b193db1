#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A new file, written from front to back.
struct OutputFile: ~Copyable {
    /// Where it is.
    let path: InputPath

    private let descriptor: Int32

    /// Creates a file where there is none.
    init(creating path: InputPath) throws(TextFailure) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        guard let opened = path.withCString({ open($0, flags, 0o666) }) else {
            throw .system(action: "create", path: path, code: EINVAL)
        }
        if opened < 0 { throw .refused("create", path) }
        self.path = path
        descriptor = opened
    }

    deinit {
        close(descriptor)
    }

    /// Writes all of these bytes after those already written.
    func append(_ bytes: [UInt8]) throws(TextFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
                return write(descriptor, rest.baseAddress, rest.count)
            }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                throw .refused("write", path)
            }
        }
    }

    /// Waits until the bytes are on the disk.
    func save() throws(TextFailure) {
        if fsync(descriptor) != 0 { throw .refused("save", path) }
    }
}
