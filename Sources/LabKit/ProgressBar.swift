import Glibc
import Synchronization

/// Shows on standard error how far a command has come; may be used from any thread.
///
/// On a terminal one line is drawn again and again. The cursor is never hidden and no mode of the
/// terminal is changed, so a process that is killed leaves nothing to repair. Elsewhere plain lines
/// come, one for each ten per cent. What cannot be written is dropped: progress is not a result.
public final class ProgressBar: Sendable {
    /// How progress is shown.
    public enum Style: Hashable, Sendable {
        /// One line, drawn again in place.
        case redrawn(coloured: Bool)
        /// A line at each ten per cent.
        case lines
        /// Nothing at all, notes included.
        case quiet

        /// What suits `output`: plain lines unless it is a terminal that can redraw; no colour if
        /// `NO_COLOR` is set to anything.
        public static func suiting(_ output: OutputFile) -> Style {
            let value = { (name: String) in getenv(name).map { String(cString: $0) } ?? "" }
            guard Terminal.canRedraw(output.descriptor, term: value("TERM")) else { return .lines }
            return .redrawn(coloured: value("NO_COLOR").isEmpty)
        }
    }

    private struct Drawing {
        var state: ProgressState
        /// When the line was drawn last; `nil` if no line of ours is on the screen.
        var drawnAt: ContinuousClock.Instant?
        var decadeTold = 0
        var isFinished = false
    }

    /// No eye sees more, and a fast loop must not spend its time drawing.
    private static let redrawDelayMin = Duration.milliseconds(50)

    private let label: String
    private let style: Style
    private let output: OutputFile
    private let started: ContinuousClock.Instant
    private let drawing: Mutex<Drawing>

    /// A bar for `total` of `unit`; `label` starts the plain lines.
    public init(
        _ label: String,
        total: Int?,
        unit: String,
        style: Style? = nil,
        output: OutputFile = .standardError,
        started: ContinuousClock.Instant = .now
    ) {
        self.label = label
        self.style = style ?? .suiting(output)
        self.output = output
        self.started = started
        drawing = Mutex(Drawing(state: ProgressState(total: total, unit: unit)))
    }

    deinit {
        // After an error the next line must not continue ours.
        finish()
    }

    /// Says that `done` is done by now, and what else has changed.
    public func update(
        done: Int,
        total: Int? = nil,
        text: String? = nil,
        at now: ContinuousClock.Instant = .now
    ) {
        change(at: now) { state in
            state.done = done
            state.total = total ?? state.total
            state.text = text ?? state.text
        }
    }

    /// Says that `count` more is done, and what is going on, if that has changed.
    public func advance(
        by count: Int = 1,
        text: String? = nil,
        at now: ContinuousClock.Instant = .now
    ) {
        change(at: now) { state in
            state.done += count
            state.text = text ?? state.text
        }
    }

    /// Prints a line above the bar.
    public func note(_ line: String) {
        guard style != .quiet else { return }
        drawing.withLock { drawing in
            let redrawn = drawing.drawnAt == nil ? "" : drawn(drawing.state)
            // One write for both, so that nothing can come in between.
            emit((redrawn.isEmpty ? "" : Self.lineStart) + Terminal.escaped(line) + "\n" + redrawn)
        }
    }

    /// Shows the last state and ends the line; what is reported afterwards is not shown.
    public func finish(at now: ContinuousClock.Instant = .now) {
        drawing.withLock { drawing in
            guard !drawing.isFinished else { return }
            drawing.isFinished = true
            drawing.state.elapsed = now - started
            drawing.drawnAt = nil
            switch style {
            case .redrawn: emit(drawn(drawing.state) + "\n")
            case .lines where drawing.decadeTold < 10: emit(logLine(drawing.state))
            case .lines, .quiet: break
            }
        }
    }

    private func change(
        at now: ContinuousClock.Instant,
        _ step: (inout ProgressState) -> Void
    ) {
        drawing.withLock { drawing in
            guard !drawing.isFinished else { return }
            step(&drawing.state)
            drawing.state.elapsed = now - started
            show(&drawing, at: now)
        }
    }

    private func show(_ drawing: inout Drawing, at now: ContinuousClock.Instant) {
        switch style {
        case .quiet: break
        case .redrawn:
            if let last = drawing.drawnAt, now - last < Self.redrawDelayMin { return }
            drawing.drawnAt = now
            emit(drawn(drawing.state))
        case .lines:
            let decade = (drawing.state.percent ?? 0) / 10
            guard decade > drawing.decadeTold else { return }
            drawing.decadeTold = decade
            emit(logLine(drawing.state))
        }
    }

    private static let lineStart = "\r\u{1B}[K"

    /// The line in place of the one before; the last column stays free, as some terminals wrap there.
    private func drawn(_ state: ProgressState) -> String {
        let width = max(1, Terminal.width(of: output.descriptor) - 1)
        return Self.lineStart
            + state.line(width: width, coloured: style == .redrawn(coloured: true))
    }

    private func logLine(_ state: ProgressState) -> String {
        "\(Terminal.escaped(label)): \(state.logLine)\n"
    }

    private func emit(_ text: String) { try? output.write(text) }
}
