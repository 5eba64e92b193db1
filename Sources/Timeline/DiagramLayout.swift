import Causality

/// Where everything in a space-time diagram is.
struct DiagramLayout {
    typealias Metrics = DiagramMetrics

    let diagram: SpaceTimeDiagram
    /// The nodes that have a line, from above, as indices into the execution's processes.
    let lanes: [Int]
    let columns: DiagramColumns
    let left: Double
    let right: Double
    let top: Double
    private(set) var arrows: [DiagramArrow] = []
    private(set) var cutLines: [DiagramCutLine] = []
    private(set) var labels: [DiagramLabel] = []
    /// How many labels found no room.
    private(set) var labelsLeftOut = 0
    private let laneByNode: [Int: Int]
    private let lanesByPlace: [Int: Int]

    var linked: LinkedLog { diagram.linked }
    var bottom: Double { laneY(max(0, lanes.count - 1)) }
    var width: Double { max(Metrics.widthMin, right + Metrics.margin) }

    /// The narrowest layout in which all labels have room; if none has, that in which most have.
    static func roomiest(_ diagram: SpaceTimeDiagram) -> DiagramLayout {
        var best = DiagramLayout(diagram, stretch: 1)
        let stretches: [Double] =
            switch diagram.options.scale {
            case .order: [1.25, 1.6, 2, 2.5, 3.2]
            case .time: [1.25, 1.6]
            }
        for stretch in stretches where best.labelsLeftOut > 0 {
            let layout = DiagramLayout(diagram, stretch: stretch)
            if layout.labelsLeftOut < best.labelsLeftOut { best = layout }
        }
        return best
    }

    init(_ diagram: SpaceTimeDiagram, stretch: Double) {
        self.diagram = diagram
        let nodes = diagram.linked.nodes
        lanes = diagram.options.nodes ?? Array(nodes.indices)
        laneByNode = Dictionary(
            lanes.enumerated().map { ($0.element, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        let names = lanes.map { DiagramText.name(nodes[$0]) }
        let widest = names.map { TextMeasure.width(of: $0, size: Metrics.nameSize) }.max() ?? 0
        left = Metrics.margin + widest + 12
        let rows = Double(diagram.cuts.count) * Metrics.rowHeight
        top = Metrics.margin + Metrics.titleSize + 18 + rows + 34
        lanesByPlace = Self.lanes(diagram, laneByNode)
        columns = DiagramColumns(
            diagram,
            lanes: lanesByPlace,
            from: left + Self.leadIn(diagram),
            stretch: stretch
        )
        right = max(columns.end + Self.lead(diagram, columns), left + 160)
        arrows = DiagramArrows(self).all
        cutLines = DiagramCutLine.all(of: self)
        (labels, labelsLeftOut) = DiagramLabels.placed(in: self)
    }

    /// How far the lines go before the first event: a cut may go through there.
    private static func leadIn(_ diagram: SpaceTimeDiagram) -> Double {
        guard diagram.options.showsClocks else { return Metrics.laneLead }
        var seen: Set<Int> = []
        let points = diagram.shown.compactMap { diagram.linked.execution.point(logIndex: $0) }
        let firsts = points.filter { seen.insert($0.process).inserted }
        let isCut = diagram.cuts.contains { drawn in
            firsts.contains { !drawn.cut.contains($0) }
        }
        return isCut ? diagram.cutRoom * 2 + Metrics.cutSpare : Metrics.laneLead
    }

    /// How far the lines go on behind the last event: to the end of its text.
    private static func lead(_ diagram: SpaceTimeDiagram, _ columns: DiagramColumns) -> Double {
        let least =
            diagram.cuts.isEmpty ? Metrics.laneLead : diagram.cutRoom * 2 + Metrics.cutSpare
        guard diagram.hasLabels else { return least }
        let ends = diagram.shown.compactMap { place in
            guard let x = columns.x[place],
                let text = DiagramText.label(diagram.linked.log.events[place])
            else { return nil as Double? }
            return x + TextMeasure.width(of: text, size: Metrics.textSize) / 2 + 4 - columns.end
        }
        return max(least, ends.max() ?? 0)
    }

    /// The line of a node, if it is drawn.
    func lane(of node: Int) -> Int? { laneByNode[node] }

    /// The line of each event that is shown, by its place in the log.
    private static func lanes(_ diagram: SpaceTimeDiagram, _ laneByNode: [Int: Int]) -> [Int: Int] {
        let linked = diagram.linked
        var lanes: [Int: Int] = [:]
        for place in diagram.shown {
            // A remark is no point of the execution; it has a node all the same.
            let node =
                linked.execution.point(logIndex: place)?.process
                ?? linked.nodes.firstIndex(of: linked.log.events[place].node)
            lanes[place] = node.flatMap { laneByNode[$0] }
        }
        return lanes
    }

    /// The line of an event, by its place in the log.
    func lane(at place: Int) -> Int? { lanesByPlace[place] }

    func laneY(_ lane: Int) -> Double { top + Double(lane) * Metrics.laneDistance }

    /// Where an event is drawn.
    func spot(at place: Int) -> Spot? {
        guard let x = columns.x[place], let lane = lane(at: place) else { return nil }
        return Spot(x: x, y: laneY(lane))
    }
}
