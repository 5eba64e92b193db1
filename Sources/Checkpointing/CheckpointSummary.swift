/// What there is of one checkpoint.
public struct CheckpointSummary: Hashable, Sendable {
    /// How things stand with it.
    public enum State: Hashable, Sendable {
        /// All parts are there, and whole.
        case complete
        /// It was not completed: these have not saved their part, and what these have saved is damaged.
        case incomplete(missing: [String], damaged: [CheckpointDamage])
        /// It was completed, and is not whole any more.
        case damaged([CheckpointDamage])
    }

    /// A part that is there and whole.
    public struct Part: Hashable, Sendable {
        /// Whose it is.
        public let name: String
        /// The number of the save.
        public let number: Int
        /// How many bytes the state takes.
        public let bytes: Int

        init(_ entry: Manifest.Entry) {
            name = entry.name
            number = entry.number
            bytes = entry.bytes
        }
    }

    /// Which one.
    public let name: CheckpointName
    /// How things stand with it.
    public let state: State
    /// The parts that are there and whole, in the order in which the store has them.
    public let parts: [Part]
    /// When it was completed, or last saved to, in seconds since 1970; 0 if nobody knows.
    public let modificationSeconds: Int

    /// How many bytes the states take that are whole.
    public var bytes: Int { parts.reduce(0) { $0 + $1.bytes } }

    /// Whether all is there.
    public var isComplete: Bool { state == .complete }
}
