public import Causality
import LabKit
import Nodes

/// Events for people: a line each, in columns.
///
/// ```text
/// 11  0.034210 s  Server  → Client  pong(number: 1)
/// 12  0.039003 s  Client  ← Server  pong(number: 1)
/// 13  0.039003 s  Client  emits answered(question: 1, by: 1)
/// 14  0.041172 s  Client  → Server  ping(number: 2)  LOST
/// ```
///
/// `⇒` and `⇐` are streams, `↠` and `↞` acknowledged datagrams. A second life of a node is `Client.1`. A log without time has no second
/// column.
public enum EventLines {
    /// Longer than any trace that counts its steps instead of time.
    private static let stepsMax = 100_000

    /// - Parameters:
    ///   - events: What happened, in order.
    ///   - first: The number of the first of them; in a log, its line less one.
    /// - Returns: The lines.
    public static func lines(_ events: [Event], from first: Int = 1) -> [String] {
        let hasTime = events.contains { $0.time > stepsMax }
        let numberWidth = "\(first + events.count - 1)".count
        let times = events.map { hasTime ? seconds($0.time) + "  " : "" }
        let timeWidth = times.map(\.count).max() ?? 0
        let places = events.map(place)
        let placeWidth = places.map { Terminal.columns(of: $0) }.max() ?? 0
        let peers = events.map(peer)
        let peerWidth = peers.compactMap { $0.map { Terminal.columns(of: $0) } }.max() ?? 0
        return events.indices.map { index in
            let number = left("\(first + index)", numberWidth)
            let time = left(times[index], timeWidth)
            let what = [
                peers[index].map { right($0, peerWidth) }, verb(events[index]),
            ].compactMap(\.self).joined(separator: "  ")
            let line = "\(number)  \(time)\(right(places[index], placeWidth))  \(what)"
            return Terminal.escaped(line)
        }
    }

    /// Where: of a message that is lost, where it was sent from.
    private static func place(_ event: Event) -> String {
        if event.kind == .drop, let sender = event.peer { return sender }
        return event.incarnation > 0 ? "\(event.node).\(event.incarnation)" : event.node
    }

    private static func peer(_ event: Event) -> String? {
        let (to, from) =
            switch event.link.flatMap({ Link(rawValue: $0) }) {
            case .stream: ("⇒ ", "⇐ ")
            case .acknowledged: ("↠ ", "↞ ")
            case .datagram, nil: ("→ ", "← ")
            }
        return switch event.kind {
        case .send: to + (event.peer ?? "?")
        case .receive: from + (event.peer ?? "?")
        case .drop: to + event.node
        case .start, .timer, .idle, .save, .written, .refused, .crash, .recover, .output, .note,
            .halt:
            nil
        }
    }

    private static func verb(_ event: Event) -> String {
        let text = event.text ?? ""
        return switch event.kind {
        case .send, .receive: text
        case .drop: "\(text)  LOST"
        case .start: "begins"
        case .recover: "begins again"
        case .timer: "timer \(text)"
        case .idle: "works on"
        case .save: "saves \(text)"
        case .written: "has written \(text)"
        case .refused: "cannot write \(text)"
        case .output: "emits \(text)"
        case .note: "(\(text))"
        case .halt: "halts"
        case .crash:
            switch event.effects {
            case nil: "CRASHES"
            case 0: "CRASHES before its first effect"
            case 1: "CRASHES after 1 effect"
            case .some(let count): "CRASHES after \(count) effects"
            }
        }
    }

    /// Nanoseconds as seconds, with six digits.
    static func seconds(_ nanoseconds: Int) -> String {
        let micros = nanoseconds / 1000
        let digits = "\(micros % 1_000_000)"
        let padding = String(repeating: "0", count: 6 - digits.count)
        return "\(micros / 1_000_000).\(padding)\(digits) s"
    }

    /// A duration as `--time-limit` reads it back, to the nanosecond.
    static func decimal(_ duration: Duration) -> String {
        let (whole, rest) = duration.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest > 0 else { return "\(whole)" }
        var digits = String("\(1_000_000_000 + rest)".dropFirst())
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    private static func left(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - Terminal.columns(of: text))) + text
    }

    private static func right(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - Terminal.columns(of: text)))
    }
}
