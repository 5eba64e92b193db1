import Glibc

/// Folders, their names, and how changes of names come to the disk.
public enum Folder {
    /// What lies under a name.
    public enum Kind: Hashable, Sendable {
        case nothing, file, folder, link, other
    }

    /// Makes a folder that nobody else may look into, unless something has that name.
    ///
    /// - Returns: Whether it was made.
    @discardableResult public static func make(_ path: String) throws(FileFailure) -> Bool {
        guard mkdir(path, 0o700) != 0 else { return true }
        guard errno == EEXIST else { throw FileFailure(.making, path) }
        return false
    }

    /// What lies under this path; a link is a link, wherever it leads.
    public static func kind(of path: String) throws(FileFailure) -> Kind {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw FileFailure(.reading, path) }
            return .nothing
        }
        return kind(status)
    }

    /// What a path leads to, through links; nothing if a link leads nowhere.
    public static func kindBehindLinks(_ path: String) throws(FileFailure) -> Kind {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ELOOP else { throw FileFailure(.reading, path) }
            return .nothing
        }
        return kind(status)
    }

    /// When it was last changed, in seconds since 1970; nil if it is not there.
    public static func modificationSeconds(_ path: String) -> Int? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mtim.tv_sec : nil
    }

    /// The names in a folder, sorted, without `.` and `..`.
    public static func names(in path: String) throws(FileFailure) -> [String] {
        guard let stream = opendir(path) else { throw FileFailure(.reading, path) }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { room in
                String(decoding: room.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw FileFailure(.reading, path) }
        return names.sorted()
    }

    /// Gives something another name, in place of the file that had it.
    ///
    /// - Throws: `FileFailure`; the names are as they were then.
    public static func rename(_ old: String, to new: String) throws(FileFailure) {
        guard Glibc.rename(old, new) == 0 else { throw FileFailure(.renaming, old) }
    }

    /// Removes a file.
    public static func removeFile(_ path: String) throws(FileFailure) {
        guard unlink(path) == 0 else { throw FileFailure(.removing, path) }
    }

    /// Removes a folder in which nothing is left.
    public static func remove(_ path: String) throws(FileFailure) {
        guard rmdir(path) == 0 else { throw FileFailure(.removing, path) }
    }

    /// Brings the names in a folder to the disk.
    public static func synchronise(_ path: String) throws(FileFailure) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(.opening, path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileFailure(.writing, path) }
    }

    /// The folder in which a path lies.
    public static func parent(of path: String) -> String {
        var bytes = Array(path.utf8)
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
    }

    private static func kind(_ status: stat) -> Kind {
        switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        case S_IFLNK: .link
        default: .other
        }
    }
}
