public import Causality

/// What there is to say about a cut of a log.
public struct CutVerdict: Hashable, Sendable {
    /// Why it is not consistent; nil if it is.
    public let violation: CutViolation?
    /// In words, where and when the message of the violation was received and sent.
    public let reason: String?
    /// The messages that were sent before it and received behind it, by number.
    public let crossing: [Int]
    /// The messages that were sent before it and are neither received in this log nor known to be lost.
    public let unreceived: [Int]

    /// Whether all that was received before the cut was sent before it.
    public var isConsistent: Bool { violation == nil }

    /// Judges a cut.
    ///
    /// - Complexity: O(messages).
    public init(_ cut: Cut, of linked: LinkedLog) {
        let execution = linked.execution
        violation = execution.violation(of: cut)
        reason = violation.map { Self.words($0, linked) }
        let inFlight = execution.inFlight(at: cut)
        crossing = inFlight.filter { !execution.messages[$0].receives.isEmpty }
        unreceived = inFlight.filter { linked.fate(of: $0) == .inFlight }
    }

    /// `consistent, 3 messages in flight, 2 never received` or `not consistent`.
    public var summary: String {
        guard isConsistent else { return "not consistent" }
        let count = crossing.count + unreceived.count
        guard count > 0 else { return "consistent, nothing in flight" }
        // A log may end before they arrive: one of the explorer ends where something is wrong.
        let end = unreceived.isEmpty ? "" : ", \(unreceived.count) never received"
        return "consistent, \(LogSummary.count(count, "message")) in flight\(end)"
    }

    private static func words(_ violation: CutViolation, _ linked: LinkedLog) -> String {
        let execution = linked.execution
        let receiver = execution.processes[violation.receive.process]
        let sender = execution.processes[violation.send.process]
        let name = execution.messages[violation.message].name
        let text = execution.logIndex(of: violation.receive).flatMap { linked.log.events[$0].text }
        let message = text.map { "\(name) [\($0)]" } ?? name
        return "\(receiver) has received \(message) in its event \(violation.receive.index + 1), "
            + "and \(sender) sends it only in its event \(violation.send.index + 1)"
    }
}
