/// A value in a few words, the same in every run and every world: `pong(number: 3)`.
///
/// What `print` shows of a `Set` or a `Dictionary` differs from run to run; here they are sorted. Nodes
/// appear under their names.
public struct Summary: Sendable {
    /// The nodes' names, by index.
    private let names: [String]

    /// Summaries for a system whose nodes have these names.
    public init(names: [String] = []) {
        self.names = names
    }

    /// The value in a few words.
    public func callAsFunction(_ value: Any) -> String {
        if let id = value as? NodeID {
            return names.indices.contains(id.index) ? names[id.index] : "\(id)"
        }
        if let text = value as? String { return "\"\(text)\"" }
        let mirror = Mirror(reflecting: value)
        let children = Array(mirror.children)
        switch mirror.displayStyle {
        case .optional:
            return children.first.map { self($0.value) } ?? "nil"
        case .collection:
            return "[" + children.map { self($0.value) }.joined(separator: ", ") + "]"
        case .set:
            return "{" + children.map { self($0.value) }.sorted().joined(separator: ", ") + "}"
        case .dictionary:
            return "{" + children.map { pair($0.value) }.sorted().joined(separator: ", ") + "}"
        case .enum:
            guard let payload = children.first else { return "\(value)" }
            let inner = Mirror(reflecting: payload.value)
            let isTuple = inner.displayStyle == .tuple
            let list = isTuple ? fields(Array(inner.children)) : self(payload.value)
            return "\(payload.label ?? "")(\(list))"
        case .tuple:
            return "(\(fields(children)))"
        case .struct, .class, .foreignReference, nil:
            // A type that describes itself knows best; numbers have no children.
            if children.isEmpty || value is any CustomStringConvertible { return "\(value)" }
            return "\(mirror.subjectType)(\(fields(children)))"
        @unknown default:
            return "\(value)"
        }
    }

    private func fields(_ children: [Mirror.Child]) -> String {
        children.map { child in
            // Unlabelled fields of tuples are called `.0`, `.1`.
            guard let label = child.label, !label.hasPrefix(".") else { return self(child.value) }
            return "\(label): \(self(child.value))"
        }.joined(separator: ", ")
    }

    private func pair(_ value: Any) -> String {
        Mirror(reflecting: value).children.map { self($0.value) }.joined(separator: ": ")
    }
}
