/// The inks of pictures, none of which says anything alone.
enum Ink {
    static let paper = "#ffffff"
    static let frame = "#d0d7de"
    static let line = "#1b1f24"
    static let message = "#3d4650"
    static let faint = "#57606a"
    static let cut = "#0550ae"
    static let wrong = "#a40e26"
}

extension String.StringInterpolation {
    /// Two numbers, as a path has them.
    mutating func appendInterpolation(spot x: Double, _ y: Double) {
        appendLiteral(SVGText.number(x) + "," + SVGText.number(y))
    }

    /// A number with one decimal at most.
    mutating func appendInterpolation(number: Double) { appendLiteral(SVGText.number(number)) }
}

extension SVGText {
    mutating func circle(_ spot: Spot, _ radius: Double, isFilled: Bool) {
        element(
            "circle",
            [
                "cx": Self.number(spot.x), "cy": Self.number(spot.y), "r": Self.number(radius),
                "fill": isFilled ? Ink.line : Ink.paper, "stroke": Ink.line, "stroke-width": "1.4",
            ]
        )
    }

    mutating func shape(
        _ corners: [(Double, Double)],
        isFilled: Bool,
        ink: String = Ink.line
    ) {
        let path = corners.map { "\(spot: $0.0, $0.1)" }.joined(separator: "L")
        element(
            "path",
            [
                "d": "M\(path)Z", "fill": isFilled ? ink : Ink.paper, "stroke": ink,
                "stroke-width": "1.4",
            ]
        )
    }

    mutating func stroke(
        _ path: String,
        weight: Double,
        ink: String = Ink.line,
        dashes: String? = nil
    ) {
        let weight = Self.number(weight)
        if let dashes {
            element(
                "path",
                [
                    "d": path, "fill": "none", "stroke": ink, "stroke-width": weight,
                    "stroke-dasharray": dashes,
                ]
            )
        } else {
            element("path", ["d": path, "fill": "none", "stroke": ink, "stroke-width": weight])
        }
    }

    mutating func line(
        _ line: Segment,
        weight: Double,
        ink: String = Ink.line,
        dashes: String? = nil
    ) {
        let path = "M\(spot: line.from.x, line.from.y)L\(spot: line.to.x, line.to.y)"
        stroke(path, weight: weight, ink: ink, dashes: dashes)
    }

    mutating func cross(_ spot: Spot, _ half: Double, weight: Double, ink: String = Ink.line) {
        let (x, y) = (spot.x, spot.y)
        stroke(
            "M\(spot: x - half, y - half)L\(spot: x + half, y + half)"
                + "M\(spot: x - half, y + half)L\(spot: x + half, y - half)",
            weight: weight,
            ink: ink
        )
    }

    /// The head of an arrow that ends at a line's end, `gap` before it.
    mutating func head(_ line: Segment, gap: Double, ink: String) {
        let tip = line.shortened(by: gap).to
        let length = max(line.length, 0.1)
        let (dx, dy) = ((line.to.x - line.from.x) / length, (line.to.y - line.from.y) / length)
        let back = Spot(x: tip.x - dx * 9, y: tip.y - dy * 9)
        shape(
            [
                (tip.x, tip.y), (back.x - dy * 3.4, back.y + dx * 3.4),
                (back.x + dy * 3.4, back.y - dx * 3.4),
            ],
            isFilled: true,
            ink: ink
        )
    }

    /// Text with a rim of paper, so that a line below it does not disturb.
    mutating func write(
        _ text: String,
        at spot: Spot,
        size: Double,
        anchor: DiagramLabel.Anchor = .start,
        ink: String = Ink.line,
        isHeavy: Bool = false
    ) {
        element(
            "text",
            [
                "x": Self.number(spot.x), "y": Self.number(spot.y), "font-size": Self.number(size),
                "text-anchor": anchor.rawValue, "font-weight": isHeavy ? "bold" : "normal",
                "fill": ink, "stroke": Ink.paper, "stroke-width": "3",
                "stroke-linejoin": "round", "paint-order": "stroke",
            ],
            text: text
        )
    }
}
