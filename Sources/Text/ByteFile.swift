#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open regular file, read from front to back.
///
/// Read, not memory-mapped: a file that shrinks meanwhile simply ends, where a mapped one would kill
/// the process (SIGBUS), and no page of a large file counts as ours. The price is a copy of each byte
/// within the cache (`docs/performance.md`).
struct ByteFile: ~Copyable {
    /// The path it was opened with.
    let path: InputPath

    /// Its size in bytes when it was opened.
    let size: UInt64

    private let descriptor: Int32

    /// Opens a regular file; anything else is refused, and never waited for.
    init(reading path: InputPath) throws(TextFailure) {
        // A pipe without a writer would block: O_NONBLOCK has no effect on regular files.
        guard let opened = path.withCString({ open($0, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }) else {
            throw .system(action: "open", path: path, code: EINVAL)
        }
        if opened < 0 {
            // What cannot be opened for reading at all, such as a socket, is told by its kind.
            let refusal = TextFailure.refused("open", path)
            if let kind = FileStatus.kindIfNotRegular(path) {
                throw .notRegularFile(path: path, kind: kind)
            }
            throw refusal
        }
        var status = stat()
        if fstat(opened, &status) != 0 {
            let refusal = TextFailure.refused("examine", path)
            close(opened)
            throw refusal
        }
        if let kind = FileStatus.kindIfNotRegular(status) {
            close(opened)
            throw .notRegularFile(path: path, kind: kind)
        }
        self.path = path
        size = UInt64(status.st_size)
        descriptor = opened
    }

    deinit {
        close(descriptor)
    }

    /// Reads on, and returns the number of bytes put into `room`, or 0 at the end of the file.
    func read(into room: UnsafeMutableRawBufferPointer) throws(TextFailure) -> Int {
        while true {
            let count = systemRead(descriptor, room.baseAddress, room.count)
            if count >= 0 { return count }
            if errno != EINTR { throw .refused("read", path) }
        }
    }

    /// Reads the whole file.
    static func contents(of path: InputPath) throws(TextFailure) -> [UInt8] {
        let file = try ByteFile(reading: path)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(file.size))
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { room.deallocate() }
        while true {
            let count = try file.read(into: room)
            if count == 0 { return bytes }
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
    }
}

/// `read(2)`, which the method of the same name hides.
private func systemRead(
    _ descriptor: Int32,
    _ room: UnsafeMutableRawPointer?,
    _ count: Int
) -> Int {
    read(descriptor, room, count)
}
