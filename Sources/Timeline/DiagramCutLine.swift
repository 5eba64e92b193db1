import Causality

/// A cut in a space-time diagram: a line across those of all nodes.
struct DiagramCutLine {
    private typealias Metrics = DiagramMetrics

    let spots: [Spot]
    let verdict: CutVerdict
    let name: String
    let remark: String?
    /// What is written at its upper end.
    let caption: DiagramLabel

    /// What is written there.
    var text: String { caption.text }

    /// The cuts of a layout, from the left; each caption is a row lower than the one before, so that no line
    /// goes through a caption.
    static func all(of layout: DiagramLayout) -> [DiagramCutLine] {
        let cuts = layout.diagram.cuts
        let found = cuts.enumerated().map { number, drawn in
            (drawn, Self.columns(of: drawn.cut, shift: Double(number) * 5, layout))
        }
        let order = found.indices.sorted {
            (found[$0].1.first ?? 0, $0) < (found[$1].1.first ?? 0, $1)
        }
        let firstRow = Metrics.margin + Metrics.titleSize + 26
        return order.enumerated().map { row, index in
            let (drawn, columns) = found[index]
            return DiagramCutLine(
                drawn,
                columns,
                captionY: firstRow + Double(row) * Metrics.rowHeight,
                layout
            )
        }
    }

    private init(
        _ drawn: DrawnCut,
        _ columns: [Double],
        captionY: Double,
        _ layout: DiagramLayout
    ) {
        name = drawn.name
        remark = drawn.remark
        verdict = CutVerdict(drawn.cut, of: layout.linked)
        var spots = [Spot(x: columns.first ?? layout.left, y: captionY - 8)]
        let straight =
            layout.diagram.options.showsClocks
            ? Metrics.cutStraightWithClocks : Metrics.cutStraight
        for (lane, x) in columns.enumerated() {
            spots.append(Spot(x: x, y: layout.laneY(lane) - straight))
            spots.append(Spot(x: x, y: layout.laneY(lane) + straight))
        }
        spots.append(Spot(x: columns.last ?? layout.left, y: layout.bottom + 22))
        self.spots = spots
        caption = Self.caption(
            "\(name): \(verdict.summary)",
            Spot(x: spots[0].x, y: captionY),
            pageWidth: layout.width
        )
    }

    /// To the right of the line, or to its left where the page ends too soon.
    private static func caption(_ text: String, _ spot: Spot, pageWidth: Double) -> DiagramLabel {
        let size = Metrics.captionSize
        let width = TextMeasure.width(of: text, size: size)
        let fitsRight = spot.x + 6 + width <= pageWidth - Metrics.margin
        let fitsLeft = spot.x - 6 - width >= Metrics.margin
        let x = fitsRight ? spot.x + 6 : fitsLeft ? spot.x - 6 : Metrics.margin
        return DiagramLabel(
            text: TextMeasure.fitted(text, width: pageWidth - 2 * Metrics.margin, size: size),
            spot: Spot(x: x, y: spot.y),
            anchor: fitsRight || !fitsLeft ? .start : .end,
            size: size
        )
    }

    /// Where a cut crosses each line: as far below each other as its events allow.
    private static func columns(
        of cut: Cut,
        shift: Double,
        _ layout: DiagramLayout
    ) -> [Double] {
        let gaps = gaps(of: cut, layout)
        // The place that lies in as many gaps as can be, as the middle of all that is asked for.
        let low = gaps.map(\.lowerBound).max() ?? layout.left
        let high = gaps.map(\.upperBound).min() ?? layout.right
        let aim = (low + high) / 2 + (low < high ? shift : 0)
        let room = layout.diagram.cutRoom
        return gaps.map { gap in
            let inset = min(room, (gap.upperBound - gap.lowerBound) / 2)
            return min(max(aim, gap.lowerBound + inset), gap.upperBound - inset)
        }
    }

    /// Of each line, between which columns the cut has to go.
    private static func gaps(of cut: Cut, _ layout: DiagramLayout) -> [ClosedRange<Double>] {
        var low = layout.lanes.map { _ in layout.left }
        var high = layout.lanes.map { _ in layout.right }
        for place in layout.diagram.shown {
            guard let x = layout.columns.x[place], let lane = layout.lane(at: place),
                let point = layout.linked.execution.point(logIndex: place)
            else { continue }
            if cut.contains(point) {
                low[lane] = max(low[lane], x)
            } else {
                high[lane] = min(high[lane], x)
            }
        }
        return zip(low, high).map { $0...max($0, $1) }
    }
}
