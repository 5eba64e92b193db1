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
