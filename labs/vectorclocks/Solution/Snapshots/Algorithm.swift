/// By which rule processes take snapshots.
enum Algorithm: String, CaseIterable, Hashable, Codable {
    /// Each takes its state when its own clock says τ; what is in flight then is lost.
    case time
    /// The same, and what was sent before τ and comes after is recorded; complete when nothing is missing.
    case timeAndDeficit = "time+deficit"
    /// Each takes its state before it takes the first message of the new epoch.
    case vector
    /// Marks in the streams, as in lab 2: nothing is in flight across them, and streams must be first in, first
    /// out.
    case barrier

    /// Whether each process goes by its own clock.
    var goesByClock: Bool {
        switch self {
        case .time, .timeAndDeficit: true
        case .vector, .barrier: false
        }
    }

    /// Whether messages in flight are recorded, and waited for.
    var recordsInFlight: Bool {
        switch self {
        case .timeAndDeficit, .vector: true
        case .time, .barrier: false
        }
    }
}
