import Causality

/// What is written in a space-time diagram.
enum DiagramText {
    /// The name of a node, beside its line.
    static func name(_ name: String) -> String {
        let limit = DiagramMetrics.nameWidthMax
        return TextMeasure.fitted(name, width: limit, size: DiagramMetrics.nameSize)
    }

    /// A text beside an event or a message.
    static func label(_ text: String) -> String {
        let limit = DiagramMetrics.labelWidthMax
        return TextMeasure.fitted(text, width: limit, size: DiagramMetrics.textSize)
    }

    /// What an event says beside it; nil where its mark says all.
    static func label(_ event: Event) -> String? {
        switch event.kind {
        case .timer, .output: event.text.map(label)
        case .save, .written, .refused: label(event.text ?? event.kind.rawValue)
        case .recover: "life \(event.incarnation)"
        case .crash: "crash"
        case .start, .send, .receive, .drop, .idle, .note, .halt: nil
        }
    }

    /// All that the log says about an event, in one line.
    static func title(_ event: Event) -> String {
        var words = ["\(event.node): \(event.kind.rawValue)"]
        if let peer = event.peer {
            words.append(isFrom(event.kind) ? "from \(peer)" : "to \(peer)")
        }
        if let text = event.text { words.append(text) }
        if let message = event.message { words.append("(\(message))") }
        words.append("at \(time(event.time))")
        return words.joined(separator: " ")
    }

    private static func isFrom(_ kind: Event.Kind) -> Bool { kind == .receive || kind == .drop }

    /// `(2, 0, 1)`.
    static func clock(_ clock: VectorClock, nodes: Int) -> String {
        "(" + (0..<nodes).map { "\(clock[$0])" }.joined(separator: ",") + ")"
    }

    /// How wide the widest vector time of a log may be.
    static func clockWidth(_ linked: LinkedLog) -> Double {
        let text = "(" + linked.execution.steps.map { "\($0.count)" }.joined(separator: ",") + ")"
        return TextMeasure.width(of: text, size: DiagramMetrics.clockSize)
    }

    /// From when to when a picture goes.
    static func span(_ diagram: SpaceTimeDiagram) -> String {
        let log = diagram.linked.log
        let times = diagram.shown.map { log.events[$0].time }
        return span((times.min() ?? 0)...(times.max() ?? 0), log.header)
    }

    /// From when to when: `0 ns to 232.633 ms`.
    ///
    /// A shortest trace has numbers of steps for times.
    static func span(_ times: ClosedRange<Int>, _ header: EventLogHeader) -> String {
        let (from, to) = (times.lowerBound, times.upperBound)
        let isTrace = header.command.dropFirst().first == "explore"
        return isTrace ? "step \(from) to step \(to)" : "\(time(from)) to \(time(to))"
    }

    /// A time since the run began: `0.25 ms`.
    static func time(_ nanoseconds: Int) -> String {
        let (unit, name) = unit(of: nanoseconds)
        guard unit > 1 else { return "\(nanoseconds) \(name)" }
        let thousandths = (nanoseconds % unit) / max(1, unit / 1000)
        guard thousandths > 0 else { return "\(nanoseconds / unit) \(name)" }
        var digits = "\(thousandths + 1000)".dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(nanoseconds / unit).\(digits) \(name)"
    }

    private static func unit(of nanoseconds: Int) -> (Int, String) {
        switch nanoseconds {
        case 1_000_000_000...: (1_000_000_000, "s")
        case 1_000_000...: (1_000_000, "ms")
        case 1_000...: (1_000, "µs")
        default: (1, "ns")
        }
    }
}
