import Causality

/// A picture of what happened at several nodes: a line for each, time to the right, messages as arrows.
///
/// Lamport, "Time, clocks, and the ordering of events in a distributed system", 1978, figure 1; here with time
/// to the right. No arrow ever points to the left: where recorded times are equal, or contradict the messages,
/// events stand where causes put them. All that is said is said by shape or in words, never by colour alone.
///
/// ```swift
/// let diagram = try SpaceTimeDiagram(LinkedLog(log), cuts: [DrawnCut(cut, name: "checkpoint 1")])
/// let picture = diagram.svg()
/// ```
public struct SpaceTimeDiagram: Sendable {
    /// More events than this make no picture that anybody could read.
    public static let eventsMax = 2_000

    /// What the distance of events says.
    public enum Scale: String, Hashable, Sendable, CaseIterable {
        /// Their order, and nothing about times.
        case order
        /// The time between them, where there is room for it.
        case time
    }

    /// Which events and messages have their texts beside them.
    public enum Labels: String, Hashable, Sendable, CaseIterable {
        /// All if they are few, else none.
        case few
        /// All for which there is room.
        case all
        /// None.
        case none
    }

    /// What of a log is drawn, and how.
    public struct Options: Hashable, Sendable {
        /// What distances say.
        public var scale = Scale.order
        /// Which texts stand beside events and messages.
        public var labels = Labels.few
        /// Whether each event has its vector time below it.
        public var showsClocks = false
        /// The nodes that are drawn, from above; nil: all, in the order of the log.
        public var nodes: [Int]?
        /// The times that are drawn, in nanoseconds; nil: all.
        public var times: ClosedRange<Int>?
        /// What stands above the picture; nil: the system and its seed.
        public var title: String?

        /// All of the log, by order.
        public init() {}
    }

    let linked: LinkedLog
    let cuts: [DrawnCut]
    let options: Options
    /// The events of the picture, as places in the log.
    let shown: [Int]
    /// The send of each receipt and each drop in the picture, as places in the log.
    let origins: [Int: Int]

    /// A picture of a log.
    ///
    /// - Parameters:
    ///   - linked: The log.
    ///   - cuts: The cuts to draw; each must be one of `linked.execution`.
    ///   - options: What is drawn, and how.
    /// - Throws: `TooManyEvents` if there are more than `eventsMax` to draw.
    public init(
        _ linked: LinkedLog,
        cuts: [DrawnCut] = [],
        options: Options = Options()
    ) throws(TooManyEvents) {
        self.linked = linked
        self.cuts = cuts
        self.options = options
        shown = linked.places(nodes: options.nodes, times: options.times)
        guard shown.count <= Self.eventsMax else {
            throw TooManyEvents(count: shown.count, max: Self.eventsMax)
        }
        origins = linked.origins(of: shown)
    }

    /// Whether texts stand beside events and messages.
    var hasLabels: Bool {
        switch options.labels {
        case .none: false
        case .all: true
        case .few: shown.count { hasText(linked.log.events[$0].kind) } <= DiagramMetrics.labelsFew
        }
    }

    /// How far a cut stays from events, so that it does not go through their vector times.
    var cutRoom: Double {
        options.showsClocks
            ? max(DiagramMetrics.cutRoom, DiagramText.clockWidth(linked) / 2 + 5)
            : DiagramMetrics.cutRoom
    }

    private func hasText(_ kind: Event.Kind) -> Bool {
        switch kind {
        case .send, .timer, .output, .save, .written, .refused: true
        case .start, .receive, .drop, .idle, .crash, .recover, .note, .halt: false
        }
    }

    /// The picture, as SVG 1.1; equal logs and options give equal bytes.
    public func svg() -> String { DiagramPage(DiagramLayout.roomiest(self)).text }
}

/// A log has more events than a picture holds.
public struct TooManyEvents: Error, Hashable, Sendable, CustomStringConvertible {
    /// How many there are.
    public let count: Int
    /// How many may be.
    public let max: Int

    /// One line, with what to do.
    public var description: String {
        "\(count) events are too many for a picture, which holds \(max); "
            + "draw a part with --from, --to or --nodes"
    }
}

extension LinkedLog {
    /// The places in the log of what happened at these nodes in these times.
    func places(nodes: [Int]?, times: ClosedRange<Int>?) -> [Int] {
        let names = nodes.map { Set($0.map { self.nodes[$0] }) }
        return log.events.indices.filter { place in
            let event = log.events[place]
            return names?.contains(event.node) ?? true && times?.contains(event.time) ?? true
        }
    }

    /// The message that a send sends, a receive receives or a drop drops.
    func message(at place: Int) -> Int? {
        guard let point = execution.point(logIndex: place) else { return dropped[place] }
        return switch execution[point] {
        case .local: nil
        case .send(let message), .receive(let message): message
        }
    }

    /// Where what arrived or was dropped at these places was sent.
    fileprivate func origins(of places: [Int]) -> [Int: Int] {
        var origins: [Int: Int] = [:]
        for place in places {
            guard let sent = message(at: place).flatMap(sendIndex), sent != place else { continue }
            origins[place] = sent
        }
        return origins
    }
}
