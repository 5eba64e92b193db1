import Causality

/// A line of text in a space-time diagram, and the room that it takes.
struct DiagramLabel {
    /// Which end of the text its place is.
    enum Anchor: String {
        case start, middle, end
    }

    let text: String
    /// Where its base line begins, is halved or ends.
    let spot: Spot
    let anchor: Anchor
    let size: Double

    var box: Box {
        let width = TextMeasure.width(of: text, size: size)
        let left =
            switch anchor {
            case .start: spot.x
            case .middle: spot.x - width / 2
            case .end: spot.x - width
            }
        return Box(
            left: left - 2,
            top: spot.y - size,
            right: left + width + 2,
            bottom: spot.y + size * 0.3
        )
    }
}

/// Finds room for labels, one after the other: no text lies over another one, over a mark or over a line, but
/// for the arrow that it belongs to.
struct DiagramLabels {
    private typealias Metrics = DiagramMetrics

    private var placed: [DiagramLabel] = []
    private var taken: [Box] = []
    private var lines: [Segment] = []
    private var leftOut = 0
    private let layout: DiagramLayout

    /// The labels of a layout whose arrows and cuts are known.
    static func placed(in layout: DiagramLayout) -> (labels: [DiagramLabel], leftOut: Int) {
        var labels = DiagramLabels(layout)
        labels.addClocks()
        labels.addNumbers()
        labels.addTexts()
        return (labels.placed, labels.leftOut)
    }

    private init(_ layout: DiagramLayout) {
        self.layout = layout
        lines = layout.arrows.map(\.line)
        for lane in layout.lanes.indices {
            let y = layout.laneY(lane)
            lines.append(
                Segment(from: Spot(x: layout.left, y: y), to: Spot(x: layout.right, y: y))
            )
        }
        for cut in layout.cutLines {
            lines += zip(cut.spots, cut.spots.dropFirst()).map { Segment(from: $0, to: $1) }
        }
        for place in layout.diagram.shown {
            guard let spot = layout.spot(at: place) else { continue }
            let top = layout.linked.log.events[place].kind == .note ? 10.0 : 5
            taken.append(
                Box(left: spot.x - 5, top: spot.y - top, right: spot.x + 5, bottom: spot.y + 5)
            )
        }
        for arrow in layout.arrows {
            guard let spot = arrow.warning else { continue }
            taken.append(
                Box(left: spot.x - 11, top: spot.y - 10, right: spot.x + 11, bottom: spot.y + 9)
            )
        }
    }

    /// Vector times stand above or below their events, where no arrow is; columns are wide enough for them.
    private mutating func addClocks() {
        guard layout.diagram.options.showsClocks else { return }
        let execution = layout.linked.execution
        let clocks = execution.vectorClocks()
        let ends = layout.arrows.flatMap { arrow in
            let line = arrow.line
            let isDown = line.to.y > line.from.y
            return [(line.from, isDown), (line.to, !isDown)]
        }
        let isBelow = Dictionary(ends, uniquingKeysWith: { $0 && $1 })
        for place in layout.diagram.shown {
            guard let spot = layout.spot(at: place), let point = execution.point(logIndex: place)
            else { continue }
            let clock = clocks[point.process][point.index]
            put(
                DiagramLabel(
                    text: DiagramText.clock(clock, nodes: execution.processes.count),
                    spot: Spot(
                        x: spot.x,
                        y: spot.y + (isBelow[spot] ?? (spot.y == layout.top) ? -9 : 17)
                    ),
                    anchor: .middle,
                    size: Metrics.clockSize
                )
            )
        }
    }

    /// Which life begins, and who dies: said in every picture.
    private mutating func addNumbers() {
        for place in layout.diagram.shown {
            switch layout.linked.log.events[place].kind {
            case .recover, .crash: addText(at: place)
            case .start, .send, .receive, .drop, .timer, .idle, .save, .written, .refused, .output,
                .note, .halt:
                break
            }
        }
    }

    private mutating func addTexts() {
        let events = layout.linked.log.events
        let texts = layout.diagram.shown.filter { place in
            switch events[place].kind {
            case .timer, .output, .save, .written, .refused: true
            case .start, .send, .receive, .drop, .idle, .crash, .recover, .note, .halt: false
            }
        }
        guard layout.diagram.hasLabels else { return }
        for arrow in layout.arrows where !arrow.label.isEmpty { addText(of: arrow) }
        for place in texts { addText(at: place) }
    }

    private mutating func addText(at place: Int) {
        guard let spot = layout.spot(at: place),
            let text = DiagramText.label(layout.linked.log.events[place])
        else { return }
        let heights = [-9.0, 18, -24, 32]
        let choices = heights.flatMap { height in
            [(DiagramLabel.Anchor.middle, 0.0), (.start, -4), (.end, 4)].map { anchor, shift in
                DiagramLabel(
                    text: text,
                    spot: Spot(x: spot.x + shift, y: spot.y + height),
                    anchor: anchor,
                    size: Metrics.textSize
                )
            }
        }
        add(choices)
    }

    private mutating func addText(of arrow: DiagramArrow) {
        let line = arrow.line
        let (dx, dy) = (abs(line.to.x - line.from.x), abs(line.to.y - line.from.y))
        // How far from the line text must be for its corners not to touch it.
        let width = TextMeasure.width(of: arrow.label, size: Metrics.textSize)
        let aside = 5 + Metrics.textSize * 0.65 * min(dx / max(dy, 1), 6)
        let above = 4 + width / 2 * min(dy / max(dx, 1), 6)
        var sides: [(DiagramLabel.Anchor, Double, Double)] = [
            (.start, aside, 4), (.end, -aside, 4),
        ]
        if above < 24 { sides += [(.middle, 0, -above), (.middle, 0, above + 9)] }
        let shares = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78]
        let beside = shares.flatMap { share in sides.map { (share, $0) } }
        // Last of all, on the line, which shines through.
        let choices = (beside + shares.map { ($0, (.middle, 0, 4)) }).map { share, side in
            let spot = line.spot(at: share)
            return DiagramLabel(
                text: arrow.label,
                spot: Spot(x: spot.x + side.1, y: spot.y + side.2),
                anchor: side.0,
                size: Metrics.textSize
            )
        }
        let (top, bottom) = (min(line.from.y, line.to.y), max(line.from.y, line.to.y))
        add(choices.filter { $0.box.top > top - 6 && $0.box.bottom < bottom + 6 }, own: line)
    }

    /// Takes the first of the places where no other line goes through the text, which would make it hard to
    /// say to which it belongs.
    private mutating func add(_ choices: [DiagramLabel], own: Segment? = nil) {
        let free = choices.first { label in
            let box = label.box
            return isFree(box) && !lines.contains { $0 != own && box.isCrossed(by: $0) }
        }
        guard let free else {
            leftOut += 1
            return
        }
        put(free)
    }

    private func isFree(_ box: Box) -> Bool {
        box.left >= layout.left && box.right <= layout.right
            && box.top >= layout.top - 38
            && box.bottom <= layout.bottom + 36 && !taken.contains(where: box.overlaps)
    }

    private mutating func put(_ label: DiagramLabel) {
        placed.append(label)
        taken.append(label.box)
    }
}
