/// A place in a picture, in pixels from its upper left corner.
struct Spot: Hashable, Sendable {
    var x: Double
    var y: Double
}

/// A straight line.
struct Segment: Hashable, Sendable {
    var from: Spot
    var to: Spot

    /// The place at a share of the way.
    func spot(at share: Double) -> Spot {
        Spot(x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share)
    }

    /// Its length.
    var length: Double { hypotenuse(to.x - from.x, to.y - from.y) }

    /// The line, shorter by so many pixels at its end.
    func shortened(by pixels: Double) -> Segment {
        let length = length
        guard length > pixels else { return self }
        return Segment(from: from, to: spot(at: (length - pixels) / length))
    }
}

/// A rectangle that text takes, or a mark.
struct Box: Hashable, Sendable {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    func overlaps(_ other: Box) -> Bool {
        left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }

    /// Whether a line goes through it (Liang and Barsky 1984: the line is cut to the box, side by side).
    func isCrossed(by line: Segment) -> Bool {
        var enter = 0.0
        var leave = 1.0
        let (dx, dy) = (line.to.x - line.from.x, line.to.y - line.from.y)
        let sides = [
            (-dx, line.from.x - left), (dx, right - line.from.x),
            (-dy, line.from.y - top), (dy, bottom - line.from.y),
        ]
        for (direction, distance) in sides {
            if direction == 0 {
                if distance < 0 { return false }
            } else if direction < 0 {
                enter = max(enter, distance / direction)
            } else {
                leave = min(leave, distance / direction)
            }
        }
        return enter <= leave
    }
}

/// The length of the long side of a right triangle.
func hypotenuse(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
