/// What ends a search: a property that is not true, or a call that must not be.
struct Finding {
    enum Kind {
        /// An `always` that is not true of the state.
        case broken(property: Int)
        /// An `eventually` that is not true of the state, in which nothing more can happen.
        case missed(property: Int)
        /// A step can be taken in the state whose call is impossible or impure.
        case problem(Int)
    }

    let kind: Kind
    /// The key of the state; 0 if the problem lies before any.
    let state: UInt64
}
