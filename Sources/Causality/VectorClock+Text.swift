extension VectorClock: CustomStringConvertible {
    /// The entries as papers write them, without the zeros at their end: `(2, 0, 1)`.
    public var description: String {
        "(\(entries.map { "\($0)" }.joined(separator: ", ")))"
    }
}
