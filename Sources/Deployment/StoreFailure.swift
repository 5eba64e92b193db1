import Files

/// Why a store cannot be read or written; what was saved before is still there.
struct StoreFailure: Error, Hashable, CustomStringConvertible {
    let description: String
    /// What the system said, if it was the system.
    let code: Int32?

    init(line: String) {
        description = line
        code = nil
    }

    init(_ failure: FileFailure) {
        description = failure.description
        code = failure.code
    }
}
