/// The first word of a fault.
enum FaultPlanVerb: String, CaseIterable {
    case kill, stop, slow, drift, skew, corrupt, fill, lose, duplicate, delay, partition

    /// Whether it takes no time, so that it has no end.
    var isInstant: Bool {
        switch self {
        case .kill, .skew, .corrupt: true
        case .stop, .slow, .drift, .fill, .lose, .duplicate, .delay, .partition: false
        }
    }

    /// Whether it befalls links, of which nothing is counted.
    var isOfLinks: Bool {
        switch self {
        case .lose, .duplicate, .delay, .partition: true
        case .kill, .stop, .slow, .drift, .skew, .corrupt, .fill: false
        }
    }

    /// All of them, for messages.
    static let list = allCases.map(\.rawValue).joined(separator: ", ")

    /// The first words of the clauses that may follow, for messages.
    var clauses: String {
        var words = ["'at'"]
        if !isOfLinks { words.append("'after'") }
        if !isInstant { words.append("'for'") }
        if self == .kill { words.append("'restart after'") }
        return words.alternatives()
    }
}

extension [String] {
    /// `a`, `a or b`, `a, b or c`.
    fileprivate func alternatives() -> String {
        guard let last, count > 1 else { return joined() }
        return dropLast().joined(separator: ", ") + " or " + last
    }
}
