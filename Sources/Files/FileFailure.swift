import Glibc

/// Why something about a file or a folder did not work.
public struct FileFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was being done.
    public enum Action: String, Hashable, Sendable {
        case making, opening, reading, writing, renaming, removing
    }

    /// What stood in the way.
    public enum Cause: Hashable, Sendable {
        /// The system refused, with this number (`errno`).
        case system(code: Int32)
        /// It is a folder, a pipe, a link or a device where a file belongs.
        case notAFile
        /// It is larger than what is read here.
        case tooLarge(bytesMax: Int)
    }

    /// What was being done.
    public let action: Action
    /// To what.
    public let path: String
    /// What stood in the way.
    public let cause: Cause

    /// What the system has just said (`errno`).
    init(_ action: Action, _ path: String) {
        self.init(action, path, .system(code: errno))
    }

    init(_ action: Action, _ path: String, _ cause: Cause) {
        self.action = action
        self.path = path
        self.cause = cause
    }

    /// The system's number; nil if it was not the system that refused.
    public var code: Int32? {
        switch cause {
        case .system(let code): code
        case .notAFile, .tooLarge: nil
        }
    }

    /// Whether there is no room: the disk, the user's share of it, or the limit on a file's size.
    public var isForLackOfRoom: Bool {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: true
        default: false
        }
    }

    /// Whether rights are missing, or the disk takes no writes.
    public var isForLackOfRights: Bool {
        switch code {
        case EACCES, EPERM, EROFS: true
        default: false
        }
    }

    /// Whether there is no such file or folder.
    public var isForNothing: Bool { code == ENOENT }

    /// One line: `writing a/b: No space left on device`.
    public var description: String {
        switch cause {
        case .system(let code): "\(action) \(path): \(String(cString: strerror(code)))"
        case .notAFile: "\(action) \(path): it is no regular file"
        case .tooLarge(let bytesMax): "\(action) \(path): it has more than \(bytesMax) bytes"
        }
    }
}
