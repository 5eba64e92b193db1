/// The events and arrows that have their places in a space-time diagram, so that no arrow goes through an event
/// that it has nothing to do with.
struct Crossings {
    /// An arrow from one line to another.
    private struct Arrow {
        let from: (lane: Int, x: Double)
        let to: (lane: Int, x: Double)

        /// Where it crosses a line between these two; nil for all other lines.
        func x(on lane: Int) -> Double? {
            guard min(from.lane, to.lane) < lane, lane < max(from.lane, to.lane) else { return nil }
            let share = Double(lane - from.lane) / Double(to.lane - from.lane)
            return from.x + (to.x - from.x) * share
        }
    }

    /// How far an arrow stays away from an event, in pixels along its line.
    private static let distance = 18.0
    /// By how much an event is moved to the right at a time, and how often at most.
    private static let step = 6.0
    private static let stepsMax = 16

    private var events: [Int: [Double]] = [:]
    private var arrows: [Arrow] = []

    /// Finds a place for an event, and for the arrow that ends in it.
    ///
    /// - Parameters:
    ///   - lane: The event's line, from above.
    ///   - column: Where the event may stand at the left.
    ///   - sent: The other end of the arrow, if one ends here.
    /// - Returns: Where it stands: a little to the right if something is in the way. Where nothing is clear, as in
    ///   a crowded picture, it is `column`.
    mutating func add(
        _ lane: Int,
        notBefore column: Double,
        sentFrom sent: (lane: Int, x: Double)?
    ) -> Double {
        let places = (0...Self.stepsMax).map { column + Double($0) * Self.step }
        let x = places.first { isClear(lane, $0, sent) } ?? column
        events[lane, default: []].append(x)
        if let sent { arrows.append(Arrow(from: sent, to: (lane, x))) }
        return x
    }

    private func isClear(_ lane: Int, _ x: Double, _ sent: (lane: Int, x: Double)?) -> Bool {
        let isOnArrow = arrows.contains { arrow in
            arrow.x(on: lane).map { abs($0 - x) < Self.distance } ?? false
        }
        guard !isOnArrow else { return false }
        guard let sent, abs(sent.lane - lane) > 1 else { return true }
        let arrow = Arrow(from: sent, to: (lane, x))
        let between = (min(sent.lane, lane) + 1)..<max(sent.lane, lane)
        return between.allSatisfy { lane in
            guard let crossing = arrow.x(on: lane) else { return true }
            return events[lane, default: []].allSatisfy { abs($0 - crossing) >= Self.distance }
        }
    }
}
