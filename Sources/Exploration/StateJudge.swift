/// Says of packed states whether the properties are true of them: one for each thread.
class StateJudge {
    /// Which of the `sometimes` have been true of some state, by property.
    final var isReached: [Bool]
    init(propertyCount: Int) {
        isReached = Array(repeating: false, count: propertyCount)
    }

    /// The first `always` that is not true of a state.
    func broken(by record: StateRecord) -> Int? { nil }

    /// The first `eventually` that is not true of a state in which nothing more can happen.
    func missed(at record: StateRecord) -> Int? { nil }
}
