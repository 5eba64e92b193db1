/// A straight line.
struct Segment: Hashable, Sendable {
    var from: Spot
    var to: Spot

    /// The place at a share of the way.
    func spot(at share: Double) -> Spot {
        Spot(x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share)
    }

    /// Its length.
    var length: Double {
        ((to.x - from.x) * (to.x - from.x) + (to.y - from.y) * (to.y - from.y)).squareRoot()
    }

    /// The line, shorter by so many pixels at its end.
    func shortened(by pixels: Double) -> Segment {
        let length = length
        guard length > pixels else { return self }
        return Segment(from: from, to: spot(at: (length - pixels) / length))
    }
}
