#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file to be counted.
public struct InputFile: Hashable, Sendable {
    /// Where it is.
    public let path: InputPath

    /// Its size in bytes when it was found.
    public let bytes: UInt64

    /// A file and its size.
    public init(path: InputPath, bytes: UInt64) {
        self.path = path
        self.bytes = bytes
    }
}

/// Finds the files that paths and patterns stand for.
public enum InputFiles {
    /// The regular files that these stand for.
    ///
    /// A path of a file stands for that file, a path of a folder for every regular file below it.
    /// In a walk names that begin with "." are left out, as are links to folders and links to
    /// nothing; links to files are followed. A path that is not there and holds one of `*?[` is a
    /// pattern for `glob(7)`; of its matches, what is neither file nor folder is left out.
    ///
    /// The order is that of the patterns, and byte order within each. A file that is reached more
    /// than once, by whatever name or link, is listed where it was first reached. An empty folder
    /// stands for no files.
    ///
    /// - Parameter patterns: Paths and patterns.
    /// - Returns: The files, each once.
    /// - Throws: ``TextFailure``: a path or pattern for which nothing is there, a path of something
    ///   that is neither file nor folder, a folder that cannot be read.
    public static func find(_ patterns: [InputPath]) throws(TextFailure) -> [InputFile] {
        var search = FileSearch()
        for pattern in patterns { try search.find(pattern) }
        return search.files
    }

    /// The names in a folder, in no order; those that begin with "." only if asked for.
    static func names(in folder: InputPath, hidden: Bool) throws(TextFailure) -> [InputPath] {
        guard let listing = folder.withCString({ opendir($0) }) ?? nil else {
            throw .refused("list", folder)
        }
        defer { closedir(listing) }
        let dot = UInt8(ascii: ".")
        var names: [InputPath] = []
        while true {
            errno = 0
            guard let entry = readdir(listing) else {
                if errno != 0 { throw .refused("list", folder) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { room in
                // The type of the field has 256 bytes; the entry may have fewer.
                guard let start = room.baseAddress else { return [UInt8]() }
                return Array(room.prefix(strlen(start.assumingMemoryBound(to: CChar.self))))
            }
            if name == [dot] || name == [dot, dot] { continue }
            if hidden || name.first != dot { names.append(InputPath(bytes: name)) }
        }
    }
}

/// A search under way.
private struct FileSearch {
    /// What makes two names one file.
    struct Identity: Hashable {
        let device: UInt64
        let number: UInt64
    }

    /// What was found, in order.
    private(set) var files: [InputFile] = []
    private var seen: Set<Identity> = []
    /// What the pattern at hand has led to so far.
    private var found: [(path: InputPath, status: stat)] = []

    mutating func find(_ pattern: InputPath) throws(TextFailure) {
        found = []
        if let status = FileStatus.of(pattern) {
            if FileStatus.isFolder(status) {
                try walk(pattern)
            } else if let kind = FileStatus.kindIfNotRegular(status) {
                throw .notRegularFile(path: pattern, kind: kind)
            } else {
                found.append((pattern, status))
            }
        } else {
            let code = errno
            let isPattern = pattern.bytes.contains { "*?[".utf8.contains($0) }
            if code != ENOENT || !isPattern {
                throw code == ENOENT || code == ENOTDIR
                    ? .notFound(path: pattern)
                    : .system(action: "examine", path: pattern, code: code)
            }
            try expand(pattern)
        }
        found.sort { $0.path < $1.path }
        for (path, status) in found {
            let identity = Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
            if seen.insert(identity).inserted {
                files.append(InputFile(path: path, bytes: UInt64(status.st_size)))
            }
        }
    }

    private mutating func expand(_ pattern: InputPath) throws(TextFailure) {
        var matches = glob_t()
        defer { globfree(&matches) }
        let result = pattern.withCString { glob($0, GLOB_NOSORT, nil, &matches) } ?? GLOB_NOMATCH
        if result == GLOB_NOMATCH { throw .notFound(path: pattern) }
        if result != 0 {
            let code = result == GLOB_NOSPACE ? ENOMEM : EIO
            throw .system(action: "expand", path: pattern, code: code)
        }
        for index in 0..<Int(matches.gl_pathc) {
            guard let name = matches.gl_pathv[index] else { continue }
            let path = InputPath(
                bytes: Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
            )
            guard let status = FileStatus.of(path) else { continue }
            if FileStatus.isFolder(status) {
                try walk(path)
            } else if FileStatus.isRegular(status) {
                found.append((path, status))
            }
        }
    }

    /// Adds every regular file below a folder, with a list of its own instead of recursion: the
    /// depth of a tree of folders has no limit that the stack would know of.
    private mutating func walk(_ top: InputPath) throws(TextFailure) {
        var folders = [top]
        while let folder = folders.popLast() {
            for name in try InputFiles.names(in: folder, hidden: false) {
                let path = folder.appending(name)
                // What disappears between listing and looking was never there.
                guard let own = FileStatus.of(path, followingLinks: false) else { continue }
                if FileStatus.isFolder(own) {
                    folders.append(path)
                } else if FileStatus.isRegular(own) {
                    found.append((path, own))
                } else if FileStatus.isLink(own), let status = FileStatus.of(path),
                    FileStatus.isRegular(status)
                {
                    found.append((path, status))
                }
            }
        }
    }
}
