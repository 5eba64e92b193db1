/// Something was saved under a name, and cannot be read any more: torn, cut short or changed.
public struct DamagedSave: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name it was saved under.
    public let name: String

    /// That what has this name cannot be read.
    public init(name: String) {
        self.name = name
    }

    /// `what was saved as checkpoint is damaged`.
    public var description: String { "what was saved as \(name) is damaged" }
}
