import Causality
import LabKit
import Nodes
import Simulation

/// What is told of a log that was run again.
struct ReplayReport: Report {
    /// How one node stands.
    struct Stand: Encodable {
        let node: String
        let status: String
        let state: String
    }

    /// How many events are shown to people.
    private static let eventsShownMax = 20

    let system: String
    let path: String
    /// How many events were run, of how many that the log has.
    let eventCount: Int
    let eventCountOfLog: Int
    /// Whether the log ends before the effects of its last step do.
    let isCutOff: Bool
    let failure: Failure?
    /// The line of the log at which it failed.
    let failureLine: Int?
    let lastEvents: [String]
    /// How each node stands, if one asked to stop somewhere.
    let nodes: [Stand]

    init<N>(
        system: System<N>,
        path: String,
        log: EventLog,
        until: Int?,
        result: Replay<N>.Result
    ) {
        self.system = system.name
        self.path = path
        eventCount = min(until ?? .max, log.events.count)
        eventCountOfLog = log.events.count
        isCutOff =
            until == nil
            && result.events.count(where: \.isOfNode)
                > log.events.count(where: \.isOfNode)
        failure = result.failure?.failure
        failureLine = result.failure?.line
        var tail = EventTail(max: Self.eventsShownMax)
        // With the log's own remarks, so that an event has the number that it has in the log.
        for event in log.events.prefix(eventCount) { tail.add(event) }
        lastEvents = tail.lines
        guard until != nil else {
            nodes = []
            return
        }
        let summary = Summary(names: system.members.map(\.name))
        nodes = zip(system.members, result.configuration.states).map { member, state in
            let saved = state.place.saved.isEmpty ? "" : ", saved \(summary(state.place.saved))"
            let timers = state.agenda.reminders.map { summary($0.timer) }
            let armed = timers.isEmpty ? "" : ", timers \(timers.joined(separator: ", "))"
            return Stand(
                node: member.name,
                status: state.place.status.rawValue,
                state: (state.place.node.map { summary($0) } ?? "") + saved + armed
            )
        }
    }

    var status: ExitStatus {
        guard let failure else { return isCutOff ? .temporary : .ok }
        return failure.kind == .impossible ? .data : .wrong
    }

    var text: String {
        var text = ReportText()
        text.add("as in the log: \(system), \(path), \(eventCount) of \(eventCountOfLog) events")
        if let failure {
            text.add("\(failure)", indent: 2)
            if let failureLine { text.add("at line \(failureLine) of the log", indent: 2) }
        } else if isCutOff {
            let why = "was it cut off, or written with other options?"
            text.add("the log ends inside a step: \(why)", indent: 2)
        } else {
            text.add("nothing is wrong", indent: 2)
        }
        let isAll = lastEvents.count < Self.eventsShownMax
        let heading = isAll ? "events:" : "the last \(lastEvents.count) events:"
        text.add(heading, lastEvents, indent: 2)
        text.add(
            "nodes:",
            nodes.map { "\($0.node): \($0.status)" + ($0.state.isEmpty ? "" : ", \($0.state)") },
            indent: 2
        )
        return text.text
    }
}

extension Event {
    /// Whether it is a node's own: what is lost, and remarks, are the world's.
    fileprivate var isOfNode: Bool { kind != .drop && kind != .note }
}
