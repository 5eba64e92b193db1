import Glibc
import Nodes

/// Streams in memory, and files where they are: on disk.
struct FileInputs: Inputs.Source {
    let streams: [String: [String]]

    init(_ streams: [String: [String]]) {
        self.streams = streams
    }

    func entry(of input: String, after cursor: Int) -> Inputs.Entry? {
        guard let files = streams[input], cursor < files.count else { return nil }
        return Inputs.Entry(cursor: cursor + 1, text: files[cursor])
    }

    func bytes(
        of file: String,
        from offset: Int,
        countMax: Int
    ) throws(InputFailure) -> [UInt8] {
        // A pipe without a writer would block; O_NONBLOCK has no effect on regular files.
        let descriptor = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputFailure(file, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw InputFailure(file, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw InputFailure(name: file, reason: "it is no regular file")
        }
        let count = max(0, min(countMax, Int(status.st_size) - offset))
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let room = buffer.baseAddress?.advanced(by: filled)
                let got = pread(descriptor, room, count - filled, offset + filled)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { return }
                filled += got
            }
        }
        if failure != 0 { throw InputFailure(file, failure) }
        return bytes
    }
}

extension InputFailure {
    fileprivate init(_ file: String, _ error: Int32) {
        self.init(name: file, reason: String(cString: strerror(error)))
    }
}
