/// Names ways from node to node: `Mapper_*→Coordinator`.
public struct LinkPattern: Hashable, Codable, Sendable {
    /// Who sends.
    public let senders: [NodePattern]
    /// Who receives.
    public let receivers: [NodePattern]
    /// Whether the way back is meant too: `↔`.
    public let isBothWays: Bool

    /// Every way: `*`.
    public static let all = LinkPattern(from: [NodePattern("*")], to: [NodePattern("*")])

    /// Those ways.
    public init(from senders: [NodePattern], to receivers: [NodePattern], isBothWays: Bool = false)
    {
        self.senders = senders
        self.receivers = receivers
        self.isBothWays = isBothWays
    }

    /// Whether the way from one node to another is meant.
    public func matches(sender: String, receiver: String) -> Bool {
        senders.matches(sender) && receivers.matches(receiver)
            || isBothWays && senders.matches(receiver) && receivers.matches(sender)
    }
}

extension LinkPattern: CustomStringConvertible {
    /// As fault plans have it: `A→B`, `A↔B`, or `*` for every way.
    public var description: String {
        self == .all ? "*" : "\(senders.list)\(isBothWays ? "↔" : "→")\(receivers.list)"
    }
}

extension [NodePattern] {
    /// As fault plans have it: `Client,Mapper_*`.
    var list: String { map(\.description).joined(separator: ",") }

    /// Whether any of them means that node.
    public func matches(_ name: String) -> Bool { contains { $0.matches(name) } }
}
