/// A place in a picture, in pixels from its upper left corner.
struct Spot: Hashable, Sendable {
    var x: Double
    var y: Double
}
