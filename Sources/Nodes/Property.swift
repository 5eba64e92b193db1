/// Something that must be true of a system: checked in every world that can see its states.
public struct Property<N: Node>: Sendable {
    /// Of which states it must be true.
    public enum Kind: String, Hashable, Codable, Sendable {
        /// Of every state that is reached: an invariant.
        case always
        /// Of at least one, over all runs; else the runs were too tame to tell anything.
        case sometimes
        /// Of every state in which nothing more can happen.
        case eventually
    }

    /// What it says, as a phrase: `each answer is for its question`.
    public let name: String
    /// Of which states.
    public let kind: Kind
    /// Whether it is true of a state; pure, and quick, for it is called after every event.
    public let holds: @Sendable (SystemState<N>) -> Bool

    /// True of every state.
    public static func always(
        _ name: String,
        _ holds: @escaping @Sendable (SystemState<N>) -> Bool
    ) -> Property {
        Property(name: name, kind: .always, holds: holds)
    }

    /// True of some state.
    public static func sometimes(
        _ name: String,
        _ holds: @escaping @Sendable (SystemState<N>) -> Bool
    ) -> Property {
        Property(name: name, kind: .sometimes, holds: holds)
    }

    /// True at the end of every run that ends.
    ///
    /// It is looked at only where nothing more can happen. That a run goes round in circles for ever is
    /// found by the limits of the simulator, not by this.
    public static func eventually(
        _ name: String,
        _ holds: @escaping @Sendable (SystemState<N>) -> Bool
    ) -> Property {
        Property(name: name, kind: .eventually, holds: holds)
    }
}
