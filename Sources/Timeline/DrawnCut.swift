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

    /// The cut of a checkpoint, with what had to be assumed of it.
    public init(_ checkpoint: CheckpointCut, name: String, of linked: LinkedLog) {
        let assumed = checkpoint.doubts.map { message in
            let receives = linked.execution.messages[message].receives
            let node = receives.first.map { linked.nodes[$0.process] } ?? "its receiver"
            return "\(node) saved before it took in \(linked.execution.messages[message].name)"
        }
        let remark = assumed.isEmpty ? nil : "assumed: " + assumed.joined(separator: ", ")
        self.init(checkpoint.cut, name: name, remark: remark)
    }
}
