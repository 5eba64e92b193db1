import Causality

/// How far to the right each event of a diagram stands.
///
/// Events of a node keep a distance, a receipt is to the right of its send, and what was seen later is not to
/// the left of what was seen before, unless the recorded times contradict the messages: then they say nothing.
/// No arrow goes through an event of a node that has no part in it.
struct DiagramColumns {
    private typealias Metrics = DiagramMetrics

    /// By place in the log.
    private(set) var x: [Int: Double] = [:]
    /// The greatest of them.
    private(set) var end: Double

    /// - Parameters:
    ///   - diagram: What is drawn.
    ///   - lanes: The line of each event, by its place in the log.
    ///   - start: Where the first event stands.
    ///   - stretch: By how much distances are greater than they have to be.
    init(_ diagram: SpaceTimeDiagram, lanes: [Int: Int], from start: Double, stretch: Double) {
        let linked = diagram.linked
        let events = linked.log.events
        let origins = diagram.origins
        let usesTimes = Self.areTimesTrue(linked, origins)
        let scale = TimeScale(diagram, from: start, stretch: stretch)
        end = start
        var last: [String: Int] = [:]
        var front = Front(start)
        var crossings = Crossings()
        for place in diagram.shown {
            let event = events[place]
            var column = start
            if usesTimes {
                front.reach(event.time)
                column = max(scale?.x(at: event.time) ?? front.before, column)
            }
            if let previous = last[event.node], event.kind != .drop, let at = x[previous] {
                let stretch = scale == nil ? stretch : Metrics.timeShare
                column = max(column, at + Self.gap(from: previous, to: place, stretch, diagram))
            }
            let origin = origins[place]
            if let sent = origin.flatMap({ x[$0] }) {
                column = max(column, sent + Metrics.arrowReach * stretch)
            }
            if let lane = lanes[place] {
                let sent = origin.flatMap { origin in
                    lanes[origin].flatMap { lane in x[origin].map { (lane: lane, x: $0) } }
                }
                column = crossings.add(lane, notBefore: column, sentFrom: sent)
            }
            x[place] = column
            if event.kind != .drop { last[event.node] = place }
            front.now = max(front.now, column)
            end = max(end, column)
        }
    }

    private static func areTimesTrue(_ linked: LinkedLog, _ origins: [Int: Int]) -> Bool {
        let events = linked.log.events
        return origins.allSatisfy { events[$0.value].time <= events[$0.key].time }
    }

    private static func gap(
        from previous: Int,
        to place: Int,
        _ stretch: Double,
        _ diagram: SpaceTimeDiagram
    ) -> Double {
        let events = diagram.linked.log.events
        let isAtOnce =
            isEffect(events[place].kind) && events[previous].time == events[place].time
        var gap = (isAtOnce ? Metrics.effectGap : Metrics.eventGap) * stretch
        if let point = diagram.linked.execution.point(logIndex: place) {
            let isCut = diagram.cuts.contains { $0.cut.counts[point.process] == point.index }
            if isCut { gap = max(gap, diagram.cutRoom * 2 + Metrics.cutSpare) }
            if diagram.options.showsClocks {
                gap = max(gap, DiagramText.clockWidth(diagram.linked) + 8)
            }
        }
        return gap
    }

    /// Whether an event is one that a handler call leaves behind.
    private static func isEffect(_ kind: Event.Kind) -> Bool {
        switch kind {
        case .send, .save, .output, .crash, .halt: true
        case .start, .receive, .drop, .timer, .idle, .written, .refused, .recover, .note: false
        }
    }
}

/// How far to the right the picture goes, before the present time and at it.
private struct Front {
    private(set) var before: Double
    var now: Double
    private var time = Int.min

    init(_ start: Double) {
        before = start
        now = start
    }

    mutating func reach(_ time: Int) {
        guard time > self.time else { return }
        self.time = time
        before = now
    }
}

/// Where a time is in a picture to the scale of time.
private struct TimeScale {
    private let start: Double
    private let first: Int
    private let perNanosecond: Double

    /// - Returns: Nil if the picture has no scale.
    init?(_ diagram: SpaceTimeDiagram, from start: Double, stretch: Double) {
        switch diagram.options.scale {
        case .order: return nil
        case .time:
            let times = diagram.shown.map { diagram.linked.log.events[$0].time }
            self.start = start
            first = times.min() ?? 0
            let span = Double((times.max() ?? 0) - first)
            perNanosecond = span > 0 ? DiagramMetrics.timeWidth * stretch / span : 0
        }
    }

    func x(at time: Int) -> Double { start + Double(time - first) * perNanosecond }
}
