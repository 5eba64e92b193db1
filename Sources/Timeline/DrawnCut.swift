public import Causality

/// A cut that is drawn across the lines of the nodes.
public struct DrawnCut: Hashable, Sendable {
    /// The cut, of `LinkedLog.execution`.
    public var cut: Cut
    /// What it is called in the picture: `checkpoint 3`.
    public var name: String
    /// What else is to be said of it, below the picture.
    public var remark: String?

    /// A cut with a name.
    public init(_ cut: Cut, name: String = "cut", remark: String? = nil) {
        self.cut = cut
        self.name = name
        self.remark = remark
    }

    /// The cut of a checkpoint, with what is missing, and what had to be assumed of it.
    public init(_ checkpoint: CheckpointCut, name: String, of linked: LinkedLog) {
        let remarks =
            Self.missed(checkpoint, linked) + Self.completion(checkpoint)
            + Self.assumed(checkpoint, linked) + Self.others(checkpoint, linked)
        let remark = remarks.isEmpty ? nil : remarks.joined(separator: "; ")
        self.init(checkpoint.cut, name: name, remark: remark)
    }

    private static func missed(_ checkpoint: CheckpointCut, _ linked: LinkedLog) -> [String] {
        checkpoint.absent.filter(\.isMissed).map { absent in
            let crash = absent.diesNext ? " before its crash," : ""
            return "no part of \(linked.nodes[absent.node]): "
                + "it is cut\(crash) as late as the others allow"
        }
    }

    private static func completion(_ checkpoint: CheckpointCut) -> [String] {
        switch checkpoint.completion {
        case .told, .unknown: []
        case .untold: ["the log never tells that it was complete"]
        }
    }

    private static func assumed(_ checkpoint: CheckpointCut, _ linked: LinkedLog) -> [String] {
        checkpoint.doubts.map { message in
            let receives = linked.execution.messages[message].receives
            let node = receives.first.map { linked.nodes[$0.process] } ?? "its receiver"
            let name = linked.execution.messages[message].name
            return "\(node) is taken to have saved before it took in \(name)"
        }
    }

    /// Those of which no part is expected, such as a coordinator.
    private static func others(_ checkpoint: CheckpointCut, _ linked: LinkedLog) -> [String] {
        let names = checkpoint.absent.filter { !$0.isMissed }.map { linked.nodes[$0.node] }
        guard let first = names.first else { return [] }
        return names.count == 1
            ? ["\(first) takes no part, and is cut as late as the others allow"]
            : [
                "\(names.joined(separator: ", ")) take no part, and are cut as late as the others allow"
            ]
    }
}
