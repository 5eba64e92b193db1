/// Something was saved under a name, and cannot be read any more: torn, cut short or changed.
public struct DamagedSave: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name it was saved under.
    public let name: String

    /// `what was saved as checkpoint is damaged`.
    public var description: String { "what was saved as \(name) is damaged" }

    /// What lies under that name.
    public init(name: String) { self.name = name }
}
