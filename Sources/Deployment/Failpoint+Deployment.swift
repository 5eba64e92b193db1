public import Failpoints

extension Failpoint {
    /// Before a save of a node, whose record has gone out.
    static let beforeSave = Failpoint("store.before-save", "a node is about to save")
    /// A save is durable, and nobody knows of it yet.
    static let afterSave = Failpoint(
        "store.after-save",
        "a save is durable, nobody knows of it yet"
    )
}

/// The failpoints of the deployed world itself, in every lab.
public let deploymentFailpoints: [Failpoint] = [.beforeSave, .afterSave]
