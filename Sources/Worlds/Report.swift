import LabKit

/// What a command tells at its end: in lines for people, or as one JSON object.
protocol Report: Encodable {
    var text: String { get }
    /// What the process exits with.
    var status: ExitStatus { get }
}

/// Puts lines together.
struct ReportText {
    private(set) var text = ""

    /// A line, made harmless for a terminal.
    mutating func add(_ line: String, indent: Int = 0) {
        for line in line.split(separator: "\n", omittingEmptySubsequences: false) {
            text += String(repeating: " ", count: indent) + Terminal.escaped(String(line)) + "\n"
        }
    }

    /// A heading, and lines under it; nothing if there are none.
    mutating func add(_ heading: String, _ lines: [String], indent: Int = 0) {
        guard !lines.isEmpty else { return }
        add(heading, indent: indent)
        for line in lines { add(line, indent: indent + 2) }
    }
}

extension ProgressBar {
    /// A bar for people who watch: on a terminal only.
    static func onTerminal(
        _ label: String,
        total: Int?,
        unit: String,
        isQuiet: Bool
    ) -> ProgressBar {
        let suiting = Style.suiting(.standardError)
        let style = isQuiet || suiting == .lines ? Style.quiet : suiting
        return ProgressBar(label, total: total, unit: unit, style: style)
    }
}

/// `1 crash`, `2 crashes`.
func counted(_ count: Int, _ one: String, _ many: String) -> String {
    "\(count) \(count == 1 ? one : many)"
}
