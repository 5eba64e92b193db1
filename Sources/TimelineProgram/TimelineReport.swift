import Causality
import LabKit
import Timeline

/// The summary of a log for people and for machines.
struct TimelineReport: Encodable {
    struct Judged: Encodable {
        let name: String
        /// Of each node, how many of its events are in the cut.
        let events: [String: Int]
        let consistent: Bool
        let reason: String?
        /// What the log does not say, and the verdict rests on.
        let remark: String?
        /// The messages that were sent in it and received behind it.
        let inFlight: [String]
        /// The messages that were sent in it and never received in the log.
        let unreceived: [String]
    }

    let log: LogSummary
    let cuts: [Judged]

    init(_ summary: LogSummary, _ drawn: [DrawnCut], _ linked: LinkedLog) {
        log = summary
        let messages = linked.execution.messages
        cuts = drawn.map { drawn in
            let verdict = CutVerdict(drawn.cut, of: linked)
            return Judged(
                name: drawn.name,
                events: Dictionary(
                    zip(linked.nodes, drawn.cut.counts),
                    uniquingKeysWith: { first, _ in first }
                ),
                consistent: verdict.isConsistent,
                reason: verdict.reason,
                remark: drawn.remark,
                inFlight: verdict.crossing.map { messages[$0].name },
                unreceived: verdict.unreceived.map { messages[$0].name }
            )
        }
        nodes = linked.nodes
    }

    private enum CodingKeys: String, CodingKey {
        case log, cuts
    }

    private let nodes: [String]
    /// How many messages are named in a line.
    private static let namedMax = 8

    var text: String {
        var table = TextTable("node", "lives", "events", "sent", "received", "saves", "crashes")
        for node in log.nodes {
            table.add(
                node.name,
                "\(node.lives)",
                "\(node.events)",
                "\(node.sent)",
                "\(node.received)",
                "\(node.saves)",
                "\(node.crashes)"
            )
        }
        var lines = ["\(log.system): \(log.sentence)"]
        if log.doubled > 0 { lines.append("messages received more than once: \(log.doubled)") }
        if log.unknown > 0 {
            lines.append("messages received whose send is not in the log: \(log.unknown)")
        }
        for cut in cuts { lines += text(of: cut) }
        let rest = lines.dropFirst().map { Terminal.escaped($0) + "\n" }.joined()
        return Terminal.escaped(lines[0]) + "\n\n" + table.text + (rest.isEmpty ? "" : "\n" + rest)
    }

    private func text(of cut: Judged) -> [String] {
        let events = nodes.map { "\($0):\(cut.events[$0] ?? 0)" }.joined(separator: ",")
        let verdict = cut.consistent ? "consistent" : "NOT CONSISTENT"
        var lines = ["\(cut.name) (\(events)): \(verdict)"]
        if let reason = cut.reason { lines.append("  \(reason)") }
        if let remark = cut.remark { lines.append("  \(remark)") }
        if !cut.inFlight.isEmpty { lines.append("  in flight: \(list(cut.inFlight))") }
        if !cut.unreceived.isEmpty {
            lines.append("  sent and never received: \(list(cut.unreceived))")
        }
        return lines
    }

    private func list(_ names: [String]) -> String {
        let more = names.count > Self.namedMax ? " and \(names.count - Self.namedMax) more" : ""
        return names.prefix(Self.namedMax).joined(separator: ", ") + more
    }
}
