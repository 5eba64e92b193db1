/// The errors of estimates as a picture: a bar from -δ/2 to δ/2 for each exchange, the error as a mark on it.
///
/// Shapes tell the two kinds of ways apart, so that it needs no colour; it brings its own background.
struct NtpPicture {
    let symmetric: NtpSimulation
    let asymmetric: NtpSimulation

    private let width = 720
    private let height = 360
    private let left = 110
    private let right = 700
    private let top = 56
    private let bottom = 300

    /// The picture, as SVG 1.1.
    var svg: String {
        let title = "NTP: errors of the estimates, and their bounds"
        let rounds = symmetric.rounds.count
        let text =
            "\(rounds) exchanges with equal ways and \(rounds) with unequal ones: the errors of the "
            + "first are 0, those of the others lie between -δ/2 and δ/2."
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 \(width) \(height)\""
                + " width=\"\(width)\" height=\"\(height)\" font-family=\"sans-serif\" font-size=\"13\">",
            "<title>\(title)</title>",
            "<desc>\(text)</desc>",
            "<rect width=\"\(width)\" height=\"\(height)\" rx=\"8\" fill=\"#ffffff\"/>",
            word(left, 28, title, "font-weight=\"bold\""),
        ]
        lines += axes + legend
        for (index, round) in asymmetric.rounds.enumerated() {
            lines += bar(x(index), round.boundTwice)
            lines.append(square(x(index), y(round.errorTwice)))
        }
        for (index, round) in symmetric.rounds.enumerated() {
            lines.append(circle(x(index), y(round.errorTwice)))
        }
        return lines.joined(separator: "\n") + "\n</svg>\n"
    }

    /// Twice the largest value, in nanoseconds.
    private var most: Int {
        let all = asymmetric.rounds + symmetric.rounds
        return max(1, all.map { max($0.boundTwice, abs($0.errorTwice)) }.max() ?? 1)
    }

    private func x(_ index: Int) -> Int {
        left + 20 + (right - left - 40) * index / max(1, asymmetric.rounds.count - 1)
    }

    private func y(_ twice: Int) -> Int {
        let middle = (top + bottom) / 2
        return middle - Int(Int128(twice) * Int128((bottom - top) / 2) / Int128(most))
    }

    private var axes: [String] {
        let end = TimeText.decimal(most, of: 2_000_000, digits: 2)
        let last = asymmetric.rounds.last?.time ?? 0
        let labels = [(most, "+\(end) ms"), (0, "0"), (-most, "-\(end) ms")]
        return labels.map { value, label in
            "<line x1=\"\(left)\" y1=\"\(y(value))\" x2=\"\(right)\" y2=\"\(y(value))\" "
                + "stroke=\"#000000\" stroke-width=\"\(value == 0 ? "1" : "0.3")\"/>"
                + word(left - 6, y(value) + 4, label, "text-anchor=\"end\"")
        } + [
            word(left + 20, bottom + 22, "0 s", "text-anchor=\"middle\""),
            word(
                right - 20,
                bottom + 22,
                TimeText.decimal(last, of: 1_000_000_000, digits: 3) + " s",
                "text-anchor=\"middle\""
            ),
        ]
    }

    private var legend: [String] {
        let line = height - 18
        return [
            circle(left + 4, line - 4), word(left + 16, line, "ways of equal length"),
            square(left + 190, line - 4), word(left + 202, line, "each way its own time"),
        ] + bar(left + 390, at: line - 4, half: 7) + [word(left + 402, line, "δ/2 to both sides")]
    }

    private func bar(_ x: Int, _ twice: Int) -> [String] {
        bar(x, at: y(0), half: y(0) - y(twice))
    }

    private func bar(_ x: Int, at middle: Int, half: Int) -> [String] {
        let ends = [middle - half, middle + half]
        let caps = ends.map { "M\(x - 4) \($0)H\(x + 4)" }.joined()
        return [
            "<path d=\"M\(x) \(ends[0])V\(ends[1])\(caps)\" stroke=\"#555555\" fill=\"none\"/>"
        ]
    }

    private func square(_ x: Int, _ y: Int) -> String {
        "<rect x=\"\(x - 4)\" y=\"\(y - 4)\" width=\"8\" height=\"8\" fill=\"#ffffff\" "
            + "stroke=\"#000000\" stroke-width=\"1.5\"/>"
    }

    private func circle(_ x: Int, _ y: Int) -> String {
        "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"3\" fill=\"#000000\"/>"
    }

    private func word(_ x: Int, _ y: Int, _ text: String, _ more: String = "") -> String {
        "<text x=\"\(x)\" y=\"\(y)\"\(more.isEmpty ? "" : " " + more)>\(text)</text>"
    }
}
