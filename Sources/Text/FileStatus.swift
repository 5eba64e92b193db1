#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What stands behind a path.
enum FileStatus {
    /// The status of a path, or nil if there is none to be had; `errno` then says why.
    static func of(_ path: InputPath, followingLinks: Bool = true) -> stat? {
        var status = stat()
        let result = path.withCString { place in
            followingLinks ? stat(place, &status) : lstat(place, &status)
        }
        guard let result else {
            errno = EINVAL
            return nil
        }
        return result == 0 ? status : nil
    }

    static func isRegular(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFREG }
    static func isFolder(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }
    static func isLink(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFLNK }

    /// What this is, if it is not a regular file.
    static func kindIfNotRegular(_ status: stat) -> String? {
        switch status.st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "a folder"
        case S_IFIFO: "a pipe"
        case S_IFSOCK: "a socket"
        case S_IFCHR, S_IFBLK: "a device"
        default: "something else"
        }
    }

    /// What this path leads to, if it is there and not a regular file.
    static func kindIfNotRegular(_ path: InputPath) -> String? {
        of(path).flatMap { kindIfNotRegular($0) }
    }
}
