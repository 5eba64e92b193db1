/// One number that grows along every chain of causes: if a → b, then the time of a is below that of b.
///
/// The converse does not hold: of two events with different times neither need have caused the other.
/// That is what vector clocks are for. (Lamport 1978, "Logical clocks", rules IR1 and IR2.)
public struct LamportClock: Hashable, Codable, Sendable {
    /// The time of the last event; 0 before the first.
    public private(set) var time: Int

    /// A clock that has seen nothing.
    public init() {
        time = 0
    }

    /// Counts an event that is local, or that sends: the message carries the clock after it.
    public mutating func tick() { time += 1 }

    /// Counts the receipt of a message that carries this clock.
    public mutating func receive(_ other: LamportClock) { time = max(time, other.time) + 1 }
}
