/// Says of packed states whether the properties are true of them: one for each thread.
///
/// It knows no types; two closures do, which are made where the types are known.
final class StateJudge {
    /// Which of the `sometimes` have been true of some state, by property.
    let isReached: UnsafeMutableBufferPointer<Bool>
    /// The first `always` that is not true of a state.
    let broken: (StateRecord) -> Int?
    /// The first `eventually` that is not true of a state in which nothing more can happen.
    let missed: (StateRecord) -> Int?

    init(
        isReached: UnsafeMutableBufferPointer<Bool>,
        broken: @escaping (StateRecord) -> Int?,
        missed: @escaping (StateRecord) -> Int?
    ) {
        self.isReached = isReached
        self.broken = broken
        self.missed = missed
    }

    deinit {
        isReached.deallocate()
    }
}
