import Causality

/// The shape of an event on its node's line: kinds are told apart without colour.
enum DiagramMark: Int, CaseIterable {
    case event, timer, idle, output, saved, refused, start, crash, halt, note

    init?(_ kind: Event.Kind) {
        switch kind {
        case .send, .receive: self = .event
        case .timer: self = .timer
        case .idle: self = .idle
        case .output: self = .output
        case .save, .written: self = .saved
        case .refused: self = .refused
        case .start, .recover: self = .start
        case .crash: self = .crash
        case .halt: self = .halt
        case .note: self = .note
        case .drop: return nil
        }
    }

    /// What the legend says.
    var meaning: String {
        switch self {
        case .event: "send or receive"
        case .timer: "timer"
        case .idle: "step of work"
        case .output: "output"
        case .saved: "state at rest"
        case .refused: "state not saved"
        case .start: "a life begins"
        case .crash: "crash"
        case .halt: "end"
        case .note: "remark"
        }
    }

    /// Draws it.
    func draw(at spot: Spot, into svg: inout SVGText) {
        let (x, y) = (spot.x, spot.y)
        switch self {
        case .event: svg.circle(spot, 3.2, isFilled: true)
        case .timer: svg.circle(spot, 3.8, isFilled: false)
        case .idle: svg.circle(spot, 2, isFilled: false)
        case .output: svg.shape([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], isFilled: false)
        case .saved: svg.shape(Self.square(spot, 4.2), isFilled: true)
        case .refused:
            svg.shape(Self.square(spot, 4.2), isFilled: false)
            svg.stroke("M\(spot: x - 4, y - 4)L\(spot: x + 4, y + 4)", weight: 1.2)
        case .start: svg.stroke("M\(spot: x, y - 8)V\(number: y + 8)", weight: 2.4)
        case .crash: svg.cross(spot, 6, weight: 2.6)
        case .halt:
            svg.stroke("M\(spot: x - 2, y - 7)V\(number: y + 7)", weight: 1.6)
            svg.stroke("M\(spot: x + 2, y - 7)V\(number: y + 7)", weight: 1.6)
        case .note: svg.shape([(x, y - 2), (x + 4, y - 9), (x - 4, y - 9)], isFilled: false)
        }
    }

    private static func square(_ spot: Spot, _ half: Double) -> [(Double, Double)] {
        [
            (spot.x - half, spot.y - half), (spot.x + half, spot.y - half),
            (spot.x + half, spot.y + half), (spot.x - half, spot.y + half),
        ]
    }
}
