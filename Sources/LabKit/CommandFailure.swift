/// A command could not do its work, for a reason outside the program.
///
/// `Program` shows it as one line, `wordcount: what, where; remedy`, and exits with `status`.
public struct CommandFailure: Error, Hashable, Sendable {
    /// What went wrong: "cannot open the file".
    public let what: String
    /// Where: a path, a line number, an address.
    public let place: String?
    /// What the user can do about it.
    public let remedy: String?
    /// What the process exits with.
    public let status: ExitStatus

    /// A failure; `place` and `remedy` may be left out where there is none to name.
    public init(
        _ what: String,
        at place: String? = nil,
        remedy: String? = nil,
        status: ExitStatus
    ) {
        self.what = what
        self.place = place
        self.remedy = remedy
        self.status = status
    }
}

extension CommandFailure: CustomStringConvertible {
    /// `what, where; remedy`.
    public var description: String {
        what + (place.map { ", \($0)" } ?? "") + (remedy.map { "; \($0)" } ?? "")
    }
}
