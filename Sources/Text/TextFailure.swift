#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why a file could not be found, read, counted or written.
///
/// Its description is one line.
public enum TextFailure: Error, Hashable, Sendable {
    /// The system refused to do something to a file; `code` is its `errno`.
    case system(action: String, path: InputPath, code: Int32)

    /// No file, folder or glob match has this name.
    case notFound(path: InputPath)

    /// A folder, a pipe, a device or the like stands where a file should be.
    case notRegularFile(path: InputPath, kind: String)

    /// A word longer than ``Limit/wordBytesMax`` begins at this byte of the file, counted from 0.
    ///
    /// In a CSV field the offset is too high by one for each doubled quote in the word.
    case wordTooLong(path: InputPath, offset: UInt64)

    /// A CSV file breaks the rules at this line, counted from 1.
    case malformedCSV(path: InputPath, line: UInt64, fault: CSVFault)

    /// A file of counts breaks the rules at this line, counted from 1.
    case malformedCounts(path: InputPath, line: UInt64, reason: String)

    /// A corpus was asked for that cannot be made.
    case impossibleCorpus(reason: String)

    /// A corpus is only written into a new or an empty folder, and this one holds something.
    case folderNotEmpty(path: InputPath)

    /// What the system just refused; to be made before anything else can change `errno`.
    static func refused(_ action: String, _ path: InputPath) -> TextFailure {
        .system(action: action, path: path, code: errno)
    }
}

extension TextFailure: CustomStringConvertible {
    /// One line that names the place and the reason.
    public var description: String {
        switch self {
        case .system(let action, let path, let code):
            "cannot \(action) \(path): \(String(cString: strerror(code)))"
        case .notFound(let path):
            "\(path): no such file, folder or match"
        case .notRegularFile(let path, let kind):
            "\(path): is \(kind), not a regular file"
        case .wordTooLong(let path, let offset):
            "\(path): the word at byte \(offset) is longer than \(Limit.wordBytesMax) bytes"
        case .malformedCSV(let path, let line, let fault):
            "\(path):\(line): \(fault)"
        case .malformedCounts(let path, let line, let reason):
            "\(path):\(line): \(reason)"
        case .impossibleCorpus(let reason):
            "cannot make this corpus: \(reason)"
        case .folderNotEmpty(let path):
            "\(path): the folder is not empty; name a new one"
        }
    }
}
