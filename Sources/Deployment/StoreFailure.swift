import Files
public import Glibc

/// Why a store cannot be read or written; what was saved before is still there.
public struct StoreFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What, where, and why.
    public let description: String
    /// What the system said, if it was the system.
    public let code: Int32?

    /// That line.
    public init(line: String) {
        description = line
        code = nil
    }

    init(_ failure: FileFailure) {
        description = failure.description
        code = failure.code
    }

    /// What the system said: `writing a.save: No space left on device`.
    public init(doing what: String, path: String, code: Int32 = errno) {
        description = "\(what) \(path): \(String(cString: strerror(code)))"
        self.code = code
    }
}
