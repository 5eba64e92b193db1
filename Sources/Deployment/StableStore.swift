public import Nodes

/// What one node has put to rest, and where: what a lab brings that has a form of its own on disk.
///
/// Each save has a number, given by whoever asks for it and higher than those before it in this life. By
/// the number one finds out, when the process has died, whether the save took place.
///
/// ## Who calls what, from where
/// In the process of a node there is one store. Its loop reads values, saves and damages; a thread of its
/// own saves what is written beside the node's work. So a save, and reads, may come while another save is
/// under way, of the same name or another; what is committed last stays. In the process of the
/// supervisor, or of an agent, a store is opened anew after each death, and only asked for numbers and
/// damage.
public protocol StableStore<Value>: StoredValues {
    /// The names under which something lies that cannot be read any more, in order.
    var damagedNames: [String] { get }

    /// The highest number of a save that is durable, read anew; 0 if there is none.
    ///
    /// A save that has been damaged counts: it was durable.
    func lastNumber() -> Int

    /// The number of the save that lies under a name, read anew; nil if there is none.
    func number(of name: String) -> Int?

    /// Puts a value to rest in place of what had that name: durable when this returns.
    ///
    /// All that takes long comes first and changes nothing that others could find. Then `beforeCommit` is
    /// called, once, which may wait for long; no lock must be held meanwhile. What follows is short and
    /// takes place wholly or not at all.
    ///
    /// - Parameters:
    ///   - value: What.
    ///   - name: Under which name.
    ///   - number: The number of this save.
    ///   - beforeCommit: Comes back when the save may take place.
    /// - Throws: `StoreFailure`; what had that name before is still there then.
    func save(
        _ value: Value,
        as name: String,
        number: Int,
        beforeCommit: () -> Void
    ) throws(StoreFailure)

    /// Makes what lies under a name unreadable, as a bad disk would, at one stroke.
    ///
    /// - Returns: Whether there was anything that could be read.
    func damage(_ name: String) -> Bool
}

/// Opens the stores of a system's nodes: files of JSON, unless a lab has something else.
public struct Stores<Value: Hashable & Codable & Sendable>: Sendable {
    private let opening:
        @Sendable (_ node: String, _ runDirectory: String) throws(StoreFailure)
            -> any StableStore<Value>

    /// Stores of a form of one's own.
    ///
    /// - Parameter opening: Opens that of a node, in the run directory; whatever it makes there goes with
    ///   the run.
    public init(
        _ opening:
            @escaping @Sendable (_ node: String, _ runDirectory: String) throws(StoreFailure)
            -> any StableStore<Value>
    ) {
        self.opening = opening
    }

    /// A folder for each node, `Server.store`, with a file of JSON for each name.
    public static var files: Stores {
        Stores { node, directory throws(StoreFailure) in
            try SaveStore<Value>("\(directory)/\(node).store")
        }
    }

    /// Opens the store of a node.
    func open(_ node: String, in runDirectory: String) throws(StoreFailure)
        -> any StableStore<Value>
    {
        try opening(node, runDirectory)
    }
}
