/// A way through the states: one of the beginnings, and the steps from there.
struct SearchPath {
    var root: Int
    var moves: [Move]
}
