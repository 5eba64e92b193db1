/// What a node has saved, as its handlers find it.
public enum SavedValues<Value: Sendable>: Sendable {
    /// In memory, by name, and the names under which something lies that cannot be read any more.
    case held([String: Value], damaged: [String])
    /// In a store, from which it is read when it is asked for.
    case stored(any StoredValues<Value>)

    /// Nothing.
    public static var none: SavedValues { .held([:], damaged: []) }

    /// The names under which something lies, damaged or not, in order.
    public var names: [String] {
        switch self {
        case .held(let values, _): values.keys.sorted()
        case .stored(let store): store.names
        }
    }

    /// What lies under a name; nil if nothing does.
    public func value(_ name: String) throws(DamagedSave) -> Value? {
        switch self {
        case .held(let values, let damaged):
            if damaged.contains(name) { throw DamagedSave(name: name) }
            return values[name]
        case .stored(let store): return try store.value(name)
        }
    }
}

/// A store of what one node has saved.
public protocol StoredValues<Value>: Sendable {
    /// What is saved.
    associatedtype Value: Sendable
    /// The names under which something lies, damaged or not, in order.
    var names: [String] { get }
    /// What lies under a name; nil if nothing does.
    func value(_ name: String) throws(DamagedSave) -> Value?
}
