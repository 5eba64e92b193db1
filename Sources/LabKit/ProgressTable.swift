import Synchronization

/// Shows on standard error how far each of several is: lines that are drawn again in place, on a terminal
/// only.
///
/// As with `ProgressBar`, no mode of the terminal is changed, so that a kill leaves nothing to repair, and
/// what cannot be written is dropped.
public final class ProgressTable: Sendable {
    private struct Drawing {
        var rowsDrawn = 0
        var drawnAt: ContinuousClock.Instant?
        var rows: [String] = []
    }

    /// No eye sees more, and a fast loop must not spend its time drawing.
    private static let redrawDelayMin = Duration.milliseconds(50)

    /// Whether anything is shown.
    public let isShown: Bool
    private let output: OutputFile
    private let drawing = Mutex(Drawing())

    /// A table that shows nothing yet.
    public init(isQuiet: Bool, output: OutputFile = .standardError) {
        self.output = output
        if case .redrawn = ProgressBar.Style.suiting(output), !isQuiet {
            isShown = true
        } else {
            isShown = false
        }
    }

    /// Shows these rows in place of those before.
    public func show(_ rows: [String]) {
        guard isShown else { return }
        drawing.withLock { drawing in
            drawing.rows = rows
            let now = ContinuousClock.now
            if let last = drawing.drawnAt, now - last < Self.redrawDelayMin { return }
            drawing.drawnAt = now
            draw(&drawing)
        }
    }

    /// Shows the last rows, and lets them stand.
    public func finish() {
        guard isShown else { return }
        drawing.withLock { draw(&$0) }
    }

    private func draw(_ drawing: inout Drawing) {
        guard !drawing.rows.isEmpty else { return }
        let width = Terminal.width(of: output.descriptor)
        var text = drawing.rowsDrawn > 0 ? "\u{1B}[\(drawing.rowsDrawn)A" : ""
        // What has left the screen at the top cannot be drawn over.
        let room = max(1, Terminal.height(of: output.descriptor) - 2)
        var rows = drawing.rows
        if rows.count > room {
            rows = rows.prefix(room - 1) + ["… and \(rows.count - room + 1) more"]
        }
        for row in rows {
            text += "\r\u{1B}[K" + Terminal.fitted(Terminal.escaped(row), width: width - 1) + "\n"
        }
        drawing.rowsDrawn = rows.count
        try? output.write(text)
    }
}
