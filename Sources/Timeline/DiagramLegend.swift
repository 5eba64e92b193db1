import Causality

/// What stands below a diagram: the shapes that are in it, and what is to be said of its cuts.
struct DiagramLegend {
    private typealias Metrics = DiagramMetrics

    private enum Sign {
        case mark(DiagramMark)
        case arrow(DiagramArrow.End, comesFromOutside: Bool)
        case dead
        case warning
    }

    private struct Entry {
        let sign: Sign
        let words: String
        let spot: Spot
    }

    private var entries: [Entry] = []
    private var remarks: [(text: String, spot: Spot)] = []
    private(set) var bottom: Double

    init(_ layout: DiagramLayout, top: Double) {
        let limit = layout.width - Metrics.margin
        var spot = Spot(x: Metrics.margin + 6, y: top)
        for (sign, words) in Self.signs(layout) {
            let width = 26 + TextMeasure.width(of: words, size: Metrics.textSize) + 14
            if spot.x + width > limit, spot.x > Metrics.margin + 6 {
                spot = Spot(x: Metrics.margin + 6, y: spot.y + Metrics.rowHeight)
            }
            entries.append(Entry(sign: sign, words: words, spot: spot))
            spot.x += width
        }
        bottom = spot.y + 4
        for text in Self.sentences(layout) {
            let lines = TextMeasure.lines(
                of: text,
                width: limit - Metrics.margin,
                size: Metrics.textSize
            )
            for line in lines {
                bottom += Metrics.rowHeight
                remarks.append((line, Spot(x: Metrics.margin, y: bottom)))
            }
        }
    }

    func draw(_ svg: inout SVGText) {
        for entry in entries {
            let spot = entry.spot
            let line = Segment(
                from: Spot(x: spot.x - 6, y: spot.y - 4),
                to: Spot(x: spot.x + 16, y: spot.y - 4)
            )
            switch entry.sign {
            case .mark(let mark): mark.draw(at: Spot(x: spot.x + 6, y: spot.y - 4), into: &svg)
            case .arrow(.lost, _):
                svg.line(line, weight: 1.3, ink: Ink.message, dashes: "7 4")
                svg.cross(line.to, 4, weight: 2, ink: Ink.message)
            case .arrow(.inFlight, _):
                svg.line(line, weight: 1.3, ink: Ink.message, dashes: "2.5 3.5")
                svg.circle(line.to, 3, isFilled: false)
            case .arrow(.outside, _), .arrow(.received, _):
                svg.line(line, weight: 1.3, ink: Ink.message, dashes: "2.5 3.5")
            case .dead: svg.line(line, weight: 1.6, ink: Ink.faint, dashes: "1.5 6")
            case .warning:
                Self.drawWarning(at: Spot(x: spot.x + 6, y: spot.y - 4), &svg)
            }
            svg.write(
                entry.words,
                at: Spot(x: spot.x + 24, y: spot.y),
                size: Metrics.textSize,
                ink: Ink.faint
            )
        }
        for remark in remarks {
            svg.write(remark.text, at: remark.spot, size: Metrics.textSize)
        }
    }

    static func drawWarning(at spot: Spot, _ svg: inout SVGText) {
        let (x, y) = (spot.x, spot.y)
        svg.shape([(x, y - 8), (x + 9, y + 7), (x - 9, y + 7)], isFilled: false, ink: Ink.wrong)
        svg.stroke("M\(spot: x, y - 3)V\(number: y + 2)", weight: 1.8, ink: Ink.wrong)
        svg.stroke("M\(spot: x, y + 3.6)V\(number: y + 5.4)", weight: 1.8, ink: Ink.wrong)
    }

    private static func signs(_ layout: DiagramLayout) -> [(Sign, String)] {
        let kinds = layout.diagram.shown.map { layout.linked.log.events[$0].kind }
        let marks = Set(kinds.compactMap(DiagramMark.init))
        var signs = DiagramMark.allCases.filter(marks.contains).map { (Sign.mark($0), $0.meaning) }
        let arrows = layout.arrows
        if arrows.contains(where: { $0.end == .lost }) {
            signs.append((.arrow(.lost, comesFromOutside: false), "lost or refused"))
        }
        if arrows.contains(where: { $0.end == .inFlight }) {
            signs.append((.arrow(.inFlight, comesFromOutside: false), "never arrives in the log"))
        }
        if arrows.contains(where: { $0.end == .outside || $0.comesFromOutside }) {
            signs.append(
                (.arrow(.outside, comesFromOutside: true), "its other end is not in the picture")
            )
        }
        if kinds.contains(.crash) { signs.append((.dead, "dead")) }
        if arrows.contains(where: \.isOffending) {
            signs.append((.warning, "received before the cut, sent behind it"))
        }
        return signs
    }

    private static func sentences(_ layout: DiagramLayout) -> [String] {
        var sentences = layout.cutLines.compactMap { cut in
            cut.verdict.reason.map { "\(cut.text): \($0)." }
        }
        sentences += layout.cutLines.compactMap { cut in
            cut.remark.map { "\(cut.name): \($0)." }
        }
        if layout.labelsLeftOut > 0 {
            let count = layout.labelsLeftOut
            sentences.append(count == 1 ? "1 text has no room." : "\(count) texts have no room.")
        }
        return sentences
    }
}
