/// Why a text names no cut of a log.
public enum CutMistake: Error, Hashable, Sendable {
    /// A part is not of the form `NODE:N` or `n3`.
    case malformed(String)
    /// The number of a part is larger than any that can be counted to.
    case numberTooLarge(String)
    /// No node is called that, or begins like that.
    case unknownNode(String, known: [String])
    /// Several nodes begin like that.
    case ambiguousNode(String, fitting: [String])
    /// A node is named twice.
    case namedTwice(String)
    /// A node has fewer events.
    case noSuchEvent(node: String, number: Int, count: Int)
    /// No node has put a part of the checkpoint to rest.
    case noSuchCheckpoint(String, known: [String])
}

extension CutMistake: CustomStringConvertible {
    /// One line, with what to write instead.
    public var description: String {
        switch self {
        case .malformed(let part):
            "'\(part)' names no event: write NODE:N, or the node's first letters and N, such as m1"
        case .numberTooLarge(let part):
            "the number of '\(part)' is too large: no node has so many events"
        case .unknownNode(let name, let known):
            "no node is called '\(name)' or begins with it; there are \(list(known))"
        case .ambiguousNode(let part, let fitting):
            "'\(part)' may be of \(list(fitting)); write NODE:N"
        case .namedTwice(let node): "\(node) is named twice in one cut"
        case .noSuchEvent(let node, let number, let count):
            "\(node) has no event \(number); its last one is \(count)"
        case .noSuchCheckpoint(let name, let known):
            known.isEmpty
                ? "there is no checkpoint in this log"
                : "there is no checkpoint '\(name)' in this log; "
                    + (known.count == 1 ? "there is only " : "there are ")
                    + list(known.map { "'\($0)'" })
        }
    }

    private func list(_ names: [String]) -> String {
        let namesMax = 12
        let more = names.count > namesMax ? " and \(names.count - namesMax) more" : ""
        return names.prefix(namesMax).joined(separator: ", ") + more
    }
}
