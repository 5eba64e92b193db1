import Causality

/// A message in a space-time diagram.
struct DiagramArrow {
    /// What becomes of it at its right end.
    enum End {
        /// It was received.
        case received
        /// It was dropped.
        case lost
        /// Nobody receives it, as far as the log goes.
        case inFlight
        /// What became of it is not in the picture.
        case outside
    }

    let line: Segment
    let end: End
    /// Whether its send is not in the picture.
    let comesFromOutside: Bool
    /// Whether it makes a cut inconsistent.
    let isOffending: Bool
    let label: String
    /// All there is to say, for whoever points at it.
    let title: String

    /// Where the sign stands that it makes a cut inconsistent.
    var warning: Spot? { isOffending ? line.spot(at: 0.68) : nil }
}

/// The arrows of a layout, in the order of the log.
struct DiagramArrows {
    private typealias Metrics = DiagramMetrics

    private(set) var all: [DiagramArrow] = []
    private let layout: DiagramLayout
    private let offending: Set<Offence>
    /// The sends whose drop is in the picture.
    private let dropped: Set<Int>

    /// A message that was received in a cut and not sent in it, and where it was received.
    private struct Offence: Hashable {
        let message: Int
        let receive: Int?
    }

    init(_ layout: DiagramLayout) {
        self.layout = layout
        let linked = layout.linked
        offending = Set(
            layout.diagram.cuts.compactMap { drawn in
                linked.execution.violation(of: drawn.cut).map {
                    Offence(
                        message: $0.message,
                        receive: linked.execution.logIndex(of: $0.receive)
                    )
                }
            }
        )
        dropped = Set(
            layout.diagram.shown.compactMap { place in
                let isShown =
                    linked.log.events[place].kind == .drop && layout.spot(at: place) != nil
                return isShown ? layout.diagram.origins[place] : nil
            }
        )
        for place in layout.diagram.shown {
            switch linked.log.events[place].kind {
            case .send: addUnreceived(place)
            case .receive, .drop: addArrival(place)
            case .start, .timer, .idle, .save, .written, .refused, .crash, .recover, .output,
                .note, .halt:
                break
            }
        }
    }

    /// What has come to a node, or should have.
    private mutating func addArrival(_ place: Int) {
        guard let target = layout.spot(at: place) else { return }
        let event = layout.linked.log.events[place]
        let isDrop = event.kind == .drop
        let sent = layout.diagram.origins[place].flatMap { layout.spot(at: $0) }
        let source =
            sent
            ?? Spot(
                x: target.x - Metrics.arrowReach,
                y: target.y + direction(to: event.peer, from: target) * Metrics.laneDistance * 0.4
            )
        let full = Segment(from: source, to: target)
        add(
            place,
            isDrop ? full.shortened(by: full.length * 0.3) : full,
            isDrop ? .lost : .received,
            comesFromOutside: sent == nil
        )
    }

    /// What has left a node, and arrives nowhere in the picture.
    private mutating func addUnreceived(_ place: Int) {
        let linked = layout.linked
        guard let source = layout.spot(at: place), let message = linked.message(at: place)
        else { return }
        let receives = linked.execution.messages[message].receives
        let arrivals = receives.compactMap { linked.execution.logIndex(of: $0) }
        let fate = linked.fate(of: message)
        guard !arrivals.contains(where: { layout.columns.x[$0] != nil }),
            !dropped.contains(place)
        else { return }
        let end: DiagramArrow.End =
            switch fate {
            case .received: .outside
            case .lost: .lost
            case .inFlight: .inFlight
            }
        let way = direction(to: linked.log.events[place].peer, from: source)
        let target = Spot(
            x: source.x + Metrics.arrowReach,
            y: source.y + way * Metrics.laneDistance * 0.5
        )
        add(place, Segment(from: source, to: target), end, comesFromOutside: false)
    }

    private mutating func add(
        _ place: Int,
        _ line: Segment,
        _ end: DiagramArrow.End,
        comesFromOutside: Bool
    ) {
        let event = layout.linked.log.events[place]
        let offence = layout.linked.message(at: place).map { Offence(message: $0, receive: place) }
        all.append(
            DiagramArrow(
                line: line,
                end: end,
                comesFromOutside: comesFromOutside,
                isOffending: offence.map(offending.contains) ?? false,
                label: DiagramText.label(event.text ?? event.message ?? ""),
                title: DiagramText.title(event)
            )
        )
    }

    /// Whether a peer is above (-1) or below (1).
    private func direction(to peer: String?, from spot: Spot) -> Double {
        guard let peer, let node = layout.linked.nodes.firstIndex(of: peer),
            let lane = layout.lane(of: node)
        else { return 1 }
        return layout.laneY(lane) < spot.y ? -1 : 1
    }
}
