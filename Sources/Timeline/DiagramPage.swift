import Causality

/// A laid out diagram as SVG.
struct DiagramPage {
    private typealias Metrics = DiagramMetrics

    private let layout: DiagramLayout
    private let legend: DiagramLegend
    private let height: Double
    private let axisY: Double

    init(_ layout: DiagramLayout) {
        self.layout = layout
        axisY = layout.bottom + 40
        legend = DiagramLegend(layout, top: axisY + 42)
        height = legend.bottom + Metrics.margin
    }

    /// The picture.
    var text: String {
        var svg = SVGText()
        svg.group(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "width": SVGText.number(layout.width),
                "height": SVGText.number(height),
                "viewBox": "0 0 \(SVGText.number(layout.width)) \(SVGText.number(height))",
                "role": "img", "aria-labelledby": "title description",
                "font-family": "sans-serif",
            ]
        ) { svg in
            svg.element("title", ["id": "title"], text: title)
            svg.element("desc", ["id": "description"], text: description)
            drawPaper(&svg)
            for (lane, node) in layout.lanes.enumerated() { drawLane(lane, node, &svg) }
            for arrow in layout.arrows { drawArrow(arrow, &svg) }
            for cut in layout.cutLines { drawCut(cut, &svg) }
            drawMarks(&svg)
            for spot in layout.arrows.compactMap(\.warning) {
                DiagramLegend.drawWarning(at: spot, &svg)
            }
            for label in layout.labels {
                svg.write(label.text, at: label.spot, size: label.size, anchor: label.anchor)
            }
            drawAxis(&svg)
            legend.draw(&svg)
        }
        return svg.text
    }

    private var title: String {
        if let title = layout.diagram.options.title { return title }
        let header = layout.linked.log.header
        return header.system + (header.seed.map { ", seed \($0)" } ?? "")
    }

    /// The picture for those who do not see it.
    private var description: String {
        let summary = LogSummary(layout.linked)
        let names = layout.lanes.map { layout.linked.nodes[$0] }.joined(separator: ", ")
        let cuts = layout.cutLines.map { cut in
            cut.text + (cut.verdict.reason.map { ": \($0)" } ?? "") + "."
        }
        let points = layout.diagram.shown.compactMap {
            layout.linked.execution.point(logIndex: $0)
        }
        let events = LogSummary.count(points.count, "event")
        let sentences = [
            "Space-time diagram of \(events) at \(names).",
            "In the whole log: \(summary.sentence).",
        ]
        return (sentences + cuts).joined(separator: " ")
    }

    /// Paper of its own keeps it legible on a dark page.
    private func drawPaper(_ svg: inout SVGText) {
        svg.element(
            "rect",
            [
                "x": "0.5", "y": "0.5", "width": SVGText.number(layout.width - 1),
                "height": SVGText.number(height - 1), "rx": "8", "fill": Ink.paper,
                "stroke": Ink.frame,
            ]
        )
        let spot = Spot(x: Metrics.margin, y: Metrics.margin + Metrics.titleSize)
        let size = Metrics.titleSize
        let limit = layout.width - 2 * Metrics.margin
        let heading = TextMeasure.fitted(title, width: limit, size: size)
        svg.write(heading, at: spot, size: size, isHeavy: true)
    }

    private func drawLane(_ lane: Int, _ node: Int, _ svg: inout SVGText) {
        let y = layout.laneY(lane)
        svg.write(
            DiagramText.name(layout.linked.nodes[node]),
            at: Spot(x: layout.left - 10, y: y + 4.5),
            size: Metrics.nameSize,
            anchor: .end,
            isHeavy: true
        )
        for piece in DiagramLife.pieces(of: node, in: layout) {
            let line = Segment(from: Spot(x: piece.from, y: y), to: Spot(x: piece.to, y: y))
            switch piece.state {
            case .alive: svg.line(line, weight: 1.6)
            case .dead: svg.line(line, weight: 1.6, ink: Ink.faint, dashes: "1.5 6")
            case .absent: break
            }
        }
    }

    private func drawArrow(_ arrow: DiagramArrow, _ svg: inout SVGText) {
        let ink = arrow.isOffending ? Ink.wrong : Ink.message
        let weight = arrow.isOffending ? 2.6 : 1.3
        svg.group("g", [:]) { svg in
            svg.element("title", [:], text: arrow.title)
            let isWhole = arrow.end == .received && !arrow.comesFromOutside
            let dashes = isWhole ? nil : arrow.end == .lost ? "7 4" : "2.5 3.5"
            let line =
                arrow.end == .received ? arrow.line.shortened(by: 8) : arrow.line
            svg.line(line, weight: weight, ink: ink, dashes: dashes)
            switch arrow.end {
            case .received: svg.head(arrow.line, gap: 3.6, ink: ink)
            case .lost: svg.cross(arrow.line.to, 4.5, weight: 2, ink: ink)
            case .inFlight: svg.circle(arrow.line.to, 3, isFilled: false)
            case .outside: break
            }
        }
    }

    private func drawCut(_ cut: DiagramCutLine, _ svg: inout SVGText) {
        let ink = cut.verdict.isConsistent ? Ink.cut : Ink.wrong
        let path = cut.spots.map { "\(spot: $0.x, $0.y)" }.joined(separator: "L")
        svg.stroke(
            "M\(path)",
            weight: 2.2,
            ink: ink,
            dashes: cut.verdict.isConsistent ? nil : "8 5"
        )
        let caption = cut.caption
        svg.write(
            caption.text,
            at: caption.spot,
            size: caption.size,
            anchor: caption.anchor,
            ink: ink,
            isHeavy: true
        )
    }

    private func drawMarks(_ svg: inout SVGText) {
        for place in layout.diagram.shown {
            let event = layout.linked.log.events[place]
            guard let spot = layout.spot(at: place), let mark = DiagramMark(event.kind) else {
                continue
            }
            svg.group("g", [:]) { svg in
                svg.element("title", [:], text: DiagramText.title(event))
                mark.draw(at: spot, into: &svg)
            }
        }
    }

    private func drawAxis(_ svg: inout SVGText) {
        let y = axisY
        let line = Segment(from: Spot(x: layout.left, y: y), to: Spot(x: layout.right, y: y))
        svg.line(line, weight: 1, ink: Ink.faint)
        svg.head(line, gap: 0, ink: Ink.faint)
        let span = DiagramText.span(layout.diagram)
        let words =
            switch layout.diagram.options.scale {
            case .order: "\(span), in order and not to scale"
            case .time: "\(span), to scale where there is room"
            }
        svg.write(
            words,
            at: Spot(x: layout.left, y: y + 16),
            size: Metrics.textSize,
            ink: Ink.faint
        )
    }
}
