/// How far some work has come, and how to say so in one line of a given width.
public struct ProgressState: Hashable, Sendable {
    /// How much is done.
    public var done: Int
    /// How much there is to do; `nil` while nobody knows.
    public var total: Int?
    /// What is counted: "files".
    public var unit: String
    /// How long it has taken so far.
    public var elapsed: Duration
    /// What is going on, in a few words.
    public var text: String

    /// A state, at the start unless told otherwise.
    public init(
        done: Int = 0,
        total: Int?,
        unit: String,
        elapsed: Duration = .zero,
        text: String = ""
    ) {
        self.done = done
        self.total = total
        self.unit = unit
        self.elapsed = elapsed
        self.text = text
    }

    /// The share done, in whole per cent: rounded down, so that 100 means all of it.
    public var percent: Int? {
        guard let total else { return nil }
        guard done < total else { return 100 }
        return max(0, min(99, Int(Double(done) / Double(total) * 100)))
    }

    /// The state on a line of at most `width` columns.
    ///
    /// What does not fit is left out: first the text, then the bar, the rate, the time and the
    /// count. Colour adds to the bar and never says anything that the characters do not.
    public func line(width: Int, coloured: Bool = false) -> String {
        var room = width
        func fitting(_ field: String?) -> String? {
            guard let field, !field.isEmpty else { return nil }
            let columns = Terminal.columns(of: field) + (room == width ? 0 : Self.gap.count)
            guard columns <= room else { return nil }
            room -= columns
            return field
        }
        let aligned = count(isAligned: true)
        // Asked in order of importance, shown in order of reading.
        let share = fitting(percent.map { Self.padded("\($0) %", to: 5) })
        let count = fitting(aligned)
        let time = fitting(clock)
        let rate = fitting(self.rate)
        let bar = room == width ? nil : percent.flatMap { fitting(Self.bar($0, room: room)) }
        let text = fitting(room > 8 ? Terminal.fitted(shownText, width: room - 2) : nil)

        let painted = bar.map { coloured ? Self.painted($0) : $0 }
        let fields = [share, painted, count, rate, time, text].compactMap(\.self)
        return fields.isEmpty
            ? Terminal.fitted(aligned, width: width) : fields.joined(separator: Self.gap)
    }

    /// The state as a line of a log, of any length.
    public var logLine: String {
        let fields = [percent.map { "\($0) %" }, count(isAligned: false), rate, clock, shownText]
        return fields.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
    }

    private static let gap = "  "

    private var shownText: String { Terminal.escaped(text) }

    /// `12/100 files`; aligned, the line does not move when the number gets a digit more.
    private func count(isAligned: Bool) -> String {
        let amount = total.map { total in
            (isAligned ? Self.padded("\(done)", to: "\(total)".count) : "\(done)") + "/\(total)"
        }
        let number = amount ?? "\(done)"
        return unit.isEmpty ? number : "\(number) \(Terminal.escaped(unit))"
    }

    /// Hours only when there are some: `0:07`, `1:02:03`.
    private var clock: String {
        let seconds = max(0, elapsed.components.seconds)
        let (minutes, rest) = (seconds / 60, seconds % 60)
        let two = { (number: Int64) in number < 10 ? "0\(number)" : "\(number)" }
        return minutes < 60
            ? "\(minutes):\(two(rest))" : "\(minutes / 60):\(two(minutes % 60)):\(two(rest))"
    }

    /// The mean since the start; none before there is enough to divide.
    private var rate: String? {
        let seconds = elapsed / .seconds(1)
        guard done > 0, seconds >= 0.1 else { return nil }
        var number = Double(done) / seconds
        var scale = ""
        for next in ["k", "M", "G", "T"] where number >= 1000 {
            number /= 1000
            scale = next
        }
        // One decimal where there is room for it, and never 1e+06.
        let tenths = Int(min(number, 1e12) * 10)
        return number < 100
            ? "\(tenths / 10).\(tenths % 10)\(scale)/s" : "\(tenths / 10)\(scale)/s"
    }

    private static func bar(_ percent: Int, room: Int) -> String? {
        let inside = min(24, room - gap.count - 2)
        guard inside >= 8 else { return nil }
        let full = percent * inside / 100
        return "[" + String(repeating: "#", count: full)
            + String(repeating: ".", count: inside - full) + "]"
    }

    private static func painted(_ bar: String) -> String {
        let full = bar.prefix { $0 != "." && $0 != "]" }
        return "\u{1B}[32m\(full)\u{1B}[39m\(bar.dropFirst(full.count))"
    }

    private static func padded(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
