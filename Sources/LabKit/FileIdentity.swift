import Glibc

/// Which file a path leads to, whatever it is called there.
///
/// A file that is there is its device and its number. One that is not there yet is the folder in which it would be
/// made, and its name. Only regular files count: two outputs may well go to one terminal, or to `/dev/null`.
public enum FileIdentity: Hashable, Sendable {
    case file(device: UInt64, number: UInt64)
    case place(device: UInt64, folder: UInt64, name: [UInt8])

    /// As many links as Linux follows, one after another.
    private static let linksMax = 40

    /// Looks where a path leads; nil of what is no regular file, and of what could not be made there.
    ///
    /// - Parameter path: The path; it is only looked at, and nothing is made.
    public init?(_ path: Argument) {
        self.init(path.bytes, linksMax: Self.linksMax)
    }

    private init?(_ path: [UInt8], linksMax: Int) {
        if let status = Self.status(path) {
            guard status.st_mode & S_IFMT == S_IFREG else { return nil }
            self = .file(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
            return
        }
        let slash = UInt8(ascii: "/")
        let start = path.lastIndex(of: slash).map { $0 + 1 } ?? 0
        let folder = start == 0 ? [UInt8(ascii: "."), slash] : Array(path[..<start])
        if let target = Self.target(path) {
            // Whoever writes to a link that leads nowhere makes the file there.
            guard linksMax > 0 else { return nil }
            let next = target.first == slash ? target : folder + target
            self.init(next, linksMax: linksMax - 1)
            return
        }
        let name = Array(path[start...])
        guard !name.isEmpty, let status = Self.status(folder) else { return nil }
        self = .place(
            device: UInt64(status.st_dev),
            folder: UInt64(status.st_ino),
            name: name
        )
    }

    private static func status(_ path: [UInt8]) -> stat? {
        var status = stat()
        return stat(name(path), &status) == 0 ? status : nil
    }

    /// Where a link leads; nil if it is none.
    private static func target(_ path: [UInt8]) -> [UInt8]? {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(name(path), &target, target.count)
        return count > 0 ? target[..<count].map { UInt8(bitPattern: $0) } : nil
    }

    private static func name(_ path: [UInt8]) -> [CChar] {
        (path + [0]).map { CChar(bitPattern: $0) }
    }
}
